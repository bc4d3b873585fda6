import type { SwarmService, SwarmSnapshot } from '../model/snapshot';
import { stackOf } from '../model/stackOf';
import {
  imageName,
  portText,
  sortedUnique,
  withoutDigest,
  type ServicePicture,
  type StackPicture,
} from './stackPicture';

/** The services of a stack that run, by their name in the file. */
export function stackServices(
  snapshot: SwarmSnapshot,
  stack: string,
): ReadonlyMap<string, SwarmService> {
  const own = [...snapshot.services.values()].filter((service) => stackOf(service) === stack);
  return new Map(own.map((service) => [nameInFile(service.name, stack), service]));
}

/** The services of a stack that are new in `after` or were updated since `before`, by their name in the file. */
export function changedServices(
  before: SwarmSnapshot,
  after: SwarmSnapshot,
  stack: string,
): ReadonlyMap<string, SwarmService> {
  return new Map(
    [...stackServices(after, stack)].filter(
      ([, { id, version }]) => before.services.get(id)?.version !== version,
    ),
  );
}

/** What runs of a stack. A digest counts only for the services whose file names one, `pinned`. */
export function runningStack(
  snapshot: SwarmSnapshot,
  stack: string,
  pinned: (service: string) => boolean,
): StackPicture {
  return new Map(
    [...stackServices(snapshot, stack)].map(([name, service]) => [
      name,
      pictureOf(name, service, snapshot, pinned(name)),
    ]),
  );
}

/** What a file keeps of a service that runs: its number of tasks, and which networks and ports stay. */
export function keptOf(
  service: SwarmService,
  wanted: ServicePicture,
  snapshot: SwarmSnapshot,
): Pick<SwarmService, 'mode' | 'networks' | 'wantedPorts'> {
  const { mode, networks, wantedPorts } = service;
  const { replicas } = wanted;
  return {
    mode: mode.kind === 'replicated' && replicas !== undefined ? { ...mode, replicas } : mode,
    networks: networks.filter(({ target }) =>
      wanted.networks.includes(networkName(target, snapshot)),
    ),
    wantedPorts: wantedPorts.filter((port) =>
      wanted.ports.includes(portText(port.publishedPort, port.targetPort, port)),
    ),
  };
}

function nameInFile(name: string, stack: string): string {
  return name.startsWith(`${stack}_`) ? name.slice(stack.length + 1) : name;
}

function pictureOf(
  name: string,
  service: SwarmService,
  snapshot: SwarmSnapshot,
  isPinned: boolean,
): ServicePicture {
  const { mode } = service;
  return {
    name,
    image: isPinned ? imageName(service.image) : withoutDigest(service.image),
    mode: mode.kind,
    ...(mode.kind === 'replicated' ? { replicas: mode.replicas } : {}),
    ...(mode.kind === 'replicated-job' ? { replicas: mode.total } : {}),
    ports: sortedUnique(
      service.wantedPorts.map((port) => portText(port.publishedPort, port.targetPort, port)),
    ),
    networks: sortedUnique(service.networks.map(({ target }) => networkName(target, snapshot))),
    environment: sortedUnique(service.env.map((line) => line.replace(/=[\s\S]*$/, ''))),
    secrets: references(service.raw, 'Secrets', 'SecretName'),
    configs: references(service.raw, 'Configs', 'ConfigName'),
  };
}

function networkName(target: string, { networks, localNetworks }: SwarmSnapshot): string {
  return (
    networks.get(target)?.name ?? localNetworks.find(({ id }) => id === target)?.name ?? target
  );
}

/** Names of the secrets or configs of a service (Engine API 1.30+, `ContainerSpec`). */
function references(raw: unknown, list: string, name: string): readonly string[] {
  const found = ['Spec', 'TaskTemplate', 'ContainerSpec', list].reduce<unknown>(
    (value, key) => child(value, key),
    raw,
  );
  return sortedUnique(
    (Array.isArray(found) ? found : []).flatMap((one) => {
      const value = child(one, name);
      return typeof value === 'string' ? [value] : [];
    }),
  );
}

function child(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
