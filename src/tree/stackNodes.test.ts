import { describe, expect, it } from 'vitest';
import { makeNetwork, makeService, makeTask } from '../../test/fakes/records';
import { lessonParts } from '../../test/fakes/swarms';
import { buildSnapshot, type SnapshotParts } from '../model/buildSnapshot';
import { stackedGroups } from './stackNodes';
import type { TreeNode } from './treeNode';

const shop = { 'com.docker.stack.namespace': 'shop' };
const { networks, services, tasks } = lessonParts();

/** The lesson's swarm with a stack of two services beside it. */
function groups(fields: Partial<SnapshotParts> = {}): readonly TreeNode[] {
  const parts = lessonParts({
    networks: [...networks, makeNetwork({ id: 'front', name: 'shop_front', labels: shop })],
    services: [
      ...services,
      makeService({
        id: 'web',
        name: 'shop_web',
        labels: shop,
        networks: [{ target: 'my', aliases: [] }],
        virtualIps: [{ networkId: 'my', address: '10.0.1.9/24' }],
      }),
      makeService({ id: 'api', name: 'shop_api', labels: shop }),
    ],
    tasks: [...tasks, makeTask({ id: 'w1', serviceId: 'web', slot: 1, nodeId: 'n1' })],
    ...fields,
  });
  return stackedGroups({
    rootId: 'lab',
    snapshot: buildSnapshot(parts),
    describeError: ({ code }) => code,
  });
}

const below = (nodes: readonly TreeNode[], id: string): readonly TreeNode[] =>
  nodes.find((node) => node.id === id)?.children?.() ?? [];
const labels = (nodes: readonly TreeNode[]): string[] => nodes.map(({ label }) => label);

describe('stackedGroups', () => {
  it('puts what belongs to a stack below it, and nothing twice', () => {
    const found = groups();
    expect(found.map(({ label, description }) => `${label} ${description}`)).toEqual([
      'Stacks 1',
      'Networks 2',
      'Services 2',
      'Nodes 3',
      'Peers 3',
    ]);
    const [stack] = below(found, 'lab/stacks');
    expect(stack?.id).toBe('lab/stacks/shop');
    expect(labels(stack?.children?.() ?? [])).toEqual(['shop_api', 'shop_web', 'shop_front']);
    expect(labels(below(found, 'lab/services'))).toEqual(['drupal', 'psql']);
    expect(labels(below(found, 'lab/networks'))).toEqual(['ingress', 'mydrupal']);
  });

  it('says how the stack is, also in words', () => {
    const [stack] = below(groups(), 'lab/stacks');
    expect(stack?.description).toBe('1/2 running · 1 converging · 2 services · 1 network');
    expect(stack?.accessibleLabel).toBe(
      'Stack shop, 1 of 2 running, 1 converging, 2 services, 1 network',
    );
    expect(stack?.icon).toEqual({ id: 'warning', tone: 'warning' });
  });

  it('names networks of other places in the tooltips of its services', () => {
    const [stack] = below(groups(), 'lab/stacks');
    const web = stack?.children?.().find(({ label }) => label === 'shop_web');
    expect(web?.id).toBe('lab/stacks/shop/services/web');
    expect(web?.tooltip?.()).toContainEqual({ name: 'VIP on mydrupal', value: '10.0.1.9/24' });
  });

  it('says that there is none', () => {
    const [stacks] = groups({ networks, services });
    expect(stacks?.description).toBe('none');
    expect(stacks?.children).toBeUndefined();
  });

  it('keeps a hostile name one segment of its id and one line', () => {
    const evil = { 'com.docker.stack.namespace': 'a/b\n\u202Ec' };
    const [stack] = below(
      groups({ services: [makeService({ id: 'x', name: 'x', labels: evil })] }),
      'lab/stacks',
    );
    expect(stack?.id.split('/')).toHaveLength(3);
    expect(stack?.label).toBe('a/b c');
  });
});
