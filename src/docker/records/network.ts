import * as v from 'valibot';
import {
  flag,
  identity,
  line,
  maybeEntries,
  maybeRows,
  readRecord,
  rows,
  section,
  textMap,
} from './fields';

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

const schema = v.object({
  Id: identity,
  Name: identity,
  Created: line,
  Scope: line,
  Driver: line,
  EnableIPv6: flag,
  Internal: flag,
  Attachable: flag,
  Ingress: flag,
  ConfigOnly: flag,
  IPAM: section({ Config: rows({ Subnet: identity, Gateway: line, IPRange: line }) }),
  Options: textMap,
  Labels: textMap,
  Peers: maybeRows({ Name: line, IP: identity }),
  Containers: maybeEntries({ Name: line, IPv4Address: line }),
  Services: maybeEntries({
    VIP: line,
    Tasks: rows({ Name: identity, EndpointIP: line, Info: textMap }),
  }),
});

type Raw = v.InferOutput<typeof schema>;
type Attached = Pick<NetworkRecord, 'peers' | 'containers' | 'gossipServices'>;

/**
 * Normalizes a row of `GET /networks` or the answer of `GET /networks/{id}`, verbose or not.
 * @throws SwarmscopeError 'unexpected-answer' when id or name is missing.
 */
export function normalizeNetwork(raw: unknown): NetworkRecord {
  const network = readRecord(schema, raw, 'network');
  return {
    id: network.Id,
    name: network.Name,
    created: network.Created,
    scope: network.Scope,
    driver: network.Driver,
    ipv6: network.EnableIPv6,
    internal: network.Internal,
    attachable: network.Attachable,
    ingress: network.Ingress,
    configOnly: network.ConfigOnly,
    subnets: network.IPAM.Config.map((config) => ({
      subnet: config.Subnet,
      ...(config.Gateway === '' ? {} : { gateway: config.Gateway }),
      ...(config.IPRange === '' ? {} : { ipRange: config.IPRange }),
    })),
    options: network.Options,
    labels: network.Labels,
    ...normalizeAttached(network),
    raw,
  };
}

/** The parts that only an engine with a local instance of the network reports. */
function normalizeAttached(network: Raw): Attached {
  return {
    ...(network.Peers === undefined
      ? {}
      : { peers: network.Peers.map((peer) => ({ name: peer.Name, ip: peer.IP })) }),
    ...(network.Containers === undefined
      ? {}
      : {
          containers: network.Containers.map(([id, container]) => ({
            id,
            name: container.Name,
            ...(container.IPv4Address === '' ? {} : { ipv4: container.IPv4Address }),
          })),
        }),
    ...(network.Services === undefined
      ? {}
      : {
          gossipServices: network.Services.map(([name, service]) => normalizeGossip(name, service)),
        }),
  };
}

function normalizeGossip(
  name: string,
  service: NonNullable<Raw['Services']>[number][1],
): NonNullable<NetworkRecord['gossipServices']>[number] {
  return {
    name,
    // Go prints an absent address as "<nil>"; newer engines write "" or "invalid IP".
    ...(/^[0-9a-f.:]+$/i.test(service.VIP) ? { vip: service.VIP } : {}),
    tasks: service.Tasks.map((task) => {
      const hostIp = task.Info['Host IP'];
      return {
        name: task.Name,
        endpointIp: task.EndpointIP,
        ...(hostIp === undefined || hostIp === '' ? {} : { hostIp }),
      };
    }),
  };
}
