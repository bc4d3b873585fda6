import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { FakeEngine } from '../../test/fakes/fakeEngine';
import { makeNode } from '../../test/fakes/records';
import { lessonParts } from '../../test/fakes/swarms';
import { SwarmscopeError } from '../common/errors';
import { silentLogger } from '../common/logger';
import type { NodeBody } from '../docker/bodies';
import type { NodeSpecState } from '../docker/engine';
import { SwarmStore } from '../store/swarmStore';
import { changeNode, type NodeOutcome } from './changeNode';

let engine: FakeEngine;
let store: SwarmStore;
let base: NodeSpecState;

const spec: NodeBody = { Role: 'worker', Availability: 'active', Labels: { zone: 'a' } };

beforeEach(async () => {
  const raw = { ID: 'n2', Version: { Index: 5 }, Spec: spec, Description: { Hostname: 'node2' } };
  engine = new FakeEngine({ ...lessonParts(), nodes: [makeNode({ id: 'n2', raw })] });
  base = await engine.nodeSpec('n2');
  store = new SwarmStore({
    open: () => Promise.resolve(engine),
    logger: silentLogger,
    clock: new FakeClock(),
  });
  await store.connect({ id: 'a', name: 'a', source: 'setting', address: 'tcp://a:1' });
});

afterEach(() => store.dispose());

function change(wanted: NodeBody): Promise<NodeOutcome> {
  if (store.state.phase !== 'connected') {
    throw new Error('not connected');
  }
  const { connection, snapshot } = store.state;
  const swarm = { store, engine, snapshot, connection };
  return changeNode(swarm, { id: 'n2', name: 'node2', base, wanted });
}

/** Somebody else's change, at the engine. */
async function elsewhere(changed: NodeBody): Promise<void> {
  const { version } = await engine.nodeSpec('n2');
  await engine.updateNode('n2', { version, spec: changed });
}

test('a change is sent once, with the version that it began with', async () => {
  expect(await change({ ...spec, Availability: 'drain' })).toEqual({ kind: 'done' });
  expect(engine.calls.filter(({ call }) => call === 'updateNode')).toEqual([
    {
      call: 'updateNode',
      args: ['n2', { version: 5, spec: { ...spec, Availability: 'drain' } }],
    },
  ]);
});

test('what others changed beside it is kept', async () => {
  await elsewhere({ ...spec, Labels: { zone: 'a', disk: 'ssd' } });
  expect(await change({ ...spec, Availability: 'drain' })).toEqual({ kind: 'done' });
  expect((await engine.nodeSpec('n2')).spec).toEqual({
    ...spec,
    Availability: 'drain',
    Labels: { zone: 'a', disk: 'ssd' },
  });
});

test('the same label changed by others is a conflict, and nothing is sent', async () => {
  await elsewhere({ ...spec, Labels: { zone: 'c' } });
  const outcome = await change({ ...spec, Labels: { zone: 'b' } });
  expect(outcome).toMatchObject({ kind: 'conflict', paths: ['Labels.zone'] });
  expect((await engine.nodeSpec('n2')).spec.Labels).toEqual({ zone: 'c' });
});

test('a refusal is thrown as it is', async () => {
  engine.fail('updateNode', new SwarmscopeError('invalid', { message: 'no' }));
  await expect(change({ ...spec, Role: 'manager' })).rejects.toMatchObject({ code: 'invalid' });
});

test('a lost answer to a change that was carried out counts as done', async () => {
  const wanted: NodeBody = { ...spec, Availability: 'pause' };
  engine.fail('updateNode', new SwarmscopeError('connection-lost', { sent: 1 }));
  const hold = engine.hold('nodeSpec');
  const outcome = change(wanted);
  engine.heal('nodeSpec');
  engine.swarm.nodes = engine.swarm.nodes.map((node) => ({
    ...node,
    raw: { ...(node.raw as object), Version: { Index: 6 }, Spec: wanted },
  }));
  hold.dispose();
  expect(await outcome).toEqual({ kind: 'done' });
  expect(engine.count('updateNode')).toBe(1);
});

test('a lost answer to a change that was not carried out is told', async () => {
  engine.fail('updateNode', new SwarmscopeError('timed-out', { sent: 1 }));
  await expect(change({ ...spec, Availability: 'pause' })).rejects.toMatchObject({
    code: 'not-changed',
    details: { name: 'node2' },
  });
});
