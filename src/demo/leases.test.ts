import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { claimSocket } from './claimSocket';
import { Leases } from './leases';

let folder: string;
const servers: http.Server[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'swarmscope-lease-'));
});

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

function makeServer(listener?: http.RequestListener): http.Server {
  const server = http.createServer(listener);
  servers.push(server);
  return server;
}

describe('leases', () => {
  const start = async (): Promise<{
    clock: FakeClock;
    leases: Leases;
    ends: () => number;
    take: () => Promise<{ text: () => string; release: () => Promise<void> }>;
  }> => {
    const clock = new FakeClock();
    let ended = 0;
    const leases = new Leases(clock, () => {
      ended += 1;
    });
    leases.start();
    const closings = new Map<string, Promise<unknown>>();
    const server = makeServer((request, response) => {
      closings.set(request.url ?? '', once(response, 'close'));
      leases.open(response, { 'node1:80': '127.0.0.1:1080' });
    });
    const socket = path.join(folder, 'lease.sock');
    server.listen(socket);
    await once(server, 'listening');
    const take = async (): Promise<{ text: () => string; release: () => Promise<void> }> => {
      const name = `/${closings.size}`;
      const request = http.get({ socketPath: socket, path: name, agent: false });
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      let text = '';
      response.on('data', (part: Buffer) => {
        text += part.toString('utf8');
      });
      response.on('error', () => undefined);
      return {
        text: () => text,
        release: async () => {
          response.destroy();
          await closings.get(name);
        },
      };
    };
    return { clock, leases, ends: () => ended, take };
  };

  it('end the process when nobody takes one', async () => {
    const { clock, ends } = await start();
    await clock.advance(14_999);
    expect(ends()).toBe(0);
    await clock.advance(1);
    expect(ends()).toBe(1);
  });

  it('keep it alive until three seconds after the last', async () => {
    const { clock, ends, take } = await start();
    const one = await take();
    const other = await take();
    await one.release();
    await clock.advance(60_000);
    expect(ends()).toBe(0);
    await other.release();
    await clock.advance(2_000);
    // A window that reloads is back by now.
    const back = await take();
    await clock.advance(60_000);
    expect(ends()).toBe(0);
    await back.release();
    await clock.advance(3_000);
    expect(ends()).toBe(1);
  });

  it('hear every change of the addresses', async () => {
    const { leases, take } = await start();
    const lease = await take();
    leases.tell({ 'node1:80': '127.0.0.1:1081' });
    await expect.poll(() => lease.text().split('\n').length).toBe(3);
    expect(
      lease
        .text()
        .split('\n')
        .slice(0, 2)
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { protocol: 1, addresses: { 'node1:80': '127.0.0.1:1080' } },
      { addresses: { 'node1:80': '127.0.0.1:1081' } },
    ]);
  });

  it('let the process end at once when its starter died before taking one', async () => {
    const { leases, ends } = await start();
    leases.parentGone();
    expect(ends()).toBe(1);
  });

  it('leave it alive when the starter goes after taking one', async () => {
    const { leases, ends, take } = await start();
    await take();
    leases.parentGone();
    expect(ends()).toBe(0);
  });
});

describe('claimSocket', () => {
  it('lets one of two that start at once serve', async () => {
    const socket = path.join(folder, 'demo.sock');
    const won = await Promise.all([
      claimSocket(makeServer(), socket),
      claimSocket(makeServer(), socket),
    ]);
    expect(won.toSorted()).toEqual([false, true]);
  });

  it('takes the place of a process that died', async () => {
    const socket = path.join(folder, 'demo.sock');
    writeFileSync(socket, 'left behind');
    expect(await claimSocket(makeServer(), socket)).toBe(true);
    expect(() => readFileSync(`${socket}.lock`)).toThrow('ENOENT');
  });
});
