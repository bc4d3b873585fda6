import type { OverlayNetworkSpec, ServiceSpec } from './engine';
import type { NetworkRecord } from './records/network';
import type { ServiceRecord } from './records/service';

/** Body of `POST /networks/create` for an overlay (Engine API 1.24+). */
export function buildNetworkBody(spec: OverlayNetworkSpec): Record<string, unknown> {
  return {
    Name: spec.name,
    Driver: 'overlay',
    CheckDuplicate: true,
    Attachable: spec.attachable,
    Internal: spec.internal,
    EnableIPv6: false,
    IPAM: {
      Driver: 'default',
      Config: spec.subnet === undefined ? [] : [{ Subnet: spec.subnet }],
    },
    // The engine looks at presence only.
    Options: spec.encrypted ? { encrypted: '' } : {},
    Labels: {},
  };
}

/** Body of `POST /services/create` (Engine API 1.25+). */
export function buildServiceBody(spec: ServiceSpec): Record<string, unknown> {
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

/** Whether a network that was found by name is what `spec` asked for. */
export function isNetworkOf(spec: OverlayNetworkSpec, network: NetworkRecord): boolean {
  return (
    network.name === spec.name &&
    network.scope === 'swarm' &&
    network.attachable === spec.attachable &&
    network.internal === spec.internal &&
    'encrypted' in network.options === spec.encrypted &&
    // Allocation, and with it the subnet, may still be under way.
    (spec.subnet === undefined ||
      network.subnets.length === 0 ||
      network.subnets.some(({ subnet }) => subnet === spec.subnet))
  );
}

/** Whether a service that was found by name is what `spec` asked for. */
export function isServiceOf(spec: ServiceSpec, service: ServiceRecord): boolean {
  return (
    service.name === spec.name &&
    service.image === spec.image &&
    sameValues([service.mode], [spec.mode]) &&
    sameValues(service.env, spec.env) &&
    sameValues(
      service.networks.map(({ target }) => target),
      spec.networks,
    ) &&
    sameValues(service.wantedPorts, spec.ports)
  );
}

/** Equal as sets of plain values, whatever the order of members and keys. */
function sameValues(left: readonly unknown[], right: readonly unknown[]): boolean {
  const a = left.map(toKey).toSorted();
  const b = right.map(toKey).toSorted();
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function toKey(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? JSON.stringify(
        Object.entries(value)
          .filter(([, member]) => member !== undefined)
          .toSorted(([one], [other]) => one.localeCompare(other, 'en')),
      )
    : JSON.stringify(value);
}
