import { SwarmscopeError } from '../../common/errors';
import type { TaskRecord } from '../../docker/records/task';
import type { LogAddress } from '../../logs/logAddress';
import type { SeenTasks } from '../../logs/logFollower';
import type { ConnectedSwarm } from '../commandContext';

const ENDED: ReadonlySet<string> = new Set([
  'complete',
  'shutdown',
  'failed',
  'rejected',
  'remove',
  'orphaned',
]);

/**
 * The tasks that a log document is about, newest first, with what their nodes are up to.
 * @throws SwarmscopeError when the manager does not answer.
 */
export async function tasksOf(
  { kind, id, name }: LogAddress,
  swarm: ConnectedSwarm | undefined,
  signal: AbortSignal,
): Promise<SeenTasks> {
  if (swarm === undefined) {
    throw new SwarmscopeError('connection-lost');
  }
  const { engine, snapshot } = swarm;
  const serviceId = kind === 'service' ? id : snapshot.tasks.get(id)?.serviceId;
  const [tasks, nodes] = await Promise.all([
    engine.tasks(serviceId === undefined ? {} : { serviceId }, signal),
    engine.nodes(signal),
  ]);
  const nodeById = new Map(nodes.map((node) => [node.id, node]));
  return {
    most: engine.streamLimits.open,
    tasks: tasks
      .filter((task) => kind === 'service' || task.id === id)
      // What never had a container has no log, and asking for it waits for ever.
      .filter((task) => task.containerId !== undefined && task.nodeId !== undefined)
      .toSorted((left, right) => Date.parse(right.createdAt) - Date.parse(left.createdAt))
      .map((task) => {
        const node = nodeById.get(task.nodeId ?? '');
        return {
          id: task.id,
          name: nameOf(task, kind === 'service' ? name : serviceName(swarm, task) || name),
          node: node?.hostname ?? (task.nodeId ?? '').slice(0, 12),
          // After an election nodes are `unknown` for a moment, and answer all the same.
          answers: node?.state === 'ready' || node?.state === 'unknown',
          ended: ENDED.has(task.state),
          outcome: task.error === '' ? task.state : `${task.state}, ${task.error}`,
          hasTerminal: hasTerminal(task),
        };
      }),
  };
}

function serviceName({ snapshot }: ConnectedSwarm, { serviceId }: TaskRecord): string {
  return snapshot.services.get(serviceId ?? '')?.name ?? '';
}

/** `web.2`; tasks of a global service are told apart by their nodes. */
function nameOf({ slot }: TaskRecord, service: string): string {
  return slot === undefined || service.endsWith(`.${slot}`) ? service : `${service}.${slot}`;
}

/** `Spec.ContainerSpec.TTY` of `GET /tasks`. */
function hasTerminal({ raw }: TaskRecord): boolean {
  const spec = partOf(partOf(raw, 'Spec'), 'ContainerSpec');
  return partOf(spec, 'TTY') === true;
}

function partOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
