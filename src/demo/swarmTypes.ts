import type { AddressPool } from './addressPool';

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
  readonly role: 'manager' | 'worker';
  availability: 'active' | 'pause' | 'drain';
  state: 'ready' | 'down';
  /** Of the documentation range: no packet to it can reach anybody. */
  readonly address: string;
  /** Gossip name, 12 hexadecimal digits. */
  readonly peerName: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface DemoNetwork extends Stored {
  readonly name: string;
  readonly ingress: boolean;
  readonly attachable: boolean;
  readonly internal: boolean;
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether the request said anything about addresses. */
  readonly hasIpam: boolean;
  /** Undefined when the wished subnet could not be had: the engine accepts and never allocates. */
  readonly allocated?: { readonly pool: AddressPool; readonly vni: number };
  /** CIDR of the load-balancer endpoint by node id. */
  readonly balancers: Map<string, string>;
}

export interface DemoPort {
  readonly Protocol: string;
  readonly TargetPort: number;
  readonly PublishedPort?: number;
  readonly PublishMode: 'ingress' | 'host';
}

/** A service's spec as it is kept: defaults filled in, networks by id. */
export interface ServiceSpecJson extends JsonObject {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly TaskTemplate: TaskTemplate;
  readonly Mode: { readonly Replicated?: { readonly Replicas: number }; readonly Global?: object };
  readonly UpdateConfig?: { readonly Parallelism?: number };
  readonly EndpointSpec?: { readonly Mode: 'vip' | 'dnsrr'; readonly Ports?: readonly DemoPort[] };
}

export interface TaskTemplate extends JsonObject {
  readonly ContainerSpec: JsonObject & { readonly Image: string };
  readonly RestartPolicy?: {
    readonly Condition?: string;
    /** Nanoseconds. */
    readonly Delay?: number;
    readonly MaxAttempts?: number;
  };
  readonly Placement?: { readonly Constraints?: readonly string[] };
  readonly Networks?: readonly { readonly Target: string }[];
  readonly ForceUpdate: number;
}

export interface UpdateStatus {
  readonly State: 'updating' | 'paused' | 'completed';
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
  readonly template: TaskTemplate;
  nodeId?: string;
  state: TaskState;
  desired: 'running' | 'ready' | 'shutdown' | 'remove';
  message: string;
  error: string;
  statusAt: bigint;
  containerId: string;
  exitCode: number;
  /** CIDR by network id. */
  readonly addresses: Map<string, string>;
}
