import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SwarmscopeError } from '../common/errors';
import type { NodeSpecState } from '../docker/engine';
import { untilJoined } from './joinIngress';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Nodes whose labels are kept, and every update of them; `fails` tells which update cannot be made. */
class Nodes {
  readonly labels = new Map<string, Readonly<Record<string, string>>>();
  updates = 0;

  constructor(private readonly fails: (update: number) => boolean = () => false) {}

  nodeSpec(id: string): Promise<NodeSpecState> {
    return Promise.resolve({
      version: this.updates,
      spec: { Role: 'worker', Labels: this.labels.get(id) ?? {} },
    });
  }

  updateNode(id: string, { spec }: NodeSpecState): Promise<void> {
    this.updates += 1;
    if (this.fails(this.updates)) {
      return Promise.reject(new SwarmscopeError('connection-lost', { address: 'tcp://a:1' }));
    }
    this.labels.set(id, spec.Labels ?? {});
    return Promise.resolve();
  }
}

async function join(nodes: Nodes, missing: () => readonly string[]): Promise<readonly string[]> {
  const parts = { engine: () => nodes, missing: () => Promise.resolve(missing()), limitMs: 45_000 };
  const joined = untilJoined(['a'], parts);
  await vi.runAllTimersAsync();
  return await joined;
}

test('a node that joins at once is updated once, to the spec that it has', async () => {
  const nodes = new Nodes();
  nodes.labels.set('a', { zone: 'x' });
  expect(await join(nodes, () => [])).toEqual([]);
  expect(nodes.updates).toBe(1);
  expect(nodes.labels.get('a')).toEqual({ zone: 'x' });
});

test('a node that hesitates is changed for a moment, and keeps nothing of it', async () => {
  const nodes = new Nodes();
  nodes.labels.set('a', { zone: 'x' });
  const wasLabelled = vi.spyOn(nodes, 'updateNode');
  expect(await join(nodes, () => (nodes.updates < 3 ? ['a'] : []))).toEqual([]);
  expect(wasLabelled.mock.calls.map(([, { spec }]) => spec.Labels)).toEqual([
    { zone: 'x' },
    { zone: 'x', 'swarmscope.rejoin': '' },
    { zone: 'x' },
  ]);
});

test('the label of a node goes in the end where it could not be taken away at once', async () => {
  const nodes = new Nodes((update) => update >= 3 && update < 8);
  expect(await join(nodes, () => (nodes.updates < 3 ? ['a'] : []))).toEqual([]);
  expect(nodes.labels.get('a')).toEqual({});
});

test('a node that never joins is named when the time is over', async () => {
  expect(await join(new Nodes(), () => ['a'])).toEqual(['a']);
});
