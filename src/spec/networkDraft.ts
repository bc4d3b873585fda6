/** One row of addresses of a network. */
export interface DraftSubnet {
  /** CIDR without host bits, IPv4 or IPv6. */
  readonly subnet: string;
  readonly gateway?: string;
  /** Addresses that VIPs, tasks and load balancers are taken from, CIDR. */
  readonly ipRange?: string;
}

/** A network as people ask for it, in the words of `docker network create`. */
export interface NetworkDraft {
  readonly name: string;
  /** `overlay` when omitted. */
  readonly driver?: 'overlay' | 'macvlan' | 'ipvlan';
  /** The swarm cuts one from its pools when there is none. */
  readonly subnets?: readonly DraftSubnet[];
  readonly ipv6?: boolean;
  readonly attachable?: boolean;
  readonly internal?: boolean;
  readonly encrypted?: boolean;
  readonly ingress?: boolean;
  /** MTU of the underlay, bytes; the interfaces get 50 less, encrypted 76 less. */
  readonly mtu?: number;
  /** One VXLAN network identifier for each subnet, 0 to 16777215. */
  readonly vxlanIds?: readonly number[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Driver options other than those above. */
  readonly options?: Readonly<Record<string, string>>;
  readonly ipamDriver?: string;
  readonly ipamOptions?: Readonly<Record<string, string>>;
  /** A configuration only, on the connected node: for networks of local drivers. */
  readonly configOnly?: boolean;
  /** Name of the configuration that a swarm-wide macvlan or ipvlan network is made from. */
  readonly configFrom?: string;
}
