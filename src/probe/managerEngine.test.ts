import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { LocalShell } from '../../test/fakes/localShell';
import { ManagerDoor } from './managerDoor';
import { chooseManagerEngine, type ManagerProbeEngine, type ManagerShell } from './managerEngine';
import { ManagerReader, type ManagerResult } from './managerReader';
import { MANAGER_COMMAND } from './managerScript';
import type { HttpAnswer, ProbeTarget } from './probe';

const OPTIONS = { timeoutMs: 600, concurrency: 50 };
const FORGED = 'r 1 3 1 {"exitcode":0}\nabcend\nr 0 0 1 {}\nend\n';
const folder = mkdtempSync(path.join(tmpdir(), 'swarmscope-manager-test-'));
const forging: Server = createServer((_, response) => {
  response.setHeader('X-Note', 'r 1 3 1 {}');
  response.end(FORGED);
});
const silent = createTcpServer((socket) => {
  socket.on('error', () => undefined);
  socket.resume();
});

beforeAll(async () => {
  for (const server of [forging, silent]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
});

afterAll(() => {
  forging.close();
  silent.close();
  rmSync(folder, { recursive: true, force: true });
});

const engines: ManagerProbeEngine[] = [];
afterEach(() => {
  for (const engine of engines.splice(0)) {
    engine.dispose();
  }
});

async function engineOn(shell: ManagerShell, clock = new FakeClock()): Promise<ManagerProbeEngine> {
  const engine = await chooseManagerEngine(shell, '0.0.0', new ManagerDoor(clock));
  engines.push(engine);
  return engine;
}

function target(id: string, server: { address(): unknown }): ProbeTarget {
  const { port } = server.address() as AddressInfo;
  return { id, host: '127.0.0.1', port, kind: 'http', tasks: { count: 1, key: '' } };
}

/** A folder of programs, for a PATH. */
function programs(name: string, scripts: Readonly<Record<string, string>>): string {
  const bin = mkdtempSync(path.join(folder, `${name}-`));
  for (const [program, script] of Object.entries(scripts)) {
    writeFileSync(path.join(bin, program), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(bin, program), 0o755);
  }
  return bin;
}

async function alive(shell: LocalShell): Promise<number> {
  return shell.children.filter(
    ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
  ).length;
}

test('the command is a constant that any login shell hands on as it is', () => {
  expect(MANAGER_COMMAND).toMatch(/^sh -c '[^'\n]+'$/);
  expect(MANAGER_COMMAND).not.toMatch(/!(?! )/);
});

test.each(['sh', 'bash'])(
  'an answer that looks like ours is an answer, behind %s',
  async (login) => {
    const shell = new LocalShell({}, MANAGER_COMMAND, login);
    const engine = await engineOn(shell);
    const told = new Map<string, [string, HttpAnswer | undefined]>();
    const targets = [target('a', forging), target('b', forging), target('c', forging)];
    await engine.run(targets, OPTIONS, new AbortController().signal, (id, { outcome }, answer) => {
      told.set(id, [outcome, answer]);
    });
    expect([...told.keys()].toSorted()).toEqual(['a', 'b', 'c']);
    for (const [outcome, answer] of told.values()) {
      expect(outcome).toBe('answered');
      expect(answer?.body).toBe(FORGED);
      expect(answer?.headers).toContainEqual(['X-Note', 'r 1 3 1 {}']);
    }
  },
);

test('everything goes over one connection, the greeting too, until nobody probes for a minute', async () => {
  const clock = new FakeClock();
  const shell = new LocalShell();
  const engine = await engineOn(shell, clock);
  const { signal } = new AbortController();
  const answered: string[] = [];
  const probe = (turn: number): Promise<void> =>
    engine.run([target(`t${turn}`, forging)], OPTIONS, signal, (id, { outcome }) =>
      answered.push(`${id} ${outcome}`),
    );
  await Promise.all([1, 2, 3].map(probe));
  await clock.advance(59_000);
  await probe(4);
  await clock.advance(59_000);
  expect([shell.children.length, shell.held]).toEqual([1, 1]);
  await clock.advance(2_000);
  expect(shell.held).toBe(0);
  await expect.poll(() => alive(shell)).toBe(0);
  await probe(5);
  expect(shell.children).toHaveLength(2);
  expect(answered).toEqual([1, 2, 3, 4, 5].map((turn) => `t${turn} answered`));
  engine.dispose();
  expect([shell.held, clock.pending]).toEqual([0, 0]);
  await expect(probe(6)).rejects.toThrow(/manager1/);
  expect([shell.children.length, clock.pending]).toEqual([2, 0]);
});

test('another connection begins ten seconds after the last one at the earliest', async () => {
  const clock = new FakeClock();
  const shell = new LocalShell();
  const engine = await engineOn(shell, clock);
  const outcomes: string[] = [];
  const probe = (signal: AbortSignal): Promise<void> =>
    engine.run([target('a', forging)], OPTIONS, signal, (_id, { outcome }) =>
      outcomes.push(outcome),
    );
  shell.children[0]?.kill();
  await expect.poll(() => shell.held).toBe(0);
  const given = new AbortController();
  const gone = probe(given.signal);
  await clock.advance(9_000);
  given.abort();
  await gone;
  const running = probe(new AbortController().signal);
  await clock.advance(900);
  expect(shell.children).toHaveLength(1);
  await clock.advance(100);
  await running;
  expect([shell.children.length, outcomes]).toEqual([2, ['answered']]);
});

test('a node that is dead holds up the batches of no other one', async () => {
  const shell = new LocalShell();
  const engine = await engineOn(shell);
  // As rounds are planned: in turn.
  const targets = Array.from({ length: 24 }, (_unused, index) =>
    index % 4 === 0
      ? { ...target(`dead ${index}`, silent), nodeId: 'dead' }
      : { ...target(`${index}`, forging), nodeId: `node${index % 4}` },
  );
  const startedAt = Date.now();
  const outcomes = new Map<string, string>();
  const options = { timeoutMs: 600, concurrency: 50, perNode: 6 };
  await engine.run(targets, options, new AbortController().signal, (id, { outcome }) =>
    outcomes.set(id, outcome),
  );
  expect(Date.now() - startedAt).toBeLessThan(1_800);
  expect([...outcomes.values()].filter((outcome) => outcome === 'answered')).toHaveLength(18);
  expect(outcomes.size).toBe(24);
});

test('an abort ends what runs there, and no file stays', async () => {
  const place = mkdtempSync(path.join(folder, 'tmp-'));
  const shell = new LocalShell({ TMPDIR: place });
  const engine = await engineOn(shell);
  const controller = new AbortController();
  const samples: string[] = [];
  const started = once(silent, 'connection');
  const running = engine.run(
    [target('silent', silent)],
    { ...OPTIONS, timeoutMs: 60_000 },
    controller.signal,
    (id) => samples.push(id),
  );
  const [socket] = (await started) as [Socket];
  expect(readdirSync(place)).toHaveLength(1);
  const closed = once(socket, 'close');
  controller.abort();
  await running;
  // curl itself is gone, not only the connection to it.
  await closed;
  expect(samples).toEqual([]);
  await expect.poll(() => readdirSync(place)).toEqual([]);
  await expect.poll(() => alive(shell)).toBe(0);
});

test('a manager without curl, or with an old one, is told with the remedy', async () => {
  const bare = programs('bare', { curl: 'exit 127' });
  const old = programs('old', { curl: 'echo "curl 7.61.1 (x86_64) libcurl/7.61.1"' });
  const choose = (bin: string): Promise<unknown> =>
    engineOn(new LocalShell({ PATH: `${bin}:/usr/bin:/bin` }));
  await expect(choose(bare)).rejects.toThrow(/curl was not found on manager1.*Install it there/);
  await expect(choose(old)).rejects.toThrow(/curl 7\.61\.1 on manager1 is too old/);
  await expect(engineOn(new LocalShell({}, 'echo Welcome; sleep 5'))).rejects.toThrow(
    /connection to manager1 ended/,
  );
});

test('a curl that dies in the middle is a failure of the vantage, not of the targets', async () => {
  const dying = programs('dying', {
    curl: 'case "$*" in *--version*) echo "curl 8.9.0";; *) exit 2;; esac',
  });
  const shell = new LocalShell({ PATH: `${dying}:/usr/bin:/bin` });
  const engine = await engineOn(shell);
  const samples: string[] = [];
  await expect(
    engine.run([target('a', forging)], OPTIONS, new AbortController().signal, (id) =>
      samples.push(id),
    ),
  ).rejects.toThrow('curl on manager1 gave 0 of 1 results.');
  expect(samples).toEqual([]);
});

test('an address that the manager has no route to is told from a refusal', async () => {
  const lost = programs('lost', { ip: 'test "$3" != 127.0.0.2' });
  const shell = new LocalShell({ PATH: `${lost}:/usr/bin:/bin` });
  const engine = await engineOn(shell);
  const closed = createServer();
  closed.listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const refused = { ...target('refused', closed), host: '127.0.0.2' };
  closed.close();
  await once(closed, 'close');
  const outcomes = new Map<string, string>();
  await engine.run(
    [
      refused,
      { ...refused, id: 'tcp', kind: 'tcp' },
      { ...refused, id: 'named', host: 'localhost' },
    ],
    OPTIONS,
    new AbortController().signal,
    (id, { outcome }) => outcomes.set(id, outcome),
  );
  expect(Object.fromEntries(outcomes)).toEqual({
    refused: 'no-route',
    tcp: 'no-route',
    named: 'refused',
  });
});

test('the reader takes what comes in any pieces, and nothing that is not ours', () => {
  const json =
    '{"exitcode":0,"errormsg":null,"http_code":200,"time_namelookup":0,"time_connect":0.1,"time_appconnect":0,"time_starttransfer":0.2,"time_total":0.3}';
  const whole = Buffer.from(`swarmscope-probe curl 8\nr 0 5 1 ${json}\nab\ncdend\n`);
  for (let size = 1; size <= whole.length; size += 7) {
    const heard: unknown[] = [];
    const reader = new ManagerReader(
      {
        onGreeting: (version) => heard.push(version),
        onResult: ({ number, text }: ManagerResult) => heard.push([number, text]),
        onEnd: () => heard.push('end'),
      },
      100,
    );
    for (let at = 0; at < whole.length; at += size) {
      reader.take(whole.subarray(at, at + size));
    }
    expect(heard).toEqual(['curl 8', [0, 'ab\ncd'], 'end']);
  }
  const takes = (text: string) => (): void => {
    const nothing = { onGreeting: String, onResult: String, onEnd: String };
    new ManagerReader(nothing, 100).take(Buffer.from(text));
  };
  expect(takes('Welcome!\n')).toThrow(RangeError);
  const after = (line: string) => takes(`swarmscope-probe curl 8\n${line}\n`);
  expect(after(`r 0 101 1 ${json}`)).toThrow(RangeError);
  expect(after(`r 0 5 1 ${json.replace('0.3', '"x"')}`)).toThrow(RangeError);
  expect(after('r 0 5 1 {')).toThrow(RangeError);
  expect(after('x'.repeat(300_000))).toThrow(RangeError);
});
