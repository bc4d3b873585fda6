import { toIso } from './identity';
import { ENGINE_VERSION } from './render';
import type { SwarmState } from './swarmState';
import type { JsonObject } from './swarmTypes';

/** Newest API version the demo speaks. */
export const API_VERSION = '1.51';
/** Oldest API version the demo speaks. */
export const OLDEST_API_VERSION = '1.24';

/** `GET /version`. */
export function renderVersion(): JsonObject {
  const common = { GitCommit: '', GoVersion: '', KernelVersion: '', BuildTime: '' };
  const platform = { Os: 'linux', Arch: 'amd64' };
  return {
    Platform: { Name: 'Swarmscope demo swarm (simulated)' },
    Components: [
      {
        Name: 'Engine',
        Version: ENGINE_VERSION,
        Details: {
          ...common,
          ...platform,
          ApiVersion: API_VERSION,
          MinAPIVersion: OLDEST_API_VERSION,
          Experimental: 'false',
        },
      },
      { Name: 'containerd', Version: '', Details: { GitCommit: '' } },
    ],
    Version: ENGINE_VERSION,
    ApiVersion: API_VERSION,
    MinAPIVersion: OLDEST_API_VERSION,
    ...common,
    ...platform,
  };
}

/** `GET /info`, as far as clients of a swarm read it. */
export function renderInfo(state: SwarmState): JsonObject {
  const { self } = state;
  const nodes = [...state.nodes.values()];
  const managers = nodes.filter((node) => node.isManager);
  const running = state.tasks.onNode(self.id).filter((task) => task.state === 'running').length;
  return {
    ID: `demo-${self.id}`,
    Containers: running,
    ContainersRunning: running,
    ContainersPaused: 0,
    ContainersStopped: 0,
    Images: 0,
    Driver: 'overlay2',
    Plugins: {
      Volume: ['local'],
      Network: ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'],
      Authorization: null,
      Log: ['json-file'],
    },
    IPv4Forwarding: true,
    SystemTime: toIso(state.stamps.next()),
    OperatingSystem: 'Swarmscope demo swarm (simulated)',
    OSType: 'linux',
    OSVersion: '',
    KernelVersion: '',
    Architecture: 'x86_64',
    NCPU: 2,
    MemTotal: 4_294_967_296,
    Name: self.hostname,
    Labels: [],
    ExperimentalBuild: false,
    LiveRestoreEnabled: false,
    SecurityOptions: ['name=seccomp,profile=builtin', 'name=cgroupns'],
    ServerVersion: ENGINE_VERSION,
    Swarm: {
      NodeID: self.id,
      NodeAddr: self.address,
      LocalNodeState: 'active',
      ControlAvailable: true,
      Error: '',
      RemoteManagers: managers.map((node) => ({ NodeID: node.id, Addr: `${node.address}:2377` })),
      Nodes: nodes.length,
      Managers: managers.length,
      Cluster: renderCluster(state),
    },
    Warnings: null,
  };
}

/** `GET /swarm`; there is nothing to join, so the tokens say so. */
export function renderSwarm(state: SwarmState): JsonObject {
  const none = 'SWMTKN-1-simulated';
  return { ...renderCluster(state), JoinTokens: { Worker: none, Manager: none } };
}

function renderCluster(state: SwarmState): JsonObject {
  const at = toIso(state.self.createdAt);
  return {
    ID: state.self.id.split('').toReversed().join(''),
    Version: { Index: 10 },
    CreatedAt: at,
    UpdatedAt: at,
    Spec: {
      Name: 'default',
      Labels: {},
      Orchestration: { TaskHistoryRetentionLimit: 5 },
      Raft: {
        SnapshotInterval: 10_000,
        KeepOldSnapshots: 0,
        LogEntriesForSlowFollowers: 500,
        ElectionTick: 10,
        HeartbeatTick: 1,
      },
      Dispatcher: { HeartbeatPeriod: 5_000_000_000 },
      CAConfig: { NodeCertExpiry: 7_776_000_000_000_000 },
      TaskDefaults: {},
      EncryptionConfig: { AutoLockManagers: false },
    },
    TLSInfo: { TrustRoot: '', CertIssuerSubject: '', CertIssuerPublicKey: '' },
    RootRotationInProgress: false,
    DefaultAddrPool: ['10.0.0.0/8'],
    SubnetSize: 24,
    DataPathPort: 4789,
  };
}
