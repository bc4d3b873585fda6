import * as l10n from '@vscode/l10n';
import type { SwarmSnapshot } from '../model/snapshot';

/** Ports that a swarm needs for itself, by number, for every protocol. */
const SWARM_PORTS: Readonly<Record<number, string>> = {
  2377: 'cluster management',
  7946: 'gossip between nodes',
};

/** A port that a service of the swarm publishes. */
export interface TakenPort {
  readonly service: string;
  readonly mode: 'ingress' | 'host';
}

/** What published ports are checked against. */
export interface PortContext {
  /** By `<port>/<protocol>`; a port that is published in ingress mode counts before others. */
  readonly taken: ReadonlyMap<string, TakenPort>;
  /** UDP port of the VXLAN data path. */
  readonly dataPathPort: number;
}

/** The ports that services publish, but for the service that is being changed. */
export function portContext(
  { services, info }: Pick<SwarmSnapshot, 'services' | 'info'>,
  exceptService?: string,
): PortContext {
  const taken = new Map<string, TakenPort>();
  for (const { id, name, ports, wantedPorts } of services.values()) {
    for (const { protocol, publishedPort, mode } of [...wantedPorts, ...ports]) {
      const key = `${publishedPort}/${protocol}`;
      if (
        id !== exceptService &&
        publishedPort !== undefined &&
        taken.get(key)?.mode !== 'ingress'
      ) {
        taken.set(key, { service: name, mode });
      }
    }
  }
  return { taken, dataPathPort: info.swarm.cluster?.dataPathPort ?? 4789 };
}

/** A published port that is going to be checked. */
export interface WantedPort {
  readonly published: number;
  readonly protocol: string;
  readonly mode: 'ingress' | 'host';
}

/** What is wrong with publishing a port, or worth a word; undefined when nothing is. */
export function publishProblem(
  { published, protocol, mode }: WantedPort,
  { taken, dataPathPort }: PortContext,
): { readonly severity: 'error' | 'warning'; readonly text: string } | undefined {
  const owner = taken.get(`${published}/${protocol}`);
  // Two services may share a port in host mode: the scheduler keeps them on different nodes.
  if (owner !== undefined && !(owner.mode === 'host' && mode === 'host')) {
    return {
      severity: 'error',
      text: l10n.t(
        'Port {0}/{1} is published by the service "{2}".',
        published,
        protocol,
        owner.service,
      ),
    };
  }
  const purpose = SWARM_PORTS[published];
  if (purpose !== undefined) {
    return {
      severity: 'error',
      text: l10n.t('The swarm itself needs port {0} ({1}).', published, purpose),
    };
  }
  if (published === dataPathPort && protocol === 'udp') {
    return {
      severity: 'error',
      text: l10n.t('The swarm itself needs port {0}/udp (traffic between nodes).', published),
    };
  }
  if (protocol === 'tcp' && [22, 2375, 2376].includes(published)) {
    return {
      severity: 'warning',
      text: l10n.t('Port {0} is usually in use on the nodes themselves (ssh, Docker).', published),
    };
  }
  if (owner !== undefined) {
    return {
      severity: 'warning',
      text: l10n.t(
        'The service "{0}" publishes port {1}/{2} on its nodes too: tasks of both never share a node.',
        owner.service,
        published,
        protocol,
      ),
    };
  }
  return undefined;
}
