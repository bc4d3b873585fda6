import { once } from 'node:events';
import * as net from 'node:net';
import { Duplex, duplexPair } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { LateDuplex } from './lateDuplex';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) {
    close();
  }
});

/** A server that sends everything back, and a connection to it. */
async function echo(): Promise<net.Socket> {
  const server = net.createServer({ allowHalfOpen: true }, (socket) => void socket.pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  const socket = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  closing.push(() => {
    socket.destroy();
    server.close();
  });
  await once(socket, 'connect');
  return socket;
}

describe('LateDuplex', () => {
  it('keeps what is written before the connection is there, and loses nothing of a lot', async () => {
    let open = (_inner: Duplex): void => undefined;
    const late = new LateDuplex(
      () =>
        new Promise((resolve) => {
          open = resolve;
        }),
    );
    const block = Buffer.alloc(256 * 1024, 'x');
    for (let index = 0; index < 16; index += 1) {
      late.write(block);
    }
    late.end('end');
    const announced = once(late, 'secureConnect');
    open(await echo());
    await announced;
    const all = await buffer(late);
    expect(all.length).toBe(16 * block.length + 3);
    expect(all.subarray(-4).toString()).toBe('xend');
  });

  it('reads no more than is wanted', async () => {
    const [inner, far] = duplexPair();
    const late = new LateDuplex(() => Promise.resolve(inner));
    await once(late, 'secureConnect');
    let delivered = 0;
    for (let index = 0; index < 100; index += 1) {
      far.write(Buffer.alloc(16 * 1024), () => {
        delivered += 1;
      });
    }
    far.end();
    for (let turn = 0; turn < 500; turn += 1) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    expect(delivered).toBeLessThan(50);
    expect((await buffer(late)).length).toBe(100 * 16 * 1024);
    expect(delivered).toBe(100);
  });

  it('tells why it could not be made, and was never connected', async () => {
    const late = new LateDuplex(() => Promise.reject(new Error('no way')));
    let connected = false;
    late.once('secureConnect', () => {
      connected = true;
    });
    late.write('x');
    const [error] = await once(late, 'error');
    expect(error).toMatchObject({ message: 'no way' });
    expect(connected).toBe(false);
  });

  it('gives up making a connection that nobody wants any more, and closes one that comes late', async () => {
    const inner = new Duplex({ read: () => undefined, write: (_, __, done) => done() });
    let signal: AbortSignal | undefined;
    let open = (_inner: Duplex): void => undefined;
    const late = new LateDuplex((given) => {
      signal = given;
      return new Promise((resolve) => {
        open = resolve;
      });
    });
    late.destroy();
    expect(signal?.aborted).toBe(true);
    open(inner);
    await once(inner, 'close');
    expect(late.destroyed).toBe(true);
  });

  it('closes when the connection broke just before it was handed over', async () => {
    const inner = new Duplex({ read: () => undefined, write: (_, __, done) => done() });
    inner.destroy(new Error('broke'));
    await expect(once(inner, 'close')).rejects.toThrow('broke');
    const late = new LateDuplex(() => Promise.resolve(inner));
    const [error] = await once(late, 'error');
    expect(error).toMatchObject({ message: 'broke' });
  });

  it('breaks when the connection breaks, and ends when it ends', async () => {
    const first = await echo();
    const broken = new LateDuplex(() => Promise.resolve(first));
    await once(broken, 'secureConnect');
    first.destroy(new Error('cut'));
    expect((await once(broken, 'error'))[0]).toMatchObject({ message: 'cut' });
    const second = await echo();
    const ended = new LateDuplex(() => Promise.resolve(second));
    ended.end('bye');
    expect((await buffer(ended)).toString()).toBe('bye');
    expect(second.writableEnded).toBe(true);
  });
});
