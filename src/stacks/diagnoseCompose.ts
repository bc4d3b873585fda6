import * as l10n from '@vscode/l10n';
import { toPlainLine } from '../common/text';
import type { NetworkRecord } from '../docker/records/network';
import type { SwarmService, SwarmSnapshot } from '../model/snapshot';
import { stackOf } from '../model/stackOf';
import type { ComposeFile, ComposeNetwork, Span } from './composeFile';
import type { ComposePort } from './composePorts';

/** Something in a compose file that the swarm will refuse. */
export interface ComposeProblem {
  readonly code: 'network-missing' | 'network-scope' | 'network-ingress' | 'port-taken';
  readonly span: Span;
  readonly message: string;
}

/** What a compose file is held against. */
export interface DeployTarget {
  readonly snapshot: SwarmSnapshot;
  /** Name of the connection. */
  readonly swarm: string;
  readonly stack: string;
}

/** Networks that every node has (docker CLI, `container.NetworkMode.IsUserDefined`): not looked up. */
const ON_EVERY_NODE: ReadonlySet<string> = new Set(['bridge', 'default', 'host', 'none']);

/**
 * What of a compose file the swarm would refuse now. Only what is certain: an attachable network is
 * not needed for the services of a stack, and what holds a variable is not judged.
 */
export function diagnoseCompose(file: ComposeFile, target: DeployTarget): ComposeProblem[] {
  const used = new Set(file.services.flatMap(({ networks }) => networks));
  return [
    ...file.networks
      .filter(({ key, external }) => external && used.has(key))
      .flatMap((network) => networkProblem(network, target)),
    ...file.services.flatMap(({ ports }) => ports.flatMap((port) => portProblem(port, target))),
  ];
}

function networkProblem(
  { name, span }: ComposeNetwork,
  { snapshot, swarm }: DeployTarget,
): ComposeProblem[] {
  if (
    name === undefined ||
    ON_EVERY_NODE.has(name) ||
    name.startsWith('container:') ||
    snapshot.parts.networks.kind !== 'ok'
  ) {
    return [];
  }
  const found = findNetwork(name, [...snapshot.networks.values(), ...snapshot.localNetworks]);
  const [shown, where] = [toPlainLine(name), toPlainLine(swarm)];
  if (found === undefined) {
    const message = l10n.t(
      'The swarm "{0}" has no network "{1}". An external network must be there before the stack is deployed: create it, or correct its name.',
      where,
      shown,
    );
    return [{ code: 'network-missing', span, message }];
  }
  if (found.scope !== 'swarm') {
    const message = l10n.t(
      'The network "{0}" is local to one node of "{1}" (driver {2}), so no service of a stack can use it. Name an overlay network of the swarm.',
      shown,
      where,
      toPlainLine(found.driver),
    );
    return [{ code: 'network-scope', span, message }];
  }
  if (found.ingress) {
    const message = l10n.t(
      'The network "{0}" is the routing mesh of "{1}", which no service can be attached to. Publish a port instead, or name another network.',
      shown,
      where,
    );
    return [{ code: 'network-ingress', span, message }];
  }
  return [];
}

/** As the engine looks a network up: by name, by id, or by the beginning of an id. */
function findNetwork(name: string, networks: readonly NetworkRecord[]): NetworkRecord | undefined {
  return (
    networks.find((network) => network.name === name && network.scope === 'swarm') ??
    networks.find((network) => network.name === name || network.id === name) ??
    networks.find(({ id }) => name.length >= 4 && id.startsWith(name))
  );
}

function portProblem(
  port: ComposePort & { readonly span: Span },
  { snapshot, swarm, stack }: DeployTarget,
): ComposeProblem[] {
  for (const service of snapshot.services.values()) {
    const taken = stackOf(service) === stack ? undefined : takenPort(port, service);
    if (taken !== undefined) {
      const message = l10n.t(
        'Port {0}/{1} is taken: the service "{2}" of "{3}" publishes it. Publish another port.',
        taken,
        port.protocol,
        toPlainLine(service.name),
        toPlainLine(swarm),
      );
      return [{ code: 'port-taken', span: port.span, message }];
    }
  }
  return [];
}

/** Two services may share a port only where both publish it on their hosts (swarmkit, controlapi). */
function takenPort(port: ComposePort, { ports, wantedPorts }: SwarmService): number | undefined {
  return [...wantedPorts, ...ports].find(
    ({ publishedPort, protocol, mode }) =>
      publishedPort !== undefined &&
      publishedPort >= port.first &&
      publishedPort <= port.last &&
      protocol === port.protocol &&
      (mode === 'ingress' || port.mode === 'ingress'),
  )?.publishedPort;
}
