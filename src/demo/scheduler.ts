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

/** Whether `node` may run new tasks and meets the service's constraints. */
export function isEligible(node: DemoNode, service: DemoService): boolean {
  const constraints = service.spec.TaskTemplate.Placement?.Constraints ?? [];
  return (
    node.state === 'ready' &&
    node.availability === 'active' &&
    constraints.every((constraint) => meets(node, constraint))
  );
}

/** Chooses the node with the fewest tasks of the service, or says why there is none. */
export function chooseNode(
  state: SwarmState,
  service: DemoService,
  task: DemoTask,
): { readonly node: DemoNode } | { readonly reason: string } {
  const all = [...state.nodes.values()];
  const usable = all.filter((node) => node.state === 'ready' && node.availability === 'active');
  if (usable.length === 0) {
    return { reason: `no suitable node (${count(all.length)} not available for new tasks)` };
  }
  const eligible = usable.filter((node) => isEligible(node, service));
  if (eligible.length === 0) {
    const on = `scheduling constraints not satisfied on ${count(usable.length)}`;
    return { reason: `no suitable node (${on})` };
  }
  const wanted = typeof task.place === 'string' ? task.place : undefined;
  const free = eligible.filter(
    (node) =>
      (wanted === undefined || node.id === wanted) && !hasPortClash(state, service, node, task),
  );
  const best = leastLoaded(state, free, service);
  return best === undefined
    ? {
        reason: `no suitable node (host-mode port already in use on ${count(eligible.length)})`,
      }
    : { node: best };
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
  return actual !== undefined && (actual === value) === (operator === '==');
}

function attributeOf(node: DemoNode, key: string): string | undefined {
  if (key.startsWith('node.labels.')) {
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
  return known[key];
}

function count(nodes: number): string {
  return nodes === 1 ? '1 node' : `${nodes} nodes`;
}
