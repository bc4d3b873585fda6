import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import * as http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeClock, settled } from '../../test/fakes/fakeClock';
import { ApiServer } from './apiServer';
import { DemoSwarm } from './demoSwarm';

let folder: string;
let socket: string;
let clock: FakeClock;
let swarm: DemoSwarm;
let server: http.Server;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'swarmscope-logs-'));
  socket = path.join(folder, 'demo.sock');
  clock = new FakeClock(1_800_000_000_000);
  swarm = new DemoSwarm({
    clock,
    speed: 1,
    nodes: 3,
    services: 0,
    tasks: 0,
    onDidChangeAddresses: () => undefined,
  });
  ({ server } = new ApiServer(swarm, (response) => response.end()));
  server.listen(socket);
  await once(server, 'listening');
  await clock.advance(60_000);
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  swarm.dispose();
  rmSync(folder, { recursive: true, force: true });
});

interface Frame {
  readonly stream: number;
  readonly text: string;
}

function framesOf(body: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at + 8 <= body.length;) {
    const end = at + 8 + body.readUInt32BE(at + 4);
    frames.push({ stream: body[at] ?? 0, text: body.subarray(at + 8, end).toString('utf8') });
    at = end;
  }
  return frames;
}

async function open(
  query: string,
): Promise<{ response: http.IncomingMessage; frames: () => Frame[] }> {
  const request = http.get({ socketPath: socket, path: query, agent: false });
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const parts: Buffer[] = [];
  response.on('data', (part: Buffer) => parts.push(part));
  response.on('error', () => undefined);
  return { response, frames: () => framesOf(Buffer.concat(parts)) };
}

async function readAll(query: string): Promise<Frame[]> {
  const { response, frames } = await open(query);
  await once(response, 'end');
  return frames();
}

it('tells which task wrote what, in frames by stream', async () => {
  const frames = await readAll('/services/web/logs?stdout=1&stderr=1&details=1&tail=2');
  const [first] = swarm.state.tasks.ofService(swarm.services.find('web').id);
  expect(frames).toHaveLength(6);
  expect(frames[0]?.text).toContain(
    `com.docker.swarm.node.id=${first?.nodeId},com.docker.swarm.service.id=${first?.serviceId},com.docker.swarm.task.id=${first?.id} `,
  );
  const all = await readAll('/services/web/logs?stdout=1&stderr=1');
  expect(new Set(all.map(({ stream }) => stream))).toEqual(new Set([1, 2]));
});

it('sends what comes while somebody follows, and does nothing afterwards', async () => {
  const before = clock.pending;
  const { response, frames } = await open('/services/db/logs?stdout=1&stderr=1&follow=1&tail=0');
  expect(clock.pending).toBe(before + 1);
  await clock.advance(12_000);
  expect(frames().length).toBeGreaterThanOrEqual(2);
  response.destroy();
  for (let turn = 0; turn < 50 && clock.pending > before; turn += 1) {
    await settled();
  }
  expect(clock.pending).toBe(before);
});

it('follows tasks that come later', async () => {
  const { frames } = await open('/services/web/logs?stdout=1&follow=1&tail=0&details=1');
  const service = swarm.services.find('web');
  const query = new URLSearchParams({ version: String(service.version) });
  swarm.services.update('web', query, { ...service.spec, Mode: { Replicated: { Replicas: 4 } } });
  await clock.advance(5_000);
  await settled();
  const added = swarm.state.tasks.ofService(service.id).find(({ place }) => place === 4);
  expect(frames().some(({ text }) => text.includes(`task.id=${added?.id} `))).toBe(true);
});

it('reads the others when a node is lost, and says so at the end', async () => {
  swarm.nodes.setState('worker1', 'down');
  const frames = await readAll('/services/agent/logs?stdout=1&tail=1');
  expect(frames.map(({ stream }) => stream)).toEqual([1, 1, 3]);
  expect(frames.at(-1)?.text).toContain('incomplete log stream');
});

it('sends the lines of a terminal bare', async () => {
  swarm.services.create({
    Name: 'tty',
    TaskTemplate: { ContainerSpec: { Image: 'alpine', TTY: true } },
  });
  await clock.advance(4_000);
  const request = http.get({
    socketPath: socket,
    path: '/services/tty/logs?stdout=1',
    agent: false,
  });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  expect(response.headers['content-type']).toBe('application/vnd.docker.raw-stream');
  expect((await response.toArray()).join('')).toMatch(/^Starting\n/);
});
