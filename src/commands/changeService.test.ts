import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { FakeEngine } from '../../test/fakes/fakeEngine';
import { lessonParts } from '../../test/fakes/swarms';
import { SwarmscopeError } from '../common/errors';
import { silentLogger } from '../common/logger';
import type { ServiceBody } from '../docker/bodies';
import type { ServiceState } from '../docker/engine';
import { SwarmStore } from '../store/swarmStore';
import { changeService, type ChangeOutcome } from './changeService';

let engine: FakeEngine;
let store: SwarmStore;
let id: string;
let base: ServiceState;

const web: ServiceBody = {
  Name: 'web',
  TaskTemplate: { ContainerSpec: { Image: 'nginx:1' } },
  Mode: { Replicated: { Replicas: 3 } },
};
const scaled: ServiceBody = { ...web, Mode: { Replicated: { Replicas: 5 } } };

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  engine = new FakeEngine(lessonParts());
  ({ id } = await engine.createService(web));
  base = await engine.serviceState(id);
  const clock = new FakeClock();
  store = new SwarmStore({ open: () => Promise.resolve(engine), logger: silentLogger, clock });
  await store.connect({ id: 'a', name: 'a', source: 'setting', address: 'tcp://a:1' });
});

afterEach(() => {
  store.dispose();
  vi.useRealTimers();
});

function withImage(spec: ServiceBody, image: string): ServiceBody {
  return { ...spec, TaskTemplate: { ContainerSpec: { Image: image } } };
}

function change(wanted: ServiceBody, registryAuth?: string): Promise<ChangeOutcome> {
  if (store.state.phase !== 'connected') {
    throw new Error('not connected');
  }
  const { connection, snapshot } = store.state;
  const swarm = { store, engine, snapshot, connection };
  const login = registryAuth === undefined ? {} : { registryAuth };
  return changeService(swarm, { id, name: 'web', base, wanted, ...login });
}

/** Somebody else's change, at the engine. */
async function elsewhere(spec: ServiceBody): Promise<void> {
  const { version } = await engine.serviceState(id);
  await engine.updateService(id, { version, spec });
}

const specNow = async (): Promise<ServiceBody> => (await engine.serviceState(id)).spec;

test('a change is sent once, with the version that it began with', async () => {
  expect(await change(scaled)).toEqual({ kind: 'done', warnings: [] });
  expect(engine.calls.filter(({ call }) => call === 'updateService')).toEqual([
    { call: 'updateService', args: [id, { version: 1, spec: scaled }] },
  ]);
});

test('what somebody else changed meanwhile is kept', async () => {
  await elsewhere(withImage(web, 'nginx:2'));
  expect((await change(scaled)).kind).toBe('done');
  expect(await specNow()).toEqual(withImage(scaled, 'nginx:2'));
});

test('the same field changed by somebody else is a conflict, and nothing is sent', async () => {
  await elsewhere(withImage(web, 'nginx:2'));
  const outcome = await change(withImage(web, 'nginx:3'));
  expect(outcome).toMatchObject({
    kind: 'conflict',
    paths: ['TaskTemplate.ContainerSpec.Image'],
    now: { version: 2 },
  });
  expect(await specNow()).toEqual(withImage(web, 'nginx:2'));
});

test('a refusal is handed on', async () => {
  engine.fail('updateService', new SwarmscopeError('invalid', { message: 'no' }));
  await expect(change(scaled)).rejects.toMatchObject({ code: 'invalid' });
});

test('a lost answer of a change that was carried out counts as done, and nothing is sent again', async () => {
  const lost = new SwarmscopeError('connection-lost', { sent: 1 });
  const sent = vi.spyOn(engine, 'updateService').mockImplementationOnce(async (service, update) => {
    await FakeEngine.prototype.updateService.call(engine, service, update);
    throw lost;
  });
  expect(await change(scaled)).toEqual({ kind: 'done', warnings: [] });
  expect(sent).toHaveBeenCalledTimes(1);
});

test('a lost answer of a change that was not carried out is told so', async () => {
  engine.fail('updateService', new SwarmscopeError('timed-out', { sent: 1 }));
  await expect(change(scaled)).rejects.toMatchObject({
    code: 'not-changed',
    details: { name: 'web' },
  });
});

test('a login is sent with the change, also with one that is carried over', async () => {
  await elsewhere({ ...web, Labels: { team: 'b' } });
  expect((await change(scaled, 'eyJ9')).kind).toBe('done');
  const updates = engine.calls.filter(({ call }) => call === 'updateService').slice(1);
  expect(updates.map(({ args }) => args[1])).toMatchObject([
    { version: 1, registryAuth: 'eyJ9' },
    { version: 2, registryAuth: 'eyJ9' },
  ]);
});

test('a login is not carried over to an image of somebody else', async () => {
  await elsewhere(withImage(web, 'registry.example:5000/other:1'));
  expect(await change(scaled, 'eyJ9')).toMatchObject({
    kind: 'conflict',
    paths: ['TaskTemplate.ContainerSpec.Image'],
  });
  expect(engine.calls.filter(({ call }) => call === 'updateService')).toHaveLength(2);
  expect(await specNow()).toEqual(withImage(web, 'registry.example:5000/other:1'));
  // Whoever made it the very image that was asked for is in nobody's way.
  expect((await change(withImage(web, 'registry.example:5000/other:1'), 'eyJ9')).kind).toBe('done');
});

test('a lost answer of a login alone is never done: nothing tells whose the new version is', async () => {
  const lost = new SwarmscopeError('connection-lost', { sent: 1 });
  engine.fail('updateService', lost, 1);
  await expect(change(web, 'eyJ9')).rejects.toMatchObject({ code: 'not-changed' });
  vi.spyOn(engine, 'updateService').mockImplementationOnce(async (service, update) => {
    await FakeEngine.prototype.updateService.call(engine, service, update);
    throw lost;
  });
  await expect(change(web, 'eyJ9')).rejects.toMatchObject({ code: 'change-unknown' });
});

test('where nobody can be asked, it is not known', async () => {
  engine.fail('updateService', new SwarmscopeError('connection-lost', { sent: 1 }));
  engine.fail('serviceState', new SwarmscopeError('connection-refused'));
  await expect(change(scaled)).rejects.toMatchObject({
    code: 'change-unknown',
    details: { name: 'web' },
  });
});

test('a rollback is left to the engine, and not sent when somebody else changed the service', async () => {
  await elsewhere(withImage(web, 'nginx:2'));
  base = await engine.serviceState(id);
  const before = engine.count('updateService');
  if (store.state.phase !== 'connected') {
    throw new Error('not connected');
  }
  const { connection, snapshot } = store.state;
  const swarm = { store, engine, snapshot, connection };
  const back = { id, name: 'web', wanted: web, rollback: true } as const;
  await elsewhere(withImage(web, 'nginx:3'));
  expect(await changeService(swarm, { ...back, base })).toMatchObject({
    kind: 'conflict',
    paths: ['TaskTemplate.ContainerSpec.Image'],
  });
  expect((await specNow()).TaskTemplate?.ContainerSpec?.Image).toBe('nginx:3');
  base = await engine.serviceState(id);
  expect(await changeService(swarm, { ...back, base })).toMatchObject({ kind: 'done' });
  expect(engine.calls.at(-1)?.args[1]).toMatchObject({ version: base.version, rollback: true });
  expect((await specNow()).TaskTemplate?.ContainerSpec?.Image).toBe('nginx:2');
  // One of somebody else, one refused, one rollback.
  expect(engine.count('updateService') - before).toBe(3);
});
