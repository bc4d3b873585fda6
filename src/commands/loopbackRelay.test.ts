import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { CONNECTION_CAP, IDLE_MS, LoopbackRelay, LoopbackRelays } from './loopbackRelay';

describe('a relay on the loopback', () => {
  let clock: FakeClock;
  let far: Server;
  let port: number;
  let farSockets: Set<Socket>;
  let nearSockets: Socket[];
  let relay: LoopbackRelay;

  beforeEach(async () => {
    clock = new FakeClock();
    farSockets = new Set();
    nearSockets = [];
    far = createServer({ allowHalfOpen: true }, (socket) => {
      farSockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => farSockets.delete(socket));
      // Answers when the question has ended, as HTTP/1.0 does.
      socket.on('data', (chunk) => socket.write(`<${String(chunk)}>`));
      socket.on('end', () => socket.end('bye'));
    });
    far.listen(0, '127.0.0.1');
    await once(far, 'listening');
    ({ port } = far.address() as AddressInfo);
    relay = await LoopbackRelay.open({ host: '127.0.0.1', port }, clock);
  });

  afterEach(async () => {
    relay.dispose();
    for (const socket of nearSockets) {
      socket.destroy();
    }
    far.close();
    await vi.waitFor(() => expect(farSockets.size).toBe(0));
    expect(clock.pending).toBe(0);
  });

  async function dial(to = relay.port): Promise<Socket> {
    const socket = connect({ host: '127.0.0.1', port: to });
    // An end is heard only by who reads.
    socket.resume();
    socket.on('error', () => {});
    nearSockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  it('carries bytes both ways, and ends each way by itself', async () => {
    const socket = await dial();
    const heard: string[] = [];
    socket.on('data', (chunk) => heard.push(String(chunk)));
    socket.end('hello');
    await once(socket, 'end');
    expect(heard.join('')).toBe('<hello>bye');
    await vi.waitFor(() => expect(relay.size).toBe(0));
  });

  it('connects to nothing before somebody connects to it', async () => {
    expect(farSockets.size).toBe(0);
    await dial();
    await vi.waitFor(() => expect(farSockets.size).toBe(1));
  });

  it('carries a bounded number of connections', async () => {
    const sockets = await Promise.all(Array.from({ length: CONNECTION_CAP }, () => dial()));
    await vi.waitFor(() => expect(relay.size).toBe(CONNECTION_CAP));
    const tooMany = await dial();
    await once(tooMany, 'close');
    sockets[0]?.destroy();
    await vi.waitFor(() => expect(relay.size).toBe(CONNECTION_CAP - 1));
    const fits = await dial();
    fits.write('again');
    expect(String((await once(fits, 'data'))[0])).toBe('<again>');
  });

  it('closes after ten idle minutes, not while it is used', async () => {
    const socket = await dial();
    await vi.waitFor(() => expect(relay.size).toBe(1));
    await clock.advance(2 * IDLE_MS);
    expect(relay.port).toBeGreaterThan(0);
    socket.destroy();
    await vi.waitFor(() => expect(relay.size).toBe(0));
    await clock.advance(IDLE_MS - 1);
    expect(relay.port).toBeGreaterThan(0);
    await clock.advance(1);
    expect(relay.port).toBe(0);
  });

  it('closes what it carries when it is closed', async () => {
    const socket = await dial();
    await vi.waitFor(() => expect(farSockets.size).toBe(1));
    relay.dispose();
    await once(socket, 'close');
    await vi.waitFor(() => expect(farSockets.size).toBe(0));
  });

  it('ends a connection whose target does not answer', async () => {
    far.close();
    const lost = await LoopbackRelay.open({ host: '127.0.0.1', port }, clock);
    const socket = await dial(lost.port);
    await once(socket, 'close');
    expect(lost.size).toBe(0);
    lost.dispose();
  });

  it('closes with what it carries when the swarms that it was opened for are left', async () => {
    const relays = new LoopbackRelays(clock);
    const shared = await relays.to({ host: '127.0.0.1', port }, 'lab');
    await relays.to({ host: '127.0.0.1', port }, 'same lab over ssh');
    const other = await relays.to({ host: '127.0.0.2', port }, 'other');
    const socket = await dial(shared.port);
    await vi.waitFor(() => expect(farSockets.size).toBe(1));
    relays.leave('lab');
    relays.leave('nobody');
    socket.write('still here');
    expect(String((await once(socket, 'data'))[0])).toBe('<still here>');
    relays.leave('same lab over ssh');
    await once(socket, 'close');
    await vi.waitFor(() => expect(farSockets.size).toBe(0));
    expect(shared.port).toBe(0);
    expect(other.port).toBeGreaterThan(0);
    relays.dispose();
  });

  it('is one for each address, and all of them close with the window', async () => {
    const relays = new LoopbackRelays(clock);
    const first = await relays.to({ host: '127.0.0.1', port }, 'lab');
    expect(await relays.to({ host: '127.0.0.1', port }, 'lab')).toBe(first);
    first.dispose();
    const second = await relays.to({ host: '127.0.0.1', port }, 'lab');
    expect(second).not.toBe(first);
    relays.dispose();
    expect(second.port).toBe(0);
    expect((await relays.to({ host: '127.0.0.1', port }, 'lab')).port).toBe(0);
  });
});
