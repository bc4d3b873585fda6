import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { LocalShell } from '../../test/fakes/localShell';
import { ManagerDoor } from './managerDoor';
import { ManagerVantage } from './managerVantage';
import type { ProbeEngine, ProbeTarget } from './probe';

const opened: ManagerVantage[] = [];
afterEach(() => {
  for (const vantage of opened.splice(0)) {
    vantage.dispose();
  }
});

class Hosts {
  readonly clock = new FakeClock();
  shell = new LocalShell();
  loaded = 0;
  gone = 0;

  vantage(): ManagerVantage {
    const vantage = new ManagerVantage('manager1', {
      load: async () => {
        this.loaded += 1;
        return { open: this.shell.open, dispose: () => void (this.gone += 1) };
      },
      productVersion: '0.0.0',
      clock: this.clock,
      door: new ManagerDoor(this.clock),
    });
    opened.push(vantage);
    return vantage;
  }
}

const OPTIONS = { timeoutMs: 2_000, concurrency: 50 };
const TARGET: ProbeTarget = {
  id: 'a',
  host: '127.0.0.1',
  port: 9,
  kind: 'tcp',
  tasks: { count: 1, key: '' },
};

async function run(engine: ProbeEngine, signal = new AbortController().signal): Promise<string[]> {
  const outcomes: string[] = [];
  await engine.run([TARGET], OPTIONS, signal, (_id, { outcome }) => outcomes.push(outcome));
  return outcomes;
}

test('a failure is not tried again at once, and each further one waits twice as long', async () => {
  const hosts = new Hosts();
  hosts.shell = new LocalShell({}, 'exit 1');
  const vantage = hosts.vantage();
  const fails = (): Promise<void> =>
    expect(vantage.chooseEngine()).rejects.toThrow(/close|manager1/);
  await fails();
  await fails();
  await hosts.clock.advance(59_000);
  await fails();
  expect(hosts.loaded).toBe(1);
  await hosts.clock.advance(2_000);
  await fails();
  expect(hosts.loaded).toBe(2);
  await hosts.clock.advance(119_000);
  await fails();
  expect(hosts.loaded).toBe(2);
  hosts.shell = new LocalShell();
  await hosts.clock.advance(2_000);
  const engine = await vantage.chooseEngine();
  expect(engine.label).toMatch(/^curl \d/);
  expect(await run(engine)).toEqual(['refused']);
  hosts.shell = new LocalShell({}, 'exit 1');
  await hosts.clock.advance(10_000);
  await fails();
  expect(hosts.loaded).toBe(4);
  await hosts.clock.advance(61_000);
  hosts.shell = new LocalShell();
  expect((await vantage.chooseEngine()).label).toMatch(/^curl \d/);
});

test('where only the greeting works, rounds wait longer and longer, until one has succeeded', async () => {
  const hosts = new Hosts();
  // Ends with the first batch.
  hosts.shell = new LocalShell({}, 'echo "swarmscope-probe curl 8.9.0"; read -r n');
  const vantage = hosts.vantage();
  const round = async (): Promise<unknown> => await run(await vantage.chooseEngine());
  await expect(round()).rejects.toThrow(/close|manager1/);
  await hosts.clock.advance(59_000);
  await expect(round()).rejects.toThrow(/close|manager1/);
  expect(hosts.loaded).toBe(1);
  await hosts.clock.advance(1_000);
  await expect(round()).rejects.toThrow(/close|manager1/);
  await hosts.clock.advance(61_000);
  await expect(round()).rejects.toThrow(/close|manager1/);
  expect(hosts.loaded).toBe(2);
  await hosts.clock.advance(60_000);
  hosts.shell = new LocalShell();
  const engine = await vantage.chooseEngine();
  const aborted = new AbortController();
  aborted.abort();
  expect(await run(engine, aborted.signal)).toEqual([]);
  hosts.shell = new LocalShell({}, 'exit 1');
  await hosts.clock.advance(10_000);
  await expect(round()).rejects.toThrow(/close|manager1/);
  await hosts.clock.advance(239_000);
  await expect(round()).rejects.toThrow(/close|manager1/);
  // A round that was aborted is no success: the wait has doubled again.
  expect(hosts.loaded).toBe(4);
});

test('a person may try again at once, but not in the ten seconds after the last try', async () => {
  const hosts = new Hosts();
  hosts.shell = new LocalShell({}, 'exit 1');
  const vantage = hosts.vantage();
  const fails = async (): Promise<unknown> => {
    const failure: unknown = await vantage.chooseEngine().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    return failure;
  };
  vantage.retry();
  const first = await fails();
  await hosts.clock.advance(9_000);
  vantage.retry();
  // The very same one, which is not logged again.
  expect(await fails()).toBe(first);
  await hosts.clock.advance(1_000);
  expect(await fails()).not.toBe(first);
  expect(hosts.loaded).toBe(2);
  await hosts.clock.advance(30_000);
  vantage.retry();
  hosts.shell = new LocalShell();
  expect(await run(await vantage.chooseEngine())).toEqual(['refused']);
});

test('what leads to the manager is let go with the next one, and with the vantage', async () => {
  const hosts = new Hosts();
  const vantage = hosts.vantage();
  await vantage.chooseEngine();
  await hosts.clock.advance(10_000);
  await vantage.chooseEngine();
  await hosts.clock.advance(2_000);
  expect([hosts.loaded, hosts.gone, hosts.shell.held]).toEqual([2, 1, 1]);
  vantage.dispose();
  expect([hosts.gone, hosts.shell.held, hosts.clock.pending]).toEqual([2, 0, 0]);
});

test('what is replaced stays until nothing runs over it any more, a burst between two waves too', async () => {
  const hosts = new Hosts();
  const vantage = hosts.vantage();
  const silent = createServer((socket) => void socket.on('error', () => undefined).resume());
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const first = await vantage.chooseEngine();
  await hosts.clock.advance(10_000);
  const outcomes: string[] = [];
  const running = first.run(
    [{ ...TARGET, kind: 'http', port }],
    { ...OPTIONS, timeoutMs: 500 },
    new AbortController().signal,
    (_id, { outcome }) => outcomes.push(outcome),
  );
  await vantage.chooseEngine();
  await hosts.clock.advance(5_000);
  expect(hosts.gone).toBe(0);
  await running;
  await hosts.clock.advance(1_000);
  expect(await run(first)).toEqual(['refused']);
  expect(outcomes).toEqual(['silent']);
  await hosts.clock.advance(1_000);
  expect(hosts.gone).toBe(0);
  await hosts.clock.advance(1_000);
  expect([hosts.gone, hosts.shell.held]).toEqual([1, 1]);
  silent.close();
});

test('one that is disposed while it loads is let go, too, and begins nothing', async () => {
  const hosts = new Hosts();
  const vantage = hosts.vantage();
  const choosing = vantage.chooseEngine();
  vantage.dispose();
  await expect(choosing).rejects.toThrow(/abort/);
  expect([hosts.gone, hosts.shell.children.length]).toEqual([1, 0]);
  await expect(vantage.chooseEngine()).rejects.toThrow(/abort/);
  expect(hosts.loaded).toBe(1);
});
