import type { InfoRecord } from '../docker/records/info';
import type { NetworkRecord } from '../docker/records/network';
import type { NodeRecord } from '../docker/records/node';
import type { ServiceRecord } from '../docker/records/service';
import type { TaskRecord } from '../docker/records/task';
import { buildNetwork } from './buildNetworks';
import { buildPeers } from './buildPeers';
import { buildService } from './buildServices';
import { buildTasks } from './buildTasks';
import { dataPathAddresses, nodeAddresses } from './nodeAddress';
import { groupBy, mapById, reuseArray, reuseObject } from './reuse';
import type {
  PartName,
  PartState,
  SwarmNode,
  SwarmPeer,
  SwarmService,
  SwarmSnapshot,
} from './snapshot';
import { sortByName } from './sorting';

/** The records of one look at a swarm, in any order. */
export interface SnapshotParts {
  /** Milliseconds since the epoch of the newest part. */
  readonly takenAt: number;
  readonly info: InfoRecord;
  readonly apiVersion: string;
  readonly nodes: readonly NodeRecord[];
  /** The whole list of the connected engine, local networks included. */
  readonly networks: readonly NetworkRecord[];
  readonly services: readonly ServiceRecord[];
  /** Tasks of services and of attached plain containers. */
  readonly tasks: readonly TaskRecord[];
  /** Verbose inspects of the networks in which the connected engine takes part. */
  readonly details: readonly NetworkRecord[];
  readonly parts: Readonly<Record<PartName, PartState>>;
}

const PART_NAMES = ['nodes', 'networks', 'services', 'tasks', 'peers'] as const;

/**
 * Joins records by id into one immutable snapshot. Whatever equals its counterpart in `previous` is
 * that very object, so views may compare by identity.
 */
export function buildSnapshot(parts: SnapshotParts, previous?: SwarmSnapshot): SwarmSnapshot {
  const details = new Map(parts.details.map((detail) => [detail.id, detail]));
  const nodeOfTask = new Map(parts.tasks.map((task) => [task.id, task.nodeId]));
  const dataPath = dataPathAddresses(parts.details, (taskId) => nodeOfTask.get(taskId));
  const addressesOf = (node: NodeRecord): readonly string[] =>
    nodeAddresses(node, parts.info, dataPath.get(node.id));

  const nodes = mapById(
    sortByName(parts.nodes, (node) => node.hostname).map((node) => withAddress(node, addressesOf)),
    previous?.nodes,
  );
  const networks = mapById(
    sortByName(
      parts.networks.filter((network) => network.scope === 'swarm'),
      (network) => network.name,
    ).map((network) => buildNetwork(network, details.get(network.id))),
    previous?.networks,
  );
  const serviceRecords = sortByName(parts.services, (service) => service.name);
  const tasks = mapById(
    buildTasks(parts.tasks, {
      services: serviceRecords,
      nodes: [...nodes.values()],
      details: parts.details,
    }),
    previous?.tasks,
  );
  const tasksByService = groupBy(
    tasks.values(),
    (task) => (task.serviceId === undefined ? [] : [task.serviceId]),
    previous?.tasksByService,
  );
  const services = mapById(
    serviceRecords.map((record) => buildService(record, tasksByService.get(record.id) ?? [])),
    previous?.services,
  );
  const tasksByNetwork = groupBy(
    tasks.values(),
    (task) => (task.current ? task.attachments.map(({ networkId }) => networkId) : []),
    previous?.tasksByNetwork,
  );
  const peers = mapById(
    buildPeers({ nodes, networks, tasksByNetwork, details, addressesOf }).map((peer) =>
      reusePeerNetworks(peer, previous?.peers.get(peer.id)),
    ),
    previous?.peers,
  );
  return {
    takenAt: parts.takenAt,
    info: parts.info,
    apiVersion: parts.apiVersion,
    nodes,
    networks,
    services,
    tasks,
    peers,
    parts: parts.parts,
    localNetworks: reuseArray(
      previous?.localNetworks,
      parts.networks.filter((network) => network.scope !== 'swarm'),
    ),
    tasksByService,
    tasksByNode: groupBy(
      tasks.values(),
      (task) => (task.nodeId === undefined ? [] : [task.nodeId]),
      previous?.tasksByNode,
    ),
    servicesByNetwork: groupBy(
      services.values(),
      networksOfService(networks),
      previous?.servicesByNetwork,
    ),
    tasksByNetwork,
    peersByNetwork: groupBy(
      peers.values(),
      (peer) => peer.networks.map(({ networkId }) => networkId),
      previous?.peersByNetwork,
    ),
  };
}

/** True when `next` shows nothing that `previous` did not; times of the looks do not count. */
export function isSameSnapshot(previous: SwarmSnapshot, next: SwarmSnapshot): boolean {
  return (
    previous.info === next.info &&
    previous.apiVersion === next.apiVersion &&
    previous.nodes === next.nodes &&
    previous.networks === next.networks &&
    previous.services === next.services &&
    previous.tasks === next.tasks &&
    previous.peers === next.peers &&
    previous.localNetworks === next.localNetworks &&
    PART_NAMES.every((name) => isSamePart(previous.parts[name], next.parts[name]))
  );
}

function isSamePart(previous: PartState, next: PartState): boolean {
  return (
    previous.kind === next.kind &&
    (previous.kind !== 'failed' ||
      next.kind !== 'failed' ||
      (previous.error.code === next.error.code && previous.error.message === next.error.message))
  );
}

function withAddress(
  node: NodeRecord,
  addressesOf: (node: NodeRecord) => readonly string[],
): SwarmNode {
  const [address] = addressesOf(node);
  return address === undefined ? node : { ...node, address };
}

/** A service is on a network by its VIP there or by its wish, which names the network or its id. */
function networksOfService(
  networks: SwarmSnapshot['networks'],
): (service: SwarmService) => Iterable<string> {
  const idByName = new Map([...networks.values()].map((network) => [network.name, network.id]));
  return (service) => {
    const ids = new Set(service.virtualIps.map(({ networkId }) => networkId));
    for (const { target } of service.networks) {
      const id = networks.has(target) ? target : idByName.get(target);
      if (id !== undefined) {
        ids.add(id);
      }
    }
    return [...ids].filter((id) => networks.has(id));
  };
}

function reusePeerNetworks(peer: SwarmPeer, previous: SwarmPeer | undefined): SwarmPeer {
  if (previous === undefined) {
    return peer;
  }
  const old = new Map(previous.networks.map((network) => [network.networkId, network]));
  const networks = peer.networks.map((network) => reuseObject(old.get(network.networkId), network));
  return { ...peer, networks: reuseArray(previous.networks, networks) };
}
