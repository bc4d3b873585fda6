import { getJson } from './engineApi';
import type { PublishedRoute } from './meshRules';

/** What one engine knows about the mesh. */
export interface NodeView {
  readonly ingressSubnet: string;
  readonly services: readonly ViewedService[];
}

/** A service with published ports, as gossip brought it to one engine. */
export interface ViewedService {
  readonly name: string;
  readonly published: readonly number[];
  readonly tasks: readonly string[];
}

interface NetworkAnswer {
  readonly IPAM?: { readonly Config?: readonly { readonly Subnet?: string }[] | null } | null;
  readonly Containers?: Readonly<Record<string, { readonly IPv4Address?: string }>> | null;
  readonly Services?: Readonly<
    Record<
      string,
      {
        readonly Ports?: readonly string[] | null;
        readonly Tasks?: readonly { readonly EndpointIP?: string }[] | null;
      }
    >
  > | null;
}

interface ServiceAnswer {
  readonly Spec?: { readonly Name?: string };
  readonly Endpoint?: {
    readonly Ports?: readonly {
      readonly Protocol?: string;
      readonly PublishedPort?: number;
    }[];
  };
}

/** Protocols of published ports by `service:port`; the gossip tells ports without them. */
export type ProtocolTable = ReadonlyMap<string, readonly PublishedRoute['protocol'][]>;

/** Asks one engine what its own gossip says about the ingress network. */
export async function readNodeView(socket: string): Promise<NodeView> {
  const ingress = await getJson<NetworkAnswer>(socket, '/networks/ingress?verbose=true');
  const services = Object.entries(ingress.Services ?? {}).map(([name, service]) => ({
    name,
    published: (service.Ports ?? []).map(readPublished).filter((port) => port !== undefined),
    tasks: (service.Tasks ?? [])
      .map((task) => task.EndpointIP)
      .filter((address) => address !== undefined)
      .toSorted(),
  }));
  return {
    ingressSubnet: ingress.IPAM?.Config?.[0]?.Subnet ?? '10.0.0.0/24',
    services: services.filter((service) => service.published.length > 0),
  };
}

/** Asks one engine where its ingress sandbox is on docker_gwbridge; undefined while there is none. */
export async function readSandboxAddress(socket: string): Promise<string | undefined> {
  const gateway = await getJson<NetworkAnswer>(socket, '/networks/docker_gwbridge');
  return gateway.Containers?.['ingress-sbox']?.IPv4Address?.split('/')[0];
}

/** Asks a manager for the protocols of all published ports. */
export async function readProtocols(managerSocket: string): Promise<ProtocolTable> {
  const table = new Map<string, PublishedRoute['protocol'][]>();
  for (const service of await getJson<ServiceAnswer[]>(managerSocket, '/services')) {
    for (const port of service.Endpoint?.Ports ?? []) {
      const key = `${service.Spec?.Name ?? ''}:${port.PublishedPort ?? 0}`;
      const protocol = port.Protocol === 'udp' || port.Protocol === 'sctp' ? port.Protocol : 'tcp';
      table.set(key, [...(table.get(key) ?? []), protocol]);
    }
  }
  return table;
}

/** Joins both into routes, in a stable order so that equal knowledge gives equal rules. */
export function buildRoutes(view: NodeView, protocols: ProtocolTable): PublishedRoute[] {
  return view.services
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .flatMap((service) =>
      [...new Set(service.published)].flatMap((published) =>
        (protocols.get(`${service.name}:${published}`) ?? ['tcp']).map(
          (protocol): PublishedRoute => ({ protocol, published, tasks: service.tasks }),
        ),
      ),
    );
}

/** Tells whether a port's protocol has not been asked for yet. */
export function lacksProtocol(view: NodeView, protocols: ProtocolTable): boolean {
  return view.services.some((service) =>
    service.published.some((port) => !protocols.has(`${service.name}:${port}`)),
  );
}

function readPublished(text: string): number | undefined {
  const digits = /Publish: (\d+)/.exec(text)?.[1];
  return digits === undefined || digits === '0' ? undefined : Number(digits);
}
