import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as esbuild from 'esbuild';
import { bundles, root } from '../../scripts/build';
import { askEngine } from '../../test/lab/engineApi';
import { silentLogger } from '../common/logger';
import { DemoConnection } from './demoConnection';
import { findDemoPlace } from './demoPlace';

const folder = mkdtempSync(path.join(tmpdir(), 'swarmscope-demo-'));
const script = path.join(folder, 'demoSwarm.js');
const open: DemoConnection[] = [];
const before = process.env['XDG_RUNTIME_DIR'];

beforeAll(async () => {
  await esbuild.build({ ...bundles(false)['demoSwarm'], absWorkingDir: root, outfile: script });
  // A place of its own: the person's demo swarm is another one.
  process.env['XDG_RUNTIME_DIR'] = folder;
});

afterEach(() => {
  for (const connection of open.splice(0)) {
    connection.dispose();
  }
});

afterAll(() => {
  if (before === undefined) {
    delete process.env['XDG_RUNTIME_DIR'];
  } else {
    process.env['XDG_RUNTIME_DIR'] = before;
  }
  rmSync(folder, { recursive: true, force: true });
});

function connect(file = script): DemoConnection {
  const connection = new DemoConnection({
    script: file,
    runtime: { command: process.execPath, env: {} },
    logger: silentLogger,
    args: ['--nodes', '2'],
  });
  open.push(connection);
  return connection;
}

const signal = new AbortController().signal;

async function isUp(): Promise<boolean> {
  try {
    return (await askEngine(findDemoPlace().socket, 'GET', '/_ping')).status === 200;
  } catch {
    return false;
  }
}

describe('the demo swarm of a person', () => {
  it('starts once for two windows, ends after the last, and probes stay on loopback', async () => {
    const [one, other] = [connect(), connect()];
    const [first, second] = await Promise.all([one.open(signal), other.open(signal)]);
    expect(first).toEqual(second);
    expect(await isUp()).toBe(true);
    await expect.poll(() => Object.keys(one.addresses())).toContain('worker1:8080');
    expect(Object.values(one.addresses()).every((to) => /^127\.0\.0\.1:\d+$/.test(to))).toBe(true);
    one.dispose();
    expect(await isUp()).toBe(true);
    other.dispose();
    await expect.poll(isUp, { timeout: 4_500, interval: 100 }).toBe(false);
  }, 15_000);

  it('starts again, at the same address, when its process was ended from outside', async () => {
    const connection = connect();
    await connection.open(signal);
    const ports = (): string => JSON.stringify(connection.addresses());
    const first = ports();
    // Without its socket nobody can find it: it ends.
    rmSync(findDemoPlace().socket);
    await expect.poll(ports, { timeout: 8_000 }).not.toBe(first);
    await expect
      .poll(() => Object.keys(connection.addresses()), { timeout: 8_000 })
      .toContain('worker1:8080');
    expect(await isUp()).toBe(true);
    connection.dispose();
    await expect.poll(isUp, { timeout: 4_500, interval: 100 }).toBe(false);
  }, 25_000);

  it('says why it does not start', async () => {
    const broken = path.join(folder, 'broken.js');
    writeFileSync(broken, "process.stderr.write('no room for a swarm');process.exit(1);");
    await expect(connect(broken).open(signal)).rejects.toThrow('no room for a swarm');
  });

  it('can be cancelled', async () => {
    await expect(connect().open(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('the arguments of its process', () => {
  it.each([
    [['--nodes', '0'], '"0" is not between 1 and 200'],
    [['--tasks', 'many'], '"many" is not between 0 and 50'],
    [['--colour', 'red'], "Unknown option '--colour'"],
  ])('%j are refused', (args, message) => {
    const socket = path.join(folder, 'refused.sock');
    const { status, stderr } = spawnSync(process.execPath, [script, '--socket', socket, ...args], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain(message);
  });
});
