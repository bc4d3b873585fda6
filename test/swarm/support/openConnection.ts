/**
 * Opens a connection as the product does and says what came of it. Runs by itself, so that it can be
 * started inside a namespace or as another user: reads an {@link OpenRequest} from stdin and prints
 * one JSON {@link OpenResult}.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { toSwarmscopeError } from '../../../src/common/errors';
import { describeError } from '../../../src/common/errorText';
import type { Logger } from '../../../src/common/logger';
import type { Engine } from '../../../src/docker/engine';
import { openEngine } from '../../../src/docker/engineOpener';
import type { HostKeyQuestion, SecretAsker, SecretQuestion } from '../../../src/docker/secrets';
import { followLogs } from './followLogs';
import type { OpenRequest, OpenResult } from './openRequest';

/** A person who gives the answers in turn. */
class Person implements SecretAsker {
  readonly asked: (SecretQuestion | HostKeyQuestion)[] = [];
  private readonly left: (string | null)[];

  constructor({ answers, trusts }: OpenRequest) {
    this.left = [...(answers ?? [])];
    this.trusts = trusts === true;
  }

  private readonly trusts: boolean;

  ask(question: SecretQuestion): Promise<string | undefined> {
    this.asked.push(question);
    return Promise.resolve(this.left.shift() ?? undefined);
  }

  confirmHostKey(question: HostKeyQuestion): Promise<boolean> {
    this.asked.push(question);
    return Promise.resolve(this.trusts);
  }
}

async function open(request: OpenRequest): Promise<OpenResult> {
  const { entry, answers, trusts, ssh, act } = request;
  const person = new Person(request);
  const { asked } = person;
  const log: string[] = [];
  const note = (line: string): void => void log.push(line);
  const logger: Logger = { trace: note, debug: note, info: note, warn: note, error: note };
  try {
    const engine = await openEngine(entry, AbortSignal.timeout(60_000), {
      resolveAddress: ({ address }) => Promise.resolve(address),
      logger,
      ...(answers === undefined && trusts === undefined ? {} : { secrets: person }),
      ...(ssh === undefined ? {} : { ssh }),
    });
    try {
      const { engineName, swarm, time } = await engine.info();
      const { apiVersion } = engine;
      const info = { engineName, nodeId: swarm.nodeId, apiVersion };
      const events = act === 'exercise' ? await exercise(engine, time) : [];
      const followed =
        act === 'logs' ? { followed: await followLogs(engine, request.service ?? '') } : {};
      if (act === 'hold') {
        process.stdout.write('connected\n');
        await new Promise(() => setInterval(() => undefined, 1_000));
      }
      engine.dispose();
      return { ok: true, info, events, ...followed, left: await programsLeft(), asked, log };
    } finally {
      engine.dispose();
    }
  } catch (error) {
    const { code, details, message } = toSwarmscopeError(error);
    const { nextStep } = describeError(toSwarmscopeError(error));
    return { ok: false, code, details, message, nextStep, asked, log };
  }
}

/**
 * Creates a network and removes it; gives what the event stream told of it. Over ssh the stream and
 * the create have a session each, and either may be there first: so it is told from `since` on.
 */
async function exercise(engine: Engine, since: string | undefined): Promise<readonly string[]> {
  const stop = new AbortController();
  const heard: string[] = [];
  const listening = (async () => {
    for await (const event of engine.events(since, stop.signal)) {
      heard.push(`${event.type} ${event.action}`);
      if (event.action === 'remove') {
        stop.abort();
      }
    }
  })();
  const body = { Name: 'exercise', Driver: 'overlay', Internal: true };
  const { id } = await engine.createNetwork(body);
  await engine.removeNetwork(id);
  await listening;
  return heard;
}

/** Names of the ssh programs that this process started and that do not end. */
async function programsLeft(): Promise<readonly string[]> {
  const children = (): string[] =>
    readdirSync('/proc').flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const [, name = '', parent] = /\((.*)\) \S (\d+)/.exec(stat) ?? [];
        return Number(parent) === process.pid && /ssh|askpass/.test(name) ? [name] : [];
      } catch {
        return [];
      }
    });
  for (let tries = 0; tries < 60 && children().length > 0; tries += 1) {
    await delay(50);
  }
  return children();
}

// Not a top-level await: this file is run as CommonJS, like what it imports.
void text(process.stdin)
  .then((request) => open(JSON.parse(request) as OpenRequest))
  .then((result) => process.stdout.write(JSON.stringify(result)));
