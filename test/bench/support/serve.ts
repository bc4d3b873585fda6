import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Served } from './benchServer';

/*
 * Answers requests on the loopback and tells its parent what it answered and how long that took;
 * `node --import tsx serve.ts DELAY` as a child that has a channel.
 */

const delayMs = Number(process.argv[2]);
const body = 'web.1\nhello\n';
const head = [
  'HTTP/1.1 200 OK',
  'Content-Type: text/plain',
  `Content-Length: ${body.length}`,
  'Connection: close',
  '\r\n',
].join('\r\n');
let served: Served[] = [];

function serve(socket: Socket): void {
  const acceptedAt = performance.now();
  const elapsed = (): number => performance.now() - acceptedAt;
  socket.on('error', () => socket.destroy());
  socket.once('data', (request: Buffer) => {
    const [, path = ''] = request.toString('latin1').split(' ', 2);
    const finish = (firstByte: number, rest: string): void => {
      socket.end(rest);
      const at = performance.timeOrigin + acceptedAt;
      served.push({ path, acceptedAt: at, firstByte, total: elapsed() });
    };
    if (delayMs === 0) {
      finish(elapsed(), head + body);
      return;
    }
    setTimeout(() => {
      socket.write(head);
      const firstByte = elapsed();
      setTimeout(() => finish(firstByte, body), delayMs);
    }, delayMs);
  });
}

const server = createServer({ noDelay: true }, serve);
server.listen({ host: '0.0.0.0', port: 0, backlog: 1_024 }, () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.on('message', () => {
  process.send?.(served);
  served = [];
});
process.once('disconnect', () => process.exit());
