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
