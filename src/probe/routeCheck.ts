import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';

/**
 * Asks this machine's routing table whether `host` (an IP literal) has a route at all. Connecting a
 * datagram socket does that without sending anything; curl itself words "no route" and "refused" the
 * same (exit 7). Names count as routed: curl has resolved them.
 */
export function hasRoute(host: string): Promise<boolean> {
  const family = isIP(host);
  if (family === 0) {
    return Promise.resolve(true);
  }
  return new Promise((resolve) => {
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    const finish = (routed: boolean): void => {
      socket.close();
      resolve(routed);
    };
    socket.once('error', () => finish(false));
    // With a callback Node would hand the error to it, too.
    socket.once('connect', () => finish(true));
    socket.connect(9, host);
  });
}
