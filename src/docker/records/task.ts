import * as v from 'valibot';
import {
  count,
  exactTexts,
  identity,
  line,
  maybeNumber,
  maybeSection,
  oneOf,
  readRecord,
  rows,
  section,
} from './fields';

/** Task states in order of life; the last six are terminal. Source: Engine API `TaskState`. */
export const TASK_STATES = [
  'new',
  'allocated',
  'pending',
  'assigned',
  'accepted',
  'preparing',
  'ready',
  'starting',
  'running',
  'complete',
  'shutdown',
  'failed',
  'rejected',
  'remove',
  'orphaned',
] as const;

export type TaskState = (typeof TASK_STATES)[number];

/** `GET /tasks` row, normalized. */
export interface TaskRecord {
  readonly id: string;
  readonly serviceId?: string;
  readonly nodeId?: string;
  /** Replicated services only. */
  readonly slot?: number;
  readonly createdAt: string;
  readonly state: TaskState | 'unknown';
  readonly desiredState: string;
  /** Time of the last state change, ISO 8601. */
  readonly stateAt: string;
  /** Generic progress text of the engine. */
  readonly message: string;
  /** The reason when something is wrong; empty otherwise. */
  readonly error: string;
  readonly exitCode?: number;
  readonly containerId?: string;
  readonly image: string;
  /** Addresses per network, CIDR as reported. */
  readonly attachments: readonly {
    readonly networkId: string;
    readonly addresses: readonly string[];
  }[];
  /** Host-mode ports actually bound, v4/v6 duplicates removed. */
  readonly hostPorts: readonly {
    readonly protocol: string;
    readonly targetPort: number;
    readonly publishedPort: number;
  }[];
  /** A plain container attached to an attachable overlay (runtime=attachment). */
  readonly isAttachment: boolean;
  readonly raw: unknown;
}

const schema = v.object({
  ID: identity,
  ServiceID: line,
  NodeID: line,
  Slot: count,
  CreatedAt: line,
  DesiredState: line,
  Spec: section({
    ContainerSpec: section({ Image: line }),
    NetworkAttachmentSpec: maybeSection({ ContainerID: line }),
  }),
  Status: section({
    State: oneOf(TASK_STATES, 'unknown'),
    Timestamp: line,
    Message: line,
    Err: line,
    ContainerStatus: section({ ContainerID: line, ExitCode: maybeNumber }),
    PortStatus: section({
      Ports: rows({ Protocol: line, TargetPort: count, PublishedPort: count }),
    }),
  }),
  NetworksAttachments: rows({ Network: section({ ID: identity }), Addresses: exactTexts }),
});

type Raw = v.InferOutput<typeof schema>;

/** States in which a container has ended, so that its exit code means something. */
const ENDED: readonly string[] = [
  'complete',
  'shutdown',
  'failed',
  'rejected',
  'remove',
  'orphaned',
];

/**
 * Normalizes a row of `GET /tasks`.
 * @throws SwarmscopeError 'unexpected-answer' when the id is missing.
 */
export function normalizeTask(raw: unknown): TaskRecord {
  const task = readRecord(schema, raw, 'task');
  const { Status: status, Spec: spec } = task;
  const container = status.ContainerStatus;
  const containerId = container.ContainerID || (spec.NetworkAttachmentSpec?.ContainerID ?? '');
  return {
    id: task.ID,
    ...(task.ServiceID === '' ? {} : { serviceId: task.ServiceID }),
    ...(task.NodeID === '' ? {} : { nodeId: task.NodeID }),
    ...(task.Slot > 0 ? { slot: task.Slot } : {}),
    createdAt: task.CreatedAt,
    state: status.State,
    desiredState: task.DesiredState,
    stateAt: status.Timestamp,
    message: status.Message,
    error: status.Err,
    // A running task reports exit code 0 too.
    ...(container.ExitCode !== undefined && ENDED.includes(status.State)
      ? { exitCode: container.ExitCode }
      : {}),
    ...(containerId === '' ? {} : { containerId }),
    image: spec.ContainerSpec.Image,
    attachments: task.NetworksAttachments.map((attachment) => ({
      networkId: attachment.Network.ID,
      addresses: attachment.Addresses,
    })),
    hostPorts: withoutDuplicates(status.PortStatus.Ports),
    isAttachment: spec.NetworkAttachmentSpec !== undefined,
    raw,
  };
}

/** Each host port is reported twice, once for IPv4 and once for IPv6. */
function withoutDuplicates(ports: Raw['Status']['PortStatus']['Ports']): TaskRecord['hostPorts'] {
  const byKey = new Map(
    ports
      .filter((port) => port.PublishedPort > 0)
      .map((port) => [`${port.Protocol}/${port.PublishedPort}/${port.TargetPort}`, port]),
  );
  return [...byKey.values()].map((port) => ({
    protocol: port.Protocol === '' ? 'tcp' : port.Protocol,
    targetPort: port.TargetPort,
    publishedPort: port.PublishedPort,
  }));
}
