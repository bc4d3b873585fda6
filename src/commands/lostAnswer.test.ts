import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { FakeEngine } from '../../test/fakes/fakeEngine';
import { makeService } from '../../test/fakes/records';
import { lessonParts } from '../../test/fakes/swarms';
import { SwarmscopeError } from '../common/errors';
import { silentLogger } from '../common/logger';
import { SwarmStore } from '../store/swarmStore';
import { createOnce, newIdOf, outcomeAfterLoss } from './lostAnswer';

let clock: FakeClock;
let engine: FakeEngine;
let store: SwarmStore;
const before = new Set(['drupal', 'psql']);

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  clock = new FakeClock();
  engine = new FakeEngine(lessonParts());
  store = new SwarmStore({ open: () => Promise.resolve(engine), logger: silentLogger, clock });
  await store.connect({ id: 'a', name: 'a', source: 'setting', address: 'tcp://a:1' });
});

afterEach(() => {
  store.dispose();
  vi.useRealTimers();
});

const find = () => outcomeAfterLoss(store, ({ services }) => newIdOf(services, 'web', before));

test('finds what was created though its answer was lost', async () => {
  engine.swarm.services = [...engine.swarm.services, makeService({ id: 's9', name: 'web' })];
  expect(await find()).toEqual({ kind: 'created', id: 's9' });
  expect(engine.count('createService')).toBe(0);
});

test('takes an older object of that name for nothing', async () => {
  expect(newIdOf(new Map([['psql', { id: 'psql', name: 'web' }]]), 'web', before)).toBeUndefined();
});

test('knows nothing as long as nobody answers', async () => {
  for (const call of ['info', 'nodes', 'networks', 'services', 'tasks'] as const) {
    engine.fail(call, new SwarmscopeError('connection-refused'));
  }
  const outcome = find();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await outcome).toEqual({ kind: 'unknown' });
});

test('says that a swarm that answers has no such object', async () => {
  const outcome = find();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await outcome).toEqual({ kind: 'absent' });
});

const web = { Name: 'web', TaskTemplate: { ContainerSpec: { Image: 'nginx' } } };

function createWeb(act: () => Promise<never>) {
  if (store.state.phase !== 'connected') {
    throw new Error('not connected');
  }
  const { connection, snapshot } = store.state;
  return createOnce(
    { store, engine, snapshot, connection },
    'web',
    ({ services }) => services,
    async (there) => {
      await there.createService(web);
      return await act();
    },
  );
}

test('a create that a dying manager cut off is found, and sent once', async () => {
  const created = await createWeb(() => Promise.reject(new SwarmscopeError('cancelled')));
  expect(created.foundAfterLoss).toBe(true);
  expect(engine.swarm.services.filter(({ name }) => name === 'web').map(({ id }) => id)).toEqual([
    created.id,
  ]);
  expect(engine.count('createService')).toBe(1);
});

test('a create that was not carried out may be tried again', async () => {
  const attempt = createWeb(() => {
    engine.swarm.services = engine.swarm.services.filter(({ name }) => name !== 'web');
    return Promise.reject(new SwarmscopeError('outcome-unknown'));
  });
  const refusal = attempt.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await refusal).toMatchObject({ code: 'not-created' });
});

test('a refusal stays what it is', async () => {
  await expect(
    createWeb(() => Promise.reject(new SwarmscopeError('port-taken', { port: 80 }))),
  ).rejects.toMatchObject({ code: 'port-taken', details: { port: 80 } });
});
