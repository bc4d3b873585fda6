import type { NetworkBody, ServiceBody } from './bodies';
import type { NetworkRecord } from './records/network';
import type { ServiceRecord } from './records/service';

/** A service as the short form knows it; `env` is `K=V`. */
export interface ServiceSpec {
  readonly name: string;
  readonly image: string;
  /** Network ids. */
  readonly networks: readonly string[];
  readonly mode:
    { readonly kind: 'replicated'; readonly replicas: number } | { readonly kind: 'global' };
  readonly ports: readonly {
    readonly protocol: 'tcp' | 'udp' | 'sctp';
    readonly targetPort: number;
    /** Undefined: the swarm picks from 30000-32767. */
    readonly publishedPort?: number;
    readonly mode: 'ingress' | 'host';
  }[];
  readonly env: readonly string[];
}

/** Body of `POST /services/create` (Engine API 1.25+). */
export function buildServiceBody(spec: ServiceSpec): ServiceBody {
  return {
    Name: spec.name,
    Labels: {},
    TaskTemplate: {
      ContainerSpec: { Image: spec.image, Env: [...spec.env] },
      Networks: spec.networks.map((target) => ({ Target: target })),
    },
    Mode:
      spec.mode.kind === 'global'
        ? { Global: {} }
        : { Replicated: { Replicas: spec.mode.replicas } },
    EndpointSpec: {
      Mode: 'vip',
      Ports: spec.ports.map((port) => ({
        Protocol: port.protocol,
        TargetPort: port.targetPort,
        ...(port.publishedPort === undefined ? {} : { PublishedPort: port.publishedPort }),
        PublishMode: port.mode,
      })),
    },
  };
}

/** Whether a network that was found by name is what `body` asked for. */
export function isNetworkOf(body: NetworkBody, network: NetworkRecord): boolean {
  const subnets = (body.IPAM?.Config ?? []).flatMap(({ Subnet: subnet }) => subnet ?? []);
  return (
    network.name === body.Name &&
    network.attachable === (body.Attachable ?? false) &&
    network.internal === (body.Internal ?? false) &&
    network.ingress === (body.Ingress ?? false) &&
    'encrypted' in network.options === 'encrypted' in (body.Options ?? {}) &&
    // Allocation, and with it the subnet, may still be under way.
    (network.subnets.length === 0 ||
      subnets.every((subnet) => network.subnets.some((known) => known.subnet === subnet)))
  );
}

/** Whether a service that was found by name is what `body` asked for. */
export function isServiceOf(body: ServiceBody, { raw }: ServiceRecord): boolean {
  return typeof raw === 'object' && raw !== null && 'Spec' in raw && holds(raw.Spec, body);
}

/** Whether `actual` has everything that `wanted` says; the engine leaves empty values out. */
export function holds(actual: unknown, wanted: unknown): boolean {
  if (isEmpty(wanted)) {
    return isEmpty(actual);
  }
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(actual) &&
      actual.length === wanted.length &&
      wanted.every((member) => actual.some((other) => holds(other, member)))
    );
  }
  if (typeof wanted === 'object' && wanted !== null) {
    const members: Readonly<Record<string, unknown>> =
      typeof actual === 'object' && actual !== null ? { ...actual } : {};
    return Object.entries(wanted).every(([key, value]) => holds(members[key], value));
  }
  return actual === wanted;
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === 0 ||
    value === false ||
    (typeof value === 'object' && Object.values(value).every(isEmpty) && !hasMark(value))
  );
}

/** `Global: {}` and `GlobalJob: {}` say something by being there. */
function hasMark(value: object): boolean {
  return 'Global' in value || 'GlobalJob' in value;
}
