import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What a registry was asked. */
export interface RegistryRequest {
  readonly method: string;
  readonly path: string;
  /** User and password of basic authentication, `user:password`; empty when there were none. */
  readonly login: string;
}

/** A registry that knows no image, asks for a login and tells with which one it was asked. */
export interface AskedRegistry {
  /** How images of it begin, `127.0.0.1:PORT`; engines take plain HTTP from loopback. */
  readonly name: string;
  readonly asked: readonly RegistryRequest[];
  stop(): Promise<void>;
}

/** Registry API V2: a login is asked for, and every manifest is unknown. */
const SCRIPT = `
const server = require('node:http').createServer((request, response) => {
  const { method, url, headers } = request;
  const login = Buffer.from((headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString();
  console.log(JSON.stringify({ method, path: url, login }));
  const headersBack = { 'Docker-Distribution-Api-Version': 'registry/2.0', 'Content-Type': 'application/json' };
  if (login === '') {
    response.writeHead(401, { ...headersBack, 'WWW-Authenticate': 'Basic realm="test"' }).end('{}');
  } else if (url === '/v2/') {
    response.writeHead(200, headersBack).end('{}');
  } else {
    response.writeHead(404, headersBack).end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
  }
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
`;

/** Starts a registry on the loopback of a node; it ends with this process at the latest. */
export async function startRegistry(netns: string): Promise<AskedRegistry> {
  const child = spawn('nsenter', [`--net=${netns}`, process.execPath, '-e', SCRIPT], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [port] = (await once(lines, 'line')) as [string];
  const asked: RegistryRequest[] = [];
  lines.on('line', (line) => asked.push(JSON.parse(line) as RegistryRequest));
  return {
    name: `127.0.0.1:${port}`,
    asked,
    stop: async () => {
      const closed = once(child, 'close');
      child.stdin.end();
      await closed;
    },
  };
}
