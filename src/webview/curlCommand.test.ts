import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { makeEntry, makeRoute, makeRouting } from '../../test/webview/views';
import { PLAIN_ASK } from '../shared/httpAsk';
import { curlCommand } from './curlCommand';

const ask = {
  ...PLAIN_ASK,
  path: "/a/../b?q='1'&r=$HOME",
  headers: [
    ['Host', 'shop.example'],
    ['X-Probe', 'it\'s; "here"'],
    ['X-Empty', ''],
  ] as const,
};

/** Runs a command line as a script of its own; rejects when its exit status is not 0. */
async function runInShell(command: string): Promise<{ readonly stdout: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'swarmscope-curl-'));
  try {
    const script = path.join(folder, 'run.sh');
    await writeFile(script, `${command}\n`);
    return await promisify(execFile)('sh', [script]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function tcpCommand(port: number, timeoutMs: number): string {
  const target = { host: '127.0.0.1', port, mapped: false };
  const route = makeRoute('db', 5432, 1, 1, {
    probe: { kind: 'tcp', timeoutMs, problems: [] },
    entries: [makeEntry('db', 1, port, { target })],
  });
  return curlCommand(makeRouting([route]), 'db@node-1', 3000) ?? '';
}

test('ends as soon as a tcp port connects, without a word to it, and fails where none is', async () => {
  const heard: Buffer[] = [];
  const closed: Promise<unknown>[] = [];
  const server = createTcpServer((socket) => {
    socket.on('data', (data) => heard.push(data));
    closed.push(once(socket, 'close'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // Far beyond the limit of this test: the end must come from the connection.
  const { stdout } = await runInShell(tcpCommand(port, 60_000));
  expect(stdout).toMatch(/^0\.\d+s\n$/);
  await Promise.all(closed);
  expect([closed.length, Buffer.concat(heard).length]).toEqual([1, 0]);
  server.close();
  await once(server, 'close');
  await expect(runInShell(tcpCommand(port, 60_000))).rejects.toMatchObject({
    code: 1,
    stdout: '0.000000s\n',
    stderr: expect.stringContaining('curl: (7)'),
  });
});

test('is the probe itself when a shell runs it', async () => {
  const asked: IncomingMessage[] = [];
  const server = createServer((incoming, response) => {
    asked.push(incoming);
    response.end('x');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const target = { host: '127.0.0.1', port, mapped: false };
  const route = makeRoute('web', 8080, 1, 1, {
    probe: { kind: 'http', ask, problems: [] },
    entries: [makeEntry('web', 1, port, { target })],
  });
  const command = curlCommand(makeRouting([route]), 'web@node-1', 3000);
  const { stdout } = await runInShell(command ?? '');
  server.close();
  expect(stdout).toMatch(/^200 0\.\d+s\n$/);
  expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([`GET ${ask.path}`]);
  const headers = asked[0]?.headers;
  expect([headers?.host, headers?.['x-probe'], headers?.['x-empty']]).toEqual([
    'shop.example',
    'it\'s; "here"',
    '',
  ]);
});

test('leads a server name to the address, and knows the plan of the port', () => {
  const route = makeRoute('web', 8443, 1, 1, {
    probe: {
      kind: 'http',
      ask: { ...PLAIN_ASK, scheme: 'https', method: 'HEAD', serverName: 'shop.example' },
      timeoutMs: 500,
      problems: [],
    },
  });
  const command = curlCommand(makeRouting([route]), route.entries[0]?.id ?? '', 3000);
  expect(command).toContain(
    '--max-time 0.5 --head --connect-to ::192.168.56.11:8443 https://shop.example:8443/',
  );
  const off = makeRoute('web', 8443, 1, 1, { probe: { kind: 'none', why: 'off', problems: [] } });
  expect(curlCommand(makeRouting([off]), off.entries[0]?.id ?? '', 3000)).toBeUndefined();
});
