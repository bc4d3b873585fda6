/** How a tcp connection is secured. Files are read when it is opened; nothing of them is kept. */
export interface TlsOptions {
  /** Path of a PEM file with the CAs to trust; the system's CAs when omitted. */
  readonly ca?: string;
  /** Path of a PEM file with the client certificate (chain). */
  readonly cert?: string;
  /** Path of a PEM file with the client's key; may be encrypted. */
  readonly key?: string;
  /** Name that the engine's certificate must bear, and SNI; the address's host when omitted. */
  readonly serverName?: string;
  /** False accepts any certificate (a context's SkipTLSVerify). */
  readonly verify: boolean;
}

/** A tcp address. */
export interface TcpTarget {
  readonly kind: 'tcp';
  readonly host: string;
  readonly port: number;
  /** Plain HTTP when omitted. */
  readonly tls?: TlsOptions;
}

/** An address that is reached through ssh. */
export interface SshTarget {
  readonly kind: 'ssh';
  readonly user?: string;
  /** A host name, an alias of ssh_config, or an IP address without brackets. */
  readonly host: string;
  /** What ssh_config or ssh itself says when omitted. */
  readonly port?: number;
  /** The engine's socket on that host; what the docker CLI there uses when omitted. */
  readonly socketPath?: string;
}

/** Where an engine listens, as a parsed address. */
export type ConnectionTarget =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'npipe'; readonly path: string }
  | TcpTarget
  | SshTarget;

/** Where a connection entry was found. */
export type ConnectionSource =
  | 'environment' // DOCKER_HOST
  | 'context' // a docker context on disk
  | 'socket' // the default socket of this platform
  | 'setting' // swarmscope.connections
  | 'entered' // typed by the person
  | 'demo'; // the simulated swarm

/** One way to reach an engine that the person can choose. Holds no secret: paths and names only. */
export interface ConnectionEntry {
  /** Stable across restarts: `<source>:<name or address>`; part of document addresses and tree ids. */
  readonly id: string;
  /** Shown to the person: context name, setting name, or the address. */
  readonly name: string;
  readonly source: ConnectionSource;
  /** `unix:///var/run/docker.sock`, `npipe:////./pipe/docker_engine`, `tcp://10.0.0.1:2375`, `ssh://me@host`. */
  readonly address: string;
  /** Set when a tcp address is to be reached over TLS. */
  readonly tls?: TlsOptions;
  /** What the docker CLI uses here when it is told nothing. */
  readonly current?: boolean;
  /** DOCKER_API_VERSION, `1.41`: spoken instead of what is negotiated. */
  readonly apiVersion?: string;
  /** No act that changes anything is offered or accepted. */
  readonly readOnly?: boolean;
  /** Destructive acts want the name typed. */
  readonly production?: boolean;
  /** Colour that marks the swarm wherever it shows. */
  readonly color?: 'blue' | 'green' | 'orange' | 'purple' | 'red' | 'yellow';
  /** How other managers of the same swarm are reached: an address with `{address}` or `{hostname}`. */
  readonly managers?: string;
  /** Id of the swarm that was last seen behind it (`Cluster.ID`), where that is remembered. */
  readonly swarmId?: string;
}
