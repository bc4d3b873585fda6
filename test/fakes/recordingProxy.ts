import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** An HTTP proxy on loopback that writes down what it is asked for and forwards nothing. */
export class RecordingProxy {
  /** `METHOD target` of every request and tunnel. */
  readonly asked: string[] = [];
  private readonly server = http.createServer((request, response) => {
    this.asked.push(`${request.method} ${request.url}`);
    response.writeHead(502).end('recorded');
  });

  constructor() {
    this.server.on('connect', (request: http.IncomingMessage, socket: Socket) => {
      this.asked.push(`CONNECT ${request.url}`);
      socket.on('error', () => {});
      socket.end('HTTP/1.1 502 Recorded\r\n\r\n');
    });
  }

  /** Its address, `http://127.0.0.1:PORT`. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async listen(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
