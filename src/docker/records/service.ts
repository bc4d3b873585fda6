/** A published port of a service, `Endpoint.Ports[]`. */
export interface PublishedPort {
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  /** 1-65535. */
  readonly targetPort: number;
  /** 1-65535; undefined for host mode without a fixed port. */
  readonly publishedPort?: number;
  readonly mode: 'ingress' | 'host';
}

/** How a service places tasks; `replicas` and `total` are wished counts. */
export type ServiceMode =
  | { readonly kind: 'replicated'; readonly replicas: number }
  | { readonly kind: 'global' }
  | { readonly kind: 'replicated-job'; readonly total: number }
  | { readonly kind: 'global-job' };

/** `GET /services` row (Engine API 1.24+), normalized. */
export interface ServiceRecord {
  readonly id: string;
  readonly name: string;
  /** `Version.Index`, needed for updates. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly mode: ServiceMode;
  /** As given, digest and all. */
  readonly image: string;
  /** `K=V` strings: secret by default, mask before showing. */
  readonly env: readonly string[];
  readonly args: readonly string[];
  readonly command: readonly string[];
  readonly constraints: readonly string[];
  readonly endpointMode: 'vip' | 'dnsrr';
  /** What the spec asks for. */
  readonly wantedPorts: readonly PublishedPort[];
  /** What was allocated. */
  readonly ports: readonly PublishedPort[];
  /** One per network, ingress included; `address` is CIDR, absent for host/bridge. */
  readonly virtualIps: readonly { readonly networkId: string; readonly address?: string }[];
  /** Networks of the task template: target is an id or a name. */
  readonly networks: readonly { readonly target: string; readonly aliases: readonly string[] }[];
  readonly updateStatus?: {
    /** updating, paused, completed, rollback_started, rollback_paused, rollback_completed. */
    readonly state: string;
    readonly message: string;
  };
  /** `ServiceStatus` (API ≥ 1.41 with status=true); undefined on older engines. */
  readonly status?: { readonly running: number; readonly desired: number };
  readonly raw: unknown;
}
