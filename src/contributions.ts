/** Every id that package.json contributes, once and typed; a test holds this file against the manifest. */

export const COMMANDS = {
  connect: 'swarmscope.connect',
  disconnect: 'swarmscope.disconnect',
  startDemo: 'swarmscope.startDemo',
  refresh: 'swarmscope.refresh',
  createNetwork: 'swarmscope.createNetwork',
  deployService: 'swarmscope.deployService',
  editService: 'swarmscope.editService',
  previewService: 'swarmscope.previewService',
  applyService: 'swarmscope.applyService',
  resetService: 'swarmscope.resetService',
  inspect: 'swarmscope.inspect',
  remove: 'swarmscope.remove',
  scaleService: 'swarmscope.scaleService',
  updateImage: 'swarmscope.updateImage',
  forceUpdate: 'swarmscope.forceUpdate',
  rollBack: 'swarmscope.rollBack',
  attachNetworks: 'swarmscope.attachNetworks',
  detachNetworks: 'swarmscope.detachNetworks',
  editPorts: 'swarmscope.editPorts',
  setAvailability: 'swarmscope.setAvailability',
  promoteNode: 'swarmscope.promoteNode',
  demoteNode: 'swarmscope.demoteNode',
  editNodeLabels: 'swarmscope.editNodeLabels',
  copyId: 'swarmscope.copyId',
  copyDockerCommand: 'swarmscope.copyDockerCommand',
  copyDockerCommandWithValues: 'swarmscope.copyDockerCommandWithValues',
  showLogs: 'swarmscope.showLogs',
  showLogsWithOptions: 'swarmscope.showLogsWithOptions',
  stopLogs: 'swarmscope.stopLogs',
  resumeLogs: 'swarmscope.resumeLogs',
  clearLogs: 'swarmscope.clearLogs',
  copyLogsCommand: 'swarmscope.copyLogsCommand',
  openPublishedPort: 'swarmscope.openPublishedPort',
  openRouting: 'swarmscope.openRouting',
  saveRoutingJson: 'swarmscope.saveRoutingJson',
  saveProbesCsv: 'swarmscope.saveProbesCsv',
  saveMap: 'swarmscope.saveMap',
  writeReport: 'swarmscope.writeReport',
  retry: 'swarmscope.retry',
  connectToManager: 'swarmscope.connectToManager',
  initSwarm: 'swarmscope.initSwarm',
  unlockSwarm: 'swarmscope.unlockSwarm',
  forgetSecrets: 'swarmscope.forgetSecrets',
  deployStack: 'swarmscope.deployStack',
  compareStack: 'swarmscope.compareStack',
  groupByStack: 'swarmscope.groupByStack',
  dontGroupByStack: 'swarmscope.dontGroupByStack',
  showLog: 'swarmscope.showLog',
} as const;

export type CommandName = keyof typeof COMMANDS;

export const VIEWS = { swarm: 'swarmscope.swarm' } as const;

export const VIEW_CONTAINER = 'swarmscope';

/** Webview panel type, also the key of its serializer. */
export const ROUTING_PANEL = 'swarmscope.routing';

/** Files that are deployed as stacks; the manifest's menus know the same names. */
export const COMPOSE_FILES = [
  { scheme: 'file', language: 'dockercompose' },
  {
    scheme: 'file',
    language: 'yaml',
    pattern: '**/{compose*,docker-compose*,*stack*}.{yml,yaml}',
  },
] as const;

/** Scheme of the two sides of a stack's comparison. */
export const COMPARISON_SCHEME = 'swarmscope-stack';

/** Scheme of inspect documents. */
export const DOCUMENT_SCHEME = 'swarmscope';

/** Scheme of services as YAML documents. */
export const SERVICE_SCHEME = 'swarmscope-service';

/** Key of the connections that are opened again with the view, in the extension's memory. */
export const REMEMBERED_CONNECTIONS = 'swarmscope.openConnections';

export const SETTINGS = {
  connections: 'swarmscope.connections',
  nodeAddresses: 'swarmscope.nodeAddresses',
  sshPath: 'swarmscope.ssh.path',
  sshConfigFile: 'swarmscope.ssh.configFile',
  dockerPath: 'swarmscope.docker.path',
  groupByStack: 'swarmscope.groupByStack',
  probeIntervalSeconds: 'swarmscope.probe.intervalSeconds',
  probeTimeoutSeconds: 'swarmscope.probe.timeoutSeconds',
  probeMaxPerSecond: 'swarmscope.probe.maxPerSecond',
  probeCurlPath: 'swarmscope.probe.curlPath',
  probeServices: 'swarmscope.probe.services',
  probeGuard: 'swarmscope.probe.guard',
  probeBackgroundWatch: 'swarmscope.probe.backgroundWatch',
} as const;

/** Context keys used in `when` clauses. */
export const CONTEXT_KEYS = {
  state: 'swarmscope.state',
  /** True when a connected swarm may be changed. */
  writable: 'swarmscope.writable',
  /** The states of the open connections that do not work, joined by spaces. */
  failedStates: 'swarmscope.failedStates',
  /** Addresses of the log documents that are followed now. */
  liveLogs: 'swarmscope.liveLogs',
} as const;

/** Values of the `swarmscope.state` context key. */
export type ContextState =
  | 'disconnected'
  /** Connections are remembered and open with the first view or command. */
  | 'saved'
  | 'connecting'
  | 'connected'
  | FailedState;

/** The states of a connection that does not work, each with an act of its own. */
export type FailedState =
  | 'unreachable'
  | 'worker'
  | 'inactive'
  | 'locked'
  | 'expired'
  | 'leaderless'
  | 'tooOld'
  | 'tooNew'
  | 'refused';

/**
 * Tokens of a tree item's `contextValue`, joined by spaces and matched as whole words in `when`
 * clauses.
 */
export type ContextToken =
  | 'swarm'
  | 'swarmConnected'
  | 'swarmFailed'
  | `failed:${FailedState}`
  /** A connected swarm that may be changed. */
  | 'changeable'
  | 'newNetwork'
  | 'newService'
  | 'group:networks'
  | 'group:services'
  | 'group:nodes'
  | 'group:stacks'
  | 'group:peers'
  | 'network'
  | 'service'
  | 'node'
  | 'stack'
  | 'task'
  | 'peer'
  | 'failedPart'
  | 'inspectable'
  | 'removable'
  /** A service whose spec can be changed. */
  | 'updatable'
  /** A service with a number of tasks. */
  | 'scalable'
  /** A service that was updated, so that it can go back. */
  | 'rollable'
  /** A service that can leave a network. */
  | 'attached'
  /** A node whose availability and labels can be changed. */
  | 'steerable'
  | 'promotable'
  | 'demotable'
  | 'hasId'
  | 'dockerCommand'
  | 'environment'
  | 'published'
  /** Has a TCP port that a browser can open. */
  | 'openable'
  | 'logs'
  | 'ingress'
  | 'deployTarget';
