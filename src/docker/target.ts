/** Where an engine listens, as a parsed address. TLS and ssh join this union with their issue. */
export type ConnectionTarget =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'npipe'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** Where a connection entry was found. */
export type ConnectionSource =
  | 'environment' // DOCKER_HOST
  | 'context' // a docker context on disk
  | 'socket' // the default socket of this platform
  | 'setting' // swarmscope.connections
  | 'entered' // typed by the person
  | 'demo'; // the simulated swarm

/** One way to reach an engine that the person can choose. */
export interface ConnectionEntry {
  /** Stable across restarts: `<source>:<name or address>`; part of document addresses and tree ids. */
  readonly id: string;
  /** Shown to the person: context name, setting name, or the address. */
  readonly name: string;
  readonly source: ConnectionSource;
  /** `unix:///var/run/docker.sock`, `npipe:////./pipe/docker_engine`, `tcp://10.0.0.1:2375`. */
  readonly address: string;
}
