/*
 * What the engine takes (Engine API 1.24 to 1.55). The types name what Swarmscope knows; objects that
 * were read from an engine carry more, and keep it: an update sends back everything it was given.
 */

/** String to string, as the engine keeps labels and options. */
export type TextMap = Readonly<Record<string, string>>;

/** Body of `POST /networks/create`. */
export interface NetworkBody {
  readonly Name: string;
  /** `overlay`, or a local driver for config-only networks and swarm networks made from them. */
  readonly Driver: string;
  readonly Attachable?: boolean;
  readonly Internal?: boolean;
  readonly Ingress?: boolean;
  readonly EnableIPv6?: boolean;
  readonly IPAM?: {
    readonly Driver?: string;
    readonly Options?: TextMap;
    readonly Config?: readonly {
      readonly Subnet?: string;
      readonly Gateway?: string;
      readonly IPRange?: string;
    }[];
  };
  /** `encrypted` counts by presence. */
  readonly Options?: TextMap;
  readonly Labels?: TextMap;
  readonly ConfigOnly?: boolean;
  readonly ConfigFrom?: { readonly Network: string };
  readonly Scope?: string;
}

/** A mount of `ContainerSpec.Mounts`. */
export interface MountBody {
  readonly Type?: string;
  readonly Source?: string;
  readonly Target?: string;
  readonly ReadOnly?: boolean;
  readonly Consistency?: string;
  readonly BindOptions?: {
    readonly Propagation?: string;
    readonly NonRecursive?: boolean;
    readonly CreateMountpoint?: boolean;
    readonly ReadOnlyNonRecursive?: boolean;
    readonly ReadOnlyForceRecursive?: boolean;
  };
  readonly VolumeOptions?: {
    readonly NoCopy?: boolean;
    readonly Labels?: TextMap;
    readonly Subpath?: string;
    readonly DriverConfig?: { readonly Name?: string; readonly Options?: TextMap };
  };
  readonly TmpfsOptions?: { readonly SizeBytes?: number; readonly Mode?: number };
}

/** Where a secret or config appears in the container. `Mode` is a number: 0o444 is 292. */
export interface FileTarget {
  readonly Name?: string;
  readonly UID?: string;
  readonly GID?: string;
  readonly Mode?: number;
}

/** All durations are nanoseconds. */
export interface HealthcheckBody {
  /** `['NONE']`, `['CMD', …]` or `['CMD-SHELL', command]`. */
  readonly Test?: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly Retries?: number;
  readonly StartPeriod?: number;
  /** Engine API 1.44 and later. */
  readonly StartInterval?: number;
}

/** `TaskTemplate.ContainerSpec`. */
export interface ContainerBody {
  readonly Image?: string;
  readonly Labels?: TextMap;
  readonly Command?: readonly string[];
  readonly Args?: readonly string[];
  readonly Hostname?: string;
  /** `K=V`. */
  readonly Env?: readonly string[];
  readonly Dir?: string;
  readonly User?: string;
  readonly Groups?: readonly string[];
  readonly StopSignal?: string;
  readonly TTY?: boolean;
  readonly OpenStdin?: boolean;
  readonly ReadOnly?: boolean;
  readonly Init?: boolean;
  readonly Mounts?: readonly MountBody[];
  /** Nanoseconds. */
  readonly StopGracePeriod?: number;
  readonly Healthcheck?: HealthcheckBody;
  /** `IP name` lines. */
  readonly Hosts?: readonly string[];
  readonly DNSConfig?: {
    readonly Nameservers?: readonly string[];
    readonly Search?: readonly string[];
    readonly Options?: readonly string[];
  };
  readonly Secrets?: readonly {
    readonly SecretID: string;
    readonly SecretName: string;
    readonly File?: FileTarget;
  }[];
  readonly Configs?: readonly {
    readonly ConfigID: string;
    readonly ConfigName: string;
    readonly File?: FileTarget;
    readonly Runtime?: object;
  }[];
  readonly Isolation?: string;
  readonly Sysctls?: TextMap;
  readonly CapabilityAdd?: readonly string[];
  readonly CapabilityDrop?: readonly string[];
  readonly Ulimits?: readonly {
    readonly Name: string;
    readonly Soft: number;
    readonly Hard: number;
  }[];
  readonly OomScoreAdj?: number;
  readonly Privileges?: object;
}

/** Limits or reservations: CPUs in 1e-9, memory in bytes. */
export interface ResourceBody {
  readonly NanoCPUs?: number;
  readonly MemoryBytes?: number;
  /** Limits only. */
  readonly Pids?: number;
  /** Reservations only. */
  readonly GenericResources?: readonly {
    readonly NamedResourceSpec?: { readonly Kind: string; readonly Value: string };
    readonly DiscreteResourceSpec?: { readonly Kind: string; readonly Value: number };
  }[];
}

/** `UpdateConfig` or `RollbackConfig`; durations are nanoseconds. */
export interface UpdateBody {
  readonly Parallelism?: number;
  readonly Delay?: number;
  readonly FailureAction?: string;
  readonly Monitor?: number;
  /** 0 to 1. */
  readonly MaxFailureRatio?: number;
  readonly Order?: string;
}

/** A network of a service. */
export interface AttachmentBody {
  /** Id or name. */
  readonly Target: string;
  readonly Aliases?: readonly string[];
  readonly DriverOpts?: TextMap;
}

/** A published port as asked for. */
export interface PortBody {
  readonly Name?: string;
  readonly Protocol?: string;
  readonly TargetPort?: number;
  readonly PublishedPort?: number;
  readonly PublishMode?: string;
}

/** Exactly one member is there. */
export interface ModeBody {
  readonly Replicated?: { readonly Replicas?: number };
  readonly Global?: object;
  readonly ReplicatedJob?: { readonly MaxConcurrent?: number; readonly TotalCompletions?: number };
  readonly GlobalJob?: object;
}

/** What a service's tasks are made from. */
export interface TaskTemplateBody {
  readonly ContainerSpec?: ContainerBody;
  readonly Resources?: { readonly Limits?: ResourceBody; readonly Reservations?: ResourceBody };
  readonly RestartPolicy?: {
    readonly Condition?: string;
    readonly Delay?: number;
    readonly MaxAttempts?: number;
    readonly Window?: number;
  };
  readonly Placement?: {
    readonly Constraints?: readonly string[];
    readonly Preferences?: readonly { readonly Spread?: { readonly SpreadDescriptor?: string } }[];
    readonly MaxReplicas?: number;
    readonly Platforms?: readonly { readonly Architecture?: string; readonly OS?: string }[];
  };
  readonly Networks?: readonly AttachmentBody[];
  readonly LogDriver?: { readonly Name?: string; readonly Options?: TextMap };
  readonly ForceUpdate?: number;
  readonly Runtime?: string;
}

/** Body of `POST /services/create` and `POST /services/{id}/update`, and `Spec` of a service. */
export interface ServiceBody {
  readonly Name: string;
  readonly Labels?: TextMap;
  readonly TaskTemplate?: TaskTemplateBody;
  readonly Mode?: ModeBody;
  readonly UpdateConfig?: UpdateBody;
  readonly RollbackConfig?: UpdateBody;
  /** Before API 1.25 the networks stood here. */
  readonly Networks?: readonly AttachmentBody[];
  readonly EndpointSpec?: { readonly Mode?: string; readonly Ports?: readonly PortBody[] };
}

/** Body of `POST /nodes/{id}/update`, and `Spec` of a node. */
export interface NodeBody {
  readonly Name?: string;
  readonly Labels?: TextMap;
  readonly Role?: 'manager' | 'worker';
  readonly Availability?: 'active' | 'pause' | 'drain';
}
