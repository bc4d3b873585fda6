import { connect, createServer } from 'node:net';

/**
 * Relays unix sockets, which every namespace sees, to TCP addresses of the namespace that this runs
 * in; `node --import tsx relay.ts SOCKET=HOST:PORT…`.
 */
function relay(argument: string): void {
  const [, socketPath, host, port] = /^(.+)=([\d.]+):(\d+)$/.exec(argument) ?? [];
  if (socketPath === undefined || host === undefined) throw new Error(`Not a relay: ${argument}`);
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host, port: Number(port), allowHalfOpen: true });
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  server.listen(socketPath);
}

for (const argument of process.argv.slice(2)) relay(argument);
