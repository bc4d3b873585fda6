import type { NetworkRecord } from '../docker/records/network';
import type { SwarmNetwork } from './snapshot';

/** Adds what follows from a record, and what a verbose inspect of it told about members. */
export function buildNetwork(
  record: NetworkRecord,
  detail: NetworkRecord | undefined,
): SwarmNetwork {
  return {
    ...record,
    ...(detail?.peers === undefined ? {} : { peers: detail.peers }),
    ...(detail?.containers === undefined ? {} : { containers: detail.containers }),
    ...(detail?.gossipServices === undefined ? {} : { gossipServices: detail.gossipServices }),
    encrypted: Object.hasOwn(record.options, 'encrypted'),
    allocated: isAllocated(record),
  };
}

/** False when the swarm gave no driver, or an overlay no subnet: it stays so for ever. */
export function isAllocated(record: NetworkRecord): boolean {
  return record.driver !== '' && (record.driver !== 'overlay' || record.subnets.length > 0);
}
