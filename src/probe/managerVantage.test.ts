import { afterEach, expect, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { LocalShell } from '../../test/fakes/localShell';
import { ManagerVantage } from './managerVantage';

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
    });
    opened.push(vantage);
    return vantage;
  }
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
  expect((await vantage.chooseEngine()).label).toMatch(/^curl \d/);
  hosts.shell = new LocalShell({}, 'exit 1');
  await fails();
  expect(hosts.loaded).toBe(4);
  await hosts.clock.advance(61_000);
  hosts.shell = new LocalShell();
  expect((await vantage.chooseEngine()).label).toMatch(/^curl \d/);
});

test('what leads to the manager is let go with the next one, and with the vantage', async () => {
  const hosts = new Hosts();
  const vantage = hosts.vantage();
  await vantage.chooseEngine();
  await vantage.chooseEngine();
  expect([hosts.loaded, hosts.gone]).toEqual([2, 1]);
  vantage.dispose();
  await expect.poll(() => hosts.gone).toBe(2);
});

test('one that is disposed while it loads is let go, too', async () => {
  const hosts = new Hosts();
  const vantage = hosts.vantage();
  const choosing = vantage.chooseEngine().catch(() => undefined);
  vantage.dispose();
  await choosing;
  expect(hosts.gone).toBeGreaterThan(0);
});
