import * as v from 'valibot';
import {
  exactTexts,
  flag,
  line,
  maybeNumber,
  maybeSection,
  oneOf,
  readRecord,
  rows,
  section,
} from './fields';

/** What `/info` tells of the connected engine and its swarm, normalized. */
export interface InfoRecord {
  readonly engineName: string;
  readonly engineVersion: string;
  readonly operatingSystem: string;
  readonly osType: string;
  /** The engine's own clock when it answered, in the form that the event stream takes as `since`. */
  readonly time?: string;
  readonly swarm: {
    readonly state: 'inactive' | 'pending' | 'active' | 'error' | 'locked';
    /** True on a manager. */
    readonly controlAvailable: boolean;
    readonly error: string;
    readonly nodeId: string;
    readonly nodeAddress: string;
    readonly remoteManagers: readonly { readonly nodeId: string; readonly address: string }[];
    /** Managers only. */
    readonly cluster?: {
      readonly id: string;
      /** CIDR pools new overlays are cut from; 10.0.0.0/8 when unset. */
      readonly defaultAddressPools: readonly string[];
      /** Prefix length of a network cut from a pool. */
      readonly subnetSize: number;
      /** VXLAN UDP port. */
      readonly dataPathPort: number;
    };
  };
  readonly raw: unknown;
}

const STATES = ['inactive', 'pending', 'active', 'error', 'locked'] as const;

/** What the engine uses when nothing was given at `swarm init`. */
const DEFAULT_POOLS = ['10.0.0.0/8'];
const DEFAULT_SUBNET_SIZE = 24;
const DEFAULT_DATA_PATH_PORT = 4789;

const schema = v.object({
  Name: line,
  ServerVersion: line,
  OperatingSystem: line,
  OSType: line,
  SystemTime: line,
  Swarm: section({
    LocalNodeState: oneOf(STATES, 'inactive'),
    ControlAvailable: flag,
    Error: line,
    NodeID: line,
    NodeAddr: line,
    RemoteManagers: rows({ NodeID: line, Addr: line }),
    Cluster: maybeSection({
      ID: line,
      DefaultAddrPool: exactTexts,
      SubnetSize: maybeNumber,
      DataPathPort: maybeNumber,
    }),
  }),
});

type Cluster = NonNullable<InfoRecord['swarm']['cluster']>;
type RawCluster = NonNullable<v.InferOutput<typeof schema>['Swarm']['Cluster']>;

/**
 * Normalizes the answer of `GET /info`; every field may be missing.
 * @throws SwarmscopeError 'unexpected-answer' when the answer is no object.
 */
export function normalizeInfo(raw: unknown): InfoRecord {
  const info = readRecord(schema, raw, 'info');
  const swarm = info.Swarm;
  return {
    engineName: info.Name,
    engineVersion: info.ServerVersion,
    operatingSystem: info.OperatingSystem,
    osType: info.OSType,
    ...toTime(info.SystemTime),
    swarm: {
      state: swarm.LocalNodeState,
      controlAvailable: swarm.ControlAvailable,
      error: swarm.Error,
      nodeId: swarm.NodeID,
      nodeAddress: swarm.NodeAddr,
      remoteManagers: swarm.RemoteManagers.map((manager) => ({
        nodeId: manager.NodeID,
        address: manager.Addr,
      })),
      // A worker of older engines sends a Cluster of empty fields.
      ...(swarm.Cluster === undefined || swarm.Cluster.ID === ''
        ? {}
        : { cluster: normalizeCluster(swarm.Cluster) }),
    },
    raw,
  };
}

/** RFC 3339 → seconds since the epoch, to the millisecond. */
function toTime(text: string): { readonly time?: string } {
  const time = Date.parse(text);
  return Number.isNaN(time) ? {} : { time: (time / 1_000).toFixed(3) };
}

function normalizeCluster(cluster: RawCluster): Cluster {
  const { DefaultAddrPool: pools, SubnetSize: size, DataPathPort: port } = cluster;
  return {
    id: cluster.ID,
    defaultAddressPools: pools.length > 0 ? pools : DEFAULT_POOLS,
    subnetSize: size === undefined || size <= 0 || size > 32 ? DEFAULT_SUBNET_SIZE : size,
    dataPathPort: port === undefined || port <= 0 || port > 65535 ? DEFAULT_DATA_PATH_PORT : port,
  };
}
