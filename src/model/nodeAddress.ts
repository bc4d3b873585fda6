import { isIP } from 'node:net';
import type { InfoRecord } from '../docker/records/info';
import type { NetworkRecord } from '../docker/records/network';
import type { NodeRecord } from '../docker/records/node';

/** Host of `host`, `host:port` or `[v6]:port`. */
export function hostOf(address: string): string {
  const trimmed = address.trim();
  if (isIP(trimmed) !== 0) {
    return trimmed;
  }
  const parts = /^(?:\[(?<v6>[^\]]*)\]|(?<host>[^:]*))(?::\d+)?$/.exec(trimmed)?.groups;
  return parts?.['v6'] ?? parts?.['host'] ?? '';
}

/** False for what other machines cannot use: no IP address, unspecified and loopback ones. */
export function isUsableAddress(address: string): boolean {
  return (
    isIP(address) !== 0 &&
    address !== '0.0.0.0' &&
    address !== '::' &&
    address !== '::1' &&
    !address.startsWith('127.') &&
    !address.startsWith('::ffff:127.')
  );
}

/**
 * All usable addresses of a node, best first: host of `ManagerStatus.Addr`, `Status.Addr`,
 * `/info` of the connected node, its `RemoteManagers`, the data-path address of one of its tasks.
 */
export function nodeAddresses(
  node: NodeRecord,
  info: InfoRecord,
  dataPathAddress?: string,
): readonly string[] {
  const { swarm } = info;
  const candidates = [
    node.managerAddress ?? '',
    node.statusAddress,
    swarm.nodeId === node.id ? swarm.nodeAddress : '',
    ...swarm.remoteManagers.filter((m) => m.nodeId === node.id).map((m) => m.address),
    dataPathAddress ?? '',
  ];
  return [...new Set(candidates.map(hostOf).filter(isUsableAddress))];
}

/** Data-path address by node id, from gossip task names `service.slot.taskId` (verbose inspect). */
export function dataPathAddresses(
  details: Iterable<NetworkRecord>,
  nodeOfTask: (taskId: string) => string | undefined,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const detail of details) {
    for (const task of detail.gossipServices?.flatMap((service) => service.tasks) ?? []) {
      const nodeId = nodeOfTask(task.name.slice(task.name.lastIndexOf('.') + 1));
      if (nodeId !== undefined && task.hostIp !== undefined) {
        found.set(nodeId, task.hostIp);
      }
    }
  }
  return found;
}
