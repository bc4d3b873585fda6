/**
 * Opens a connection as the product does and says what came of it. Runs by itself, so that it can be
 * started inside a namespace or as another user: reads an {@link OpenRequest} from stdin and prints
 * one JSON {@link OpenResult}.
 */
import { text } from 'node:stream/consumers';
import { toSwarmscopeError } from '../../../src/common/errors';
import { describeError } from '../../../src/common/errorText';
import type { Logger } from '../../../src/common/logger';
import { openEngine } from '../../../src/docker/engineOpener';
import type { SecretQuestion } from '../../../src/docker/secrets';
import type { OpenRequest, OpenResult } from './openRequest';

async function open({ entry, answers }: OpenRequest): Promise<OpenResult> {
  const asked: SecretQuestion[] = [];
  const log: string[] = [];
  const note = (line: string): void => void log.push(line);
  const logger: Logger = { trace: note, debug: note, info: note, warn: note, error: note };
  const left = [...(answers ?? [])];
  const secrets = {
    ask: (question: SecretQuestion) => {
      asked.push(question);
      return Promise.resolve(left.shift() ?? undefined);
    },
  };
  try {
    const engine = await openEngine(entry, AbortSignal.timeout(60_000), {
      resolveAddress: ({ address }) => Promise.resolve(address),
      logger,
      ...(answers === undefined ? {} : { secrets }),
    });
    try {
      const { engineName, swarm } = await engine.info();
      const { apiVersion } = engine;
      return { ok: true, info: { engineName, nodeId: swarm.nodeId, apiVersion }, asked, log };
    } finally {
      engine.dispose();
    }
  } catch (error) {
    const { code, details, message } = toSwarmscopeError(error);
    const { nextStep } = describeError(toSwarmscopeError(error));
    return { ok: false, code, details, message, nextStep, asked, log };
  }
}

// Not a top-level await: this file is run as CommonJS, like what it imports.
void text(process.stdin)
  .then((request) => open(JSON.parse(request) as OpenRequest))
  .then((result) => process.stdout.write(JSON.stringify(result)));
