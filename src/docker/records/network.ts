/** One row of `GET /networks` or the answer of `GET /networks/{id}` (Engine API 1.24 to 1.55), normalized. */
export interface NetworkRecord {
  readonly id: string;
  readonly name: string;
  /** ISO 8601 as the engine wrote it. */
  readonly created: string;
  readonly scope: string;
  /** Empty for a swarm network that was never allocated. */
  readonly driver: string;
  readonly ipv6: boolean;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly ingress: boolean;
  readonly configOnly: boolean;
  readonly subnets: readonly {
    readonly subnet: string;
    readonly gateway?: string;
    readonly ipRange?: string;
  }[];
  /** Driver options; `encrypted` counts by presence, whatever its value. */
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Gossip members; undefined when the asked engine has no local instance (which is not "no peers"). */
  readonly peers?: readonly { readonly name: string; readonly ip: string }[];
  /** Containers on the asked engine; undefined when it has no local instance. */
  readonly containers?: readonly {
    readonly id: string;
    readonly name: string;
    readonly ipv4?: string;
  }[];
  /** Verbose only: active bindings as gossip on the asked engine has them. */
  readonly gossipServices?: readonly {
    readonly name: string;
    readonly vip?: string;
    readonly tasks: readonly {
      readonly name: string;
      readonly endpointIp: string;
      /** Data-path (VXLAN) address of the task's node. */
      readonly hostIp?: string;
    }[];
  }[];
  /** The engine's own object, for "inspect". */
  readonly raw: unknown;
}
