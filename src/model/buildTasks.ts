import type { NetworkRecord } from '../docker/records/network';
import type { NodeRecord } from '../docker/records/node';
import type { ServiceRecord } from '../docker/records/service';
import type { TaskRecord } from '../docker/records/task';
import type { SwarmTask } from './snapshot';
import { compareCodeUnits } from './sorting';

/** States from which a task never returns. Source: Engine API `TaskState`. */
const TERMINAL_STATES: ReadonlySet<string> = new Set([
  'complete',
  'shutdown',
  'failed',
  'rejected',
  'remove',
  'orphaned',
]);

const CURRENT_DESIRED_STATES: ReadonlySet<string> = new Set(['running', 'ready', 'complete']);

/** True when the task has ended, whatever is wished of it. */
export function isTerminal(task: TaskRecord): boolean {
  return TERMINAL_STATES.has(task.state);
}

/** True when the task runs and the swarm wants it to. */
export function isRunning(task: TaskRecord): boolean {
  return task.state === 'running' && task.desiredState === 'running';
}

/** Records that tasks are named and sorted by; services and nodes sorted by name. */
export interface TaskSurroundings {
  readonly services: readonly ServiceRecord[];
  readonly nodes: readonly NodeRecord[];
  /** Verbose inspects; they know the names of plain containers on the connected node. */
  readonly details: Iterable<NetworkRecord>;
}

/** Names tasks and sorts them by service name, slot, node name, then newest first. */
export function buildTasks(
  records: readonly TaskRecord[],
  { services, nodes, details }: TaskSurroundings,
): SwarmTask[] {
  const serviceNames = new Map(services.map((service) => [service.id, service.name]));
  const serviceRanks = rankById(services);
  const nodeRanks = rankById(nodes);
  const containerNames = new Map<string, string>();
  for (const detail of details) {
    for (const container of detail.containers ?? []) {
      containerNames.set(container.id, container.name);
    }
  }
  const keyed = records.map((record) => ({
    task: buildTask(record, serviceNames, containerNames),
    service: serviceRanks.get(record.serviceId ?? '') ?? Number.MAX_SAFE_INTEGER,
    slot: record.slot ?? 0,
    node: nodeRanks.get(record.nodeId ?? '') ?? Number.MAX_SAFE_INTEGER,
  }));
  return keyed
    .toSorted(
      (left, right) =>
        left.service - right.service ||
        compareCodeUnits(left.task.serviceId ?? '', right.task.serviceId ?? '') ||
        left.slot - right.slot ||
        // Tasks of one slot may sit on different nodes: there only age counts.
        (left.task.slot === undefined ? left.node - right.node : 0) ||
        compareCodeUnits(right.task.createdAt, left.task.createdAt) ||
        compareCodeUnits(left.task.id, right.task.id),
    )
    .map(({ task }) => task);
}

function rankById(items: readonly { readonly id: string }[]): ReadonlyMap<string, number> {
  return new Map(items.map((item, index) => [item.id, index]));
}

function buildTask(
  record: TaskRecord,
  serviceNames: ReadonlyMap<string, string>,
  containerNames: ReadonlyMap<string, string>,
): SwarmTask {
  return {
    ...record,
    name: nameTask(record, serviceNames, containerNames),
    current: CURRENT_DESIRED_STATES.has(record.desiredState),
  };
}

function nameTask(
  record: TaskRecord,
  serviceNames: ReadonlyMap<string, string>,
  containerNames: ReadonlyMap<string, string>,
): string {
  if (record.isAttachment || record.serviceId === undefined) {
    const container = record.containerId ?? '';
    return containerNames.get(container) ?? (container.slice(0, 12) || record.id.slice(0, 12));
  }
  // A service that is gone leaves its id, as docker shows it.
  const service = serviceNames.get(record.serviceId) ?? record.serviceId;
  const part = record.slot ?? record.nodeId;
  return part === undefined ? service : `${service}.${part}`;
}
