import type { SwarmSnapshot } from '../model/snapshot';
import { hostOf } from '../model/nodeAddress';
import type { InfoRecord } from '../docker/records/info';
import type { KnownManager } from './failOver';

/** The managers of a swarm that can be named by an address, as its nodes and the engine tell. */
export function knownManagers({ nodes, info }: SwarmSnapshot): readonly KnownManager[] {
  const listed = [...nodes.values()].flatMap(({ id, hostname, role, address }) =>
    role === 'manager' && address !== undefined ? [{ nodeId: id, hostname, address }] : [],
  );
  const known = new Set(listed.map(({ nodeId }) => nodeId));
  return [...listed, ...remoteManagers(info).filter(({ nodeId }) => !known.has(nodeId))];
}

/** The managers that an engine knows of, a worker's included (`/info` `Swarm.RemoteManagers`). */
export function remoteManagers({ swarm }: InfoRecord): readonly KnownManager[] {
  return swarm.remoteManagers
    .map(({ nodeId, address }) => ({ nodeId, hostname: '', address: hostOf(address) }))
    .filter(({ address }) => address !== '');
}
