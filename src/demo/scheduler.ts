import { asObject, asRows } from './json';
import type { SwarmState } from './swarmState';
import type { DemoNode, DemoService, DemoTask } from './swarmTypes';

/** Task states after which nothing runs any more. */
const ENDED: ReadonlySet<string> = new Set([
  'complete',
  'shutdown',
  'failed',
  'rejected',
  'remove',
  'orphaned',
]);

/** Whether a task has come to its end. */
export function hasEnded(task: DemoTask): boolean {
  return ENDED.has(task.state);
}

/** Whether a task is meant to run, and still may. */
export function isWanted(task: DemoTask): boolean {
  return ['running', 'ready', 'complete'].includes(task.desired) && !hasEnded(task);
}

/** Whether `node` may run new tasks and meets the service's constraints. */
export function isEligible(node: DemoNode, service: DemoService): boolean {
  return (
    node.state === 'ready' && node.availability === 'active' && meetsConstraints(node, service)
  );
}

/** Whether `node` is one that the service's constraints allow. */
export function meetsConstraints(node: DemoNode, service: DemoService): boolean {
  const constraints = service.spec.TaskTemplate.Placement?.Constraints ?? [];
  return constraints.every((constraint) => meets(node, constraint));
}

/** Chooses the node with the fewest tasks of the service, or says why there is none. */
export function chooseNode(
  state: SwarmState,
  service: DemoService,
  task: DemoTask,
): { readonly node: DemoNode } | { readonly reason: string } {
  const all = [...state.nodes.values()].filter(
    (node) => typeof task.place === 'number' || task.place === node.id,
  );
  const failures = new Map<(typeof FILTERS)[number], number>();
  const free = all.filter((node) => {
    const failed = FILTERS.find(({ lets }) => !lets({ state, service, task, node }));
    if (failed !== undefined) {
      failures.set(failed, (failures.get(failed) ?? 0) + 1);
    }
    return failed === undefined;
  });
  const best = leastLoaded(state, free, service);
  if (best !== undefined) {
    return { node: best };
  }
  const reasons = [...failures]
    .toSorted(([, one], [, other]) => other - one)
    .map(([{ explain }, nodes]) => explain(count(nodes)));
  return { reason: `no suitable node (${reasons.join('; ')})` };
}

interface Candidate {
  readonly state: SwarmState;
  readonly service: DemoService;
  readonly task: DemoTask;
  readonly node: DemoNode;
}

/** What a node has to pass in turn, with the scheduler's words for those that do not. */
const FILTERS: readonly {
  readonly lets: (candidate: Candidate) => boolean;
  readonly explain: (nodes: string) => string;
}[] = [
  {
    lets: ({ node }) => node.state === 'ready' && node.availability === 'active',
    explain: (nodes) => `${nodes} not available for new tasks`,
  },
  {
    lets: ({ node, service }) => hasResources(node, service),
    explain: (nodes) => `insufficient resources on ${nodes}`,
  },
  {
    lets: ({ node, service }) => meetsConstraints(node, service),
    explain: (nodes) => `scheduling constraints not satisfied on ${nodes}`,
  },
  {
    lets: ({ service }) => fitsPlatform(service),
    explain: (nodes) => `unsupported platform on ${nodes}`,
  },
  {
    lets: ({ state, service, node, task }) => !hasPortClash(state, service, node, task),
    explain: (nodes) => `host-mode port already in use on ${nodes}`,
  },
  {
    lets: ({ state, service, node }) => !isFull(state, service, node),
    explain: () => 'max replicas per node limit exceed',
  },
];

/** Whether one task of `service` alone fits on `node`. */
function hasResources(node: DemoNode, service: DemoService): boolean {
  const { Reservations } = asObject(service.spec.TaskTemplate['Resources']);
  const { NanoCPUs: cpus, MemoryBytes: memory } = asObject(Reservations);
  return (
    (typeof cpus !== 'number' || cpus <= node.nanoCpus) &&
    (typeof memory !== 'number' || memory <= node.memoryBytes)
  );
}

/** Every simulated node is Linux on x86-64. */
function fitsPlatform(service: DemoService): boolean {
  const platforms = asRows(service.spec.TaskTemplate.Placement?.['Platforms']);
  return (
    platforms.length === 0 ||
    platforms.some(
      ({ OS: os, Architecture: architecture }) =>
        ['', 'linux', undefined].includes(os as string | undefined) &&
        ['', 'amd64', 'x86_64', undefined].includes(architecture as string | undefined),
    )
  );
}

function isFull(state: SwarmState, service: DemoService, node: DemoNode): boolean {
  const limit = service.spec.TaskTemplate.Placement?.['MaxReplicas'];
  return (
    typeof limit === 'number' &&
    limit > 0 &&
    state.tasks.onNode(node.id).filter((other) => other.serviceId === service.id && isWanted(other))
      .length >= limit
  );
}

/** The first of the nodes with the fewest tasks of the service, then with the fewest at all. */
function leastLoaded(
  state: SwarmState,
  nodes: readonly DemoNode[],
  service: DemoService,
): DemoNode | undefined {
  const ownCounts = new Map<string | undefined, number>();
  for (const task of state.tasks.ofService(service.id)) {
    if (!hasEnded(task)) {
      ownCounts.set(task.nodeId, (ownCounts.get(task.nodeId) ?? 0) + 1);
    }
  }
  let best: { readonly node: DemoNode; readonly own: number; readonly all: number } | undefined;
  for (const node of nodes) {
    const own = ownCounts.get(node.id) ?? 0;
    const all = state.tasks.countLive(node.id);
    if (best === undefined || own < best.own || (own === best.own && all < best.all)) {
      best = { node, own, all };
    }
  }
  return best?.node;
}

function hasPortClash(
  state: SwarmState,
  service: DemoService,
  node: DemoNode,
  task: DemoTask,
): boolean {
  const wanted = hostPorts(service);
  return (
    wanted.length > 0 &&
    state.tasks
      .onNode(node.id)
      .some(
        (other) =>
          other !== task &&
          !hasEnded(other) &&
          hostPorts(state.services.get(other.serviceId)).some((port) => wanted.includes(port)),
      )
  );
}

function hostPorts(service: DemoService | undefined): string[] {
  return (service?.ports ?? [])
    .filter((port) => port.PublishMode === 'host' && port.PublishedPort !== undefined)
    .map((port) => `${port.Protocol}/${port.PublishedPort}`);
}

function meets(node: DemoNode, constraint: string): boolean {
  const [, key = '', operator, value = ''] =
    /^\s*(\S+?)\s*(==|!=)\s*(.*?)\s*$/.exec(constraint) ?? [];
  const actual = attributeOf(node, key);
  const isSame = actual?.toLowerCase() === value.toLowerCase();
  return actual !== undefined && isSame === (operator === '==');
}

function attributeOf(node: DemoNode, key: string): string | undefined {
  if (key.toLowerCase().startsWith('node.labels.')) {
    return node.labels[key.slice('node.labels.'.length)] ?? '';
  }
  const known: Readonly<Record<string, string>> = {
    'node.id': node.id,
    'node.hostname': node.hostname,
    'node.ip': node.address,
    'node.role': node.role,
    'node.platform.os': 'linux',
    'node.platform.arch': 'x86_64',
  };
  return known[key.toLowerCase()];
}

function count(nodes: number): string {
  return nodes === 1 ? '1 node' : `${nodes} nodes`;
}
