/*
 * A service as people write it: the words are those of `docker service create`, durations read `10s`,
 * sizes `64M`. Whatever is left out is left to the engine. Members that name networks, secrets and
 * configs do so by name.
 */

/** How many tasks run, and where. */
export type DraftMode = 'replicated' | 'global' | 'replicated-job' | 'global-job';

/** A published port. */
export interface DraftPort {
  /** 1-65535. */
  readonly target: number;
  /** 1-65535; the swarm chooses one of 30000-32767 (ingress) or the node one (host) when omitted. */
  readonly published?: number;
  readonly protocol?: 'tcp' | 'udp' | 'sctp';
  readonly mode?: 'ingress' | 'host';
}

/** A network that the tasks join. */
export interface DraftNetwork {
  /** Name of the network. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly driverOpts?: Readonly<Record<string, string>>;
}

/** A mount of the tasks. */
export interface DraftMount {
  readonly type: 'bind' | 'volume' | 'tmpfs' | 'npipe';
  readonly source?: string;
  readonly target: string;
  readonly readOnly?: boolean;
  readonly bind?: { readonly propagation?: string; readonly nonRecursive?: boolean };
  readonly volume?: {
    readonly nocopy?: boolean;
    /** Path within the volume; Engine API 1.45 and later. */
    readonly subpath?: string;
    readonly driver?: string;
    readonly driverOpts?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  /** `size` is `64M`; `mode` octal text, `1777`. */
  readonly tmpfs?: { readonly size?: string; readonly mode?: string };
}

/** A secret or config that the tasks get as a file. */
export interface DraftFile {
  /** Name of the secret or config. */
  readonly source: string;
  /** File name under /run/secrets, or path of a config; the source's name when omitted. */
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  /** Octal text, `0444`. */
  readonly mode?: string;
}

/** Durations are `10s`, `1m30s`. */
export interface DraftHealthcheck {
  /** A shell command; exclusive with `exec` and `disable`. */
  readonly command?: string;
  /** A command that runs without a shell; the docker CLI cannot say it. */
  readonly exec?: readonly string[];
  readonly interval?: string;
  readonly timeout?: string;
  readonly retries?: number;
  readonly startPeriod?: string;
  /** Engine API 1.44 and later. */
  readonly startInterval?: string;
  readonly disable?: boolean;
}

/** Limits or reservations of one task. */
export interface DraftResources {
  /** CPUs, 0.5 is half of one. */
  readonly cpus?: number;
  /** `512M`. */
  readonly memory?: string;
  /** Limits only. */
  readonly pids?: number;
  /** Reservations only: `gpu=2`. */
  readonly generic?: readonly string[];
}

/** When tasks start anew; durations are `10s`. */
export interface DraftRestart {
  readonly condition?: 'none' | 'on-failure' | 'any';
  readonly delay?: string;
  readonly maxAttempts?: number;
  readonly window?: string;
}

/** How an update or a rollback goes; durations are `10s`. */
export interface DraftUpdate {
  /** Tasks at a time; 0 means all. */
  readonly parallelism?: number;
  readonly delay?: string;
  readonly failureAction?: 'pause' | 'continue' | 'rollback';
  readonly monitor?: string;
  /** 0 to 1. */
  readonly maxFailureRatio?: number;
  readonly order?: 'stop-first' | 'start-first';
}

/** A service as people write it. */
export interface ServiceDraft {
  readonly name: string;
  readonly image: string;
  readonly mode?: DraftMode;
  /** Tasks of a replicated service; completions of a replicated job. */
  readonly replicas?: number;
  /** Tasks of a replicated job at a time. */
  readonly maxConcurrent?: number;
  readonly ports?: readonly DraftPort[];
  readonly networks?: readonly DraftNetwork[];
  readonly endpointMode?: 'vip' | 'dnsrr';
  /** Value by name; null passes the name without a value. */
  readonly env?: Readonly<Record<string, string | null>>;
  readonly entrypoint?: readonly string[];
  readonly args?: readonly string[];
  readonly workdir?: string;
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly hostname?: string;
  readonly init?: boolean;
  readonly tty?: boolean;
  readonly readOnly?: boolean;
  readonly stopSignal?: string;
  readonly stopGracePeriod?: string;
  readonly mounts?: readonly DraftMount[];
  readonly secrets?: readonly DraftFile[];
  readonly configs?: readonly DraftFile[];
  readonly healthcheck?: DraftHealthcheck;
  readonly limits?: DraftResources;
  readonly reservations?: DraftResources;
  /** `node.labels.zone==a`. */
  readonly constraints?: readonly string[];
  /** What tasks are spread over, `node.labels.zone`. */
  readonly spread?: readonly string[];
  readonly replicasMaxPerNode?: number;
  readonly restart?: DraftRestart;
  readonly update?: DraftUpdate;
  readonly rollback?: DraftUpdate;
  readonly labels?: Readonly<Record<string, string>>;
  readonly containerLabels?: Readonly<Record<string, string>>;
  readonly dns?: {
    readonly servers?: readonly string[];
    readonly search?: readonly string[];
    readonly options?: readonly string[];
  };
  /** `name:IP`. */
  readonly hosts?: readonly string[];
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  readonly sysctls?: Readonly<Record<string, string>>;
  /** `nofile=1024:2048`. */
  readonly ulimits?: readonly string[];
  readonly oomScoreAdj?: number;
  readonly isolation?: 'default' | 'process' | 'hyperv';
  /** Windows only: `file://NAME`, `registry://NAME` or `config://NAME` of a config. */
  readonly credentialSpec?: string;
  readonly logDriver?: {
    readonly name: string;
    readonly options?: Readonly<Record<string, string>>;
  };
}

/** Ids and names of what drafts name, both ways. */
export interface DraftNames {
  readonly networks: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, string>;
  readonly configs: ReadonlyMap<string, string>;
}

/** Something wrong with a draft, or worth a word. */
export interface DraftProblem {
  /** Where: `['ports', 0, 'published']`; empty for the whole. */
  readonly path: readonly (string | number)[];
  readonly severity: 'error' | 'warning';
  /** What is wrong and what to do. */
  readonly text: string;
}
