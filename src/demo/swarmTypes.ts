import type { NetworkPool } from './addressPool';

/** Parsed JSON whose shape is checked where it is used. */
export type JsonObject = Record<string, unknown>;

/** What every object of the cluster store carries. */
export interface Stored {
  readonly id: string;
  version: number;
  readonly createdAt: bigint;
  updatedAt: bigint;
}

export interface DemoNode extends Stored {
  readonly hostname: string;
  /** Of the spec. */
  role: 'manager' | 'worker';
  /** Whether it takes part in the managers' decisions; follows `role` a little later. */
  isManager: boolean;
  /** A name that somebody gave it in its spec; mostly empty. */
  specName: string;
  availability: 'active' | 'pause' | 'drain';
  state: 'ready' | 'down';
  /** Of the documentation range: no packet to it can reach anybody. */
  readonly address: string;
  /** Gossip name, 12 hexadecimal digits. */
  readonly peerName: string;
  readonly nanoCpus: number;
  readonly memoryBytes: number;
  labels: Readonly<Record<string, string>>;
}

/** What the cluster gave a network. */
export interface Allocation {
  readonly pool: NetworkPool;
  /** VXLAN ids, one for each subnet. */
  readonly vnis: readonly number[];
}

export interface DemoNetwork extends Stored {
  readonly name: string;
  readonly driver: string;
  readonly ingress: boolean;
  readonly attachable: boolean;
  readonly internal: boolean;
  readonly ipv6: boolean;
  /** Name of a local configuration network, or nothing. */
  readonly configFrom: string;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly ipamOptions: Readonly<Record<string, string>>;
  /** Whether the request said anything about addresses. */
  readonly hasIpam: boolean;
  /**
   * Undefined for other drivers than overlay, and when the wished subnet could not be had: the engine
   * accepts and never allocates.
   */
  readonly allocated?: Allocation;
  /** CIDR of the load-balancer endpoint by node id. */
  readonly balancers: Map<string, string>;
}

export interface DemoPort {
  readonly Name?: string;
  readonly Protocol: string;
  readonly TargetPort?: number;
  readonly PublishedPort?: number;
  readonly PublishMode: 'ingress' | 'host';
}

/** A service's spec as it is kept: defaults filled in, networks by id. */
export interface ServiceSpecJson extends JsonObject {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly TaskTemplate: TaskTemplate;
  /** Exactly one of them. */
  readonly Mode: {
    readonly Replicated?: { readonly Replicas: number };
    readonly Global?: object;
    readonly ReplicatedJob?: { readonly MaxConcurrent: number; readonly TotalCompletions: number };
    readonly GlobalJob?: object;
  };
  readonly UpdateConfig?: UpdateConfig;
  readonly RollbackConfig?: UpdateConfig;
  readonly EndpointSpec?: { readonly Mode: 'vip' | 'dnsrr'; readonly Ports?: readonly DemoPort[] };
}

export interface UpdateConfig {
  /** 0: all at once. */
  readonly Parallelism?: number;
  /** Nanoseconds between two groups. */
  readonly Delay?: number;
  readonly FailureAction?: string;
}

export interface TaskTemplate extends JsonObject {
  readonly ContainerSpec: JsonObject & { readonly Image: string };
  readonly RestartPolicy?: {
    readonly Condition?: string;
    /** Nanoseconds. */
    readonly Delay?: number;
    readonly MaxAttempts?: number;
  };
  readonly Placement?: JsonObject & { readonly Constraints?: readonly string[] };
  readonly Networks?: readonly { readonly Target: string }[];
  readonly ForceUpdate: number;
}

/** A secret or a config. */
export interface DemoData extends Stored {
  readonly name: string;
  labels: Readonly<Record<string, string>>;
  /** Base64. */
  readonly data: string;
  readonly templating?: JsonObject;
}

export interface UpdateStatus {
  readonly State:
    | 'updating'
    | 'paused'
    | 'completed'
    | 'rollback_started'
    | 'rollback_paused'
    | 'rollback_completed';
  readonly StartedAt: string;
  readonly CompletedAt?: string;
  readonly Message: string;
}

export interface DemoService extends Stored {
  spec: ServiceSpecJson;
  previousSpec?: ServiceSpecJson;
  updateStatus?: UpdateStatus;
  /** Counts changes of the task template: tasks of an older one are replaced. */
  generation: number;
  /** How often a job was told to run; undefined for what is none. */
  jobIteration?: number;
  /** Stamp of a job's last run. */
  lastExecution?: bigint;
  ports: readonly DemoPort[];
  /** CIDR by network id. */
  readonly vips: Map<string, string>;
}

/** States a simulated task goes through; `failed` and `rejected` are the bad ends. */
export type TaskState =
  | 'new'
  | 'pending'
  | 'assigned'
  | 'accepted'
  | 'preparing'
  | 'ready'
  | 'starting'
  | 'running'
  | 'complete'
  | 'shutdown'
  | 'failed'
  | 'rejected'
  | 'remove'
  | 'orphaned';

export interface DemoTask extends Stored {
  readonly serviceId: string;
  /** Slot number, or node id of a global service. */
  readonly place: number | string;
  readonly generation: number;
  /** The run of its job; undefined for what is none. */
  readonly jobIteration?: number;
  /** Stamp of its container's start. */
  startedAt?: bigint;
  readonly template: TaskTemplate;
  nodeId?: string;
  state: TaskState;
  desired: 'running' | 'ready' | 'complete' | 'shutdown' | 'remove';
  message: string;
  error: string;
  statusAt: bigint;
  containerId: string;
  exitCode: number;
  /** CIDR by network id. */
  readonly addresses: Map<string, string>;
}
