import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import * as http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { askEngine, type EngineAnswer } from '../../test/lab/engineApi';
import { ApiServer } from './apiServer';
import { DemoSwarm } from './demoSwarm';

let folder: string;
let socket: string;
let clock: FakeClock;
let swarm: DemoSwarm;
let server: http.Server;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'swarmscope-api-'));
  socket = path.join(folder, 'demo.sock');
  clock = new FakeClock(1_800_000_000_000);
  swarm = new DemoSwarm({
    clock,
    speed: 1,
    nodes: 2,
    services: 0,
    tasks: 0,
    onDidChangeAddresses: () => undefined,
  });
  ({ server } = new ApiServer(swarm, (response) => response.end('{"protocol":1}\n')));
  server.listen(socket);
  await once(server, 'listening');
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  swarm.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(
  method: 'GET' | 'POST' | 'DELETE',
  route: string,
  body?: unknown,
): Promise<EngineAnswer> {
  return await askEngine(socket, method, route, body);
}

async function fault(kind: string, node?: string): Promise<void> {
  expect((await ask('POST', '/_demo/fault', { kind, node })).status).toBe(200);
}

const network = { Name: 'more', Driver: 'overlay' };

/** Follows the events of the swarm until the stream ends. */
async function followEvents(query = ''): Promise<{ lines(): string[]; ended: Promise<unknown> }> {
  const request = http.get({ socketPath: socket, path: `/events${query}`, agent: false });
  request.on('error', () => undefined);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  response.on('data', (part: Buffer) => {
    text += part.toString('utf8');
  });
  response.on('error', () => undefined);
  return {
    lines: () => text.split('\n').filter((line) => line !== ''),
    ended: new Promise((resolve) => response.on('close', resolve)),
  };
}

describe('faults that tests ask for', () => {
  it('loses the answer of one create, which has happened all the same', async () => {
    await fault('drop-post');
    await expect(ask('POST', '/networks/create', network)).rejects.toThrow('socket hang up');
    expect((await ask('GET', '/networks/more')).status).toBe(200);
    expect((await ask('POST', '/networks/create', { ...network, Name: 'next' })).status).toBe(201);
  });

  it('has no leader until cleared, and answers about itself meanwhile', async () => {
    await fault('no-leader');
    const refused = await ask('GET', '/services');
    expect(refused.status).toBe(503);
    expect(refused.body).toContain('The swarm does not have a leader');
    expect((await ask('GET', '/info')).status).toBe(200);
    await fault('clear');
    expect((await ask('GET', '/services')).status).toBe(200);
  });

  it('cuts event streams', async () => {
    const events = await followEvents();
    await fault('close-events');
    await events.ended;
    expect(events.lines()).toEqual([]);
  });

  it('lets a node fail and come back', async () => {
    const state = async (): Promise<string> => {
      const { body } = await ask('GET', '/nodes/worker1');
      return (JSON.parse(body) as { Status: { State: string } }).Status.State;
    };
    await fault('node-down', 'worker1');
    expect(await state()).toBe('down');
    await fault('node-up', 'worker1');
    expect(await state()).toBe('ready');
  });

  it('refuses kinds it does not know', async () => {
    expect((await ask('POST', '/_demo/fault', { kind: 'earthquake' })).status).toBe(400);
  });
});

describe('events', () => {
  it('tells what happens while it is followed, in order', async () => {
    const events = await followEvents('?filters={"type":["network"]}');
    await ask('POST', '/networks/create', network);
    await ask('DELETE', '/networks/more');
    await expect.poll(() => events.lines().length).toBe(3);
    const actions = events.lines().map((line) => (JSON.parse(line) as { Action: string }).Action);
    expect(actions).toEqual(['create', 'update', 'remove']);
  });

  it('goes on after the last one seen, losing and repeating none', async () => {
    const first = await followEvents('?filters={"type":["network"]}');
    await ask('POST', '/networks/create', network);
    await expect.poll(() => first.lines().length).toBe(2);
    const last = /"timeNano":(\d+)(\d{9})/.exec(first.lines().at(-1) ?? '');
    await ask('DELETE', '/networks/more');
    const since = `${last?.[1]}.${String(Number(last?.[2]) + 1).padStart(9, '0')}`;
    const next = await followEvents(`?filters={"type":["network"]}&since=${since}`);
    await expect.poll(() => next.lines().length).toBe(1);
    expect(next.lines()[0]).toContain('"Action":"remove"');
  });
});

describe('bad requests', () => {
  it.each([
    ['no JSON', '{', 'invalid JSON'],
    ['a list', '[]', 'cannot unmarshal array'],
    ['more than two megabytes', `"${'x'.repeat(2_200_000)}"`, 'request body too large'],
  ])('refuses %s', async (_name, body, message) => {
    const request = http.request({
      socketPath: socket,
      path: '/networks/create',
      method: 'POST',
      agent: false,
    });
    request.end(body);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    expect(response.statusCode).toBe(400);
    expect((await response.toArray()).join('')).toContain(message);
  });

  it('refuses paths and methods it does not know', async () => {
    expect((await ask('GET', '/containers/json')).status).toBe(404);
    expect((await ask('POST', '/networks')).status).toBe(404);
    expect((await ask('DELETE', '/tasks/x')).status).toBe(404);
    expect((await ask('GET', '/networks/%E0%A4%A')).status).toBe(404);
  });
});
