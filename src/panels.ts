import { hostname } from 'node:os';
import * as vscode from 'vscode';
import type { BeginGuard } from './commands/guardAct';
import { systemClock } from './common/clock';
import { toSwarmscopeError } from './common/errors';
import { DisposableStore, type Disposable } from './common/disposable';
import type { Event } from './common/emitter';
import { describeError, errorLine } from './common/errorText';
import type { Logger } from './common/logger';
import { COMMANDS, SETTINGS } from './contributions';
import type { DemoConnection } from './demoClient/demoConnection';
import { targetOf } from './docker/connectionTarget';
import type { SecretAsker } from './docker/secrets';
import { sshCommandLine, type SshOptions } from './docker/sshCommand';
import type { ConnectionEntry, ConnectionTarget } from './docker/target';
import type { ObjectReference } from './model/objectReference';
import { ActGuard, type GuardDependencies, type GuardedCell } from './probe/actGuard';
import { BurstRunner } from './probe/burst';
import { chooseProbeEngine } from './probe/chooseEngine';
import { HistoryFiles } from './probe/historyFiles';
import { KeptHistories } from './probe/keptHistory';
import { ManagerDoor } from './probe/managerDoor';
import { VantageError } from './probe/managerEngine';
import { MANAGER_COMMAND, GREETING } from './probe/managerScript';
import { ManagerVantage } from './probe/managerVantage';
import type { Vantage } from './probe/probe';
import { ProbeScheduler } from './probe/probeScheduler';
import { onDidChangeSettings, readSettings } from './settings';
import type { Swarms } from './store/swarms';
import { BackgroundWatches } from './webview/backgroundWatch';
import { FailingPorts } from './webview/failingPorts';
import { guardedCells } from './webview/guardedCells';
import type { BrowserDoor, RoutingActions } from './webview/pageRequests';
import type { ManagerAccess } from './webview/panelVantage';
import { readProbeWays } from './webview/probeWays';
import { routingView } from './webview/routingModel';
import { RoutingPanels } from './webview/routingPanels';

/** What the routing panels are built from. */
export interface PanelParts {
  readonly extensionUri: vscode.Uri;
  /** The extension's own folder, kept across windows. */
  readonly storageUri: vscode.Uri;
  /** Told to whom the probes ask. */
  readonly productVersion: string;
  readonly swarms: Swarms;
  readonly demo: DemoConnection;
  readonly logger: Logger;
  /** How ssh is run, as the settings say now. */
  readonly ssh: () => SshOptions;
  /** Asks nobody: a round of probes is no moment for a question. */
  readonly secrets: SecretAsker;
  readonly openDocument: (connectionId: string, object: ObjectReference) => void;
  readonly openInBrowser: (connectionId: string, door: BrowserDoor) => void;
  readonly onDidChangeFailing: (connectionId: string, failing: number | undefined) => void;
  /** Tells the person that ports became failing while no panel of the connection was in sight. */
  readonly tellFailing: (connectionId: string, text: string) => void;
}

/** Rounds of the background watch are no closer together than this. */
const SLOW_MS = 30_000;

/** Everything that probes. */
export interface Panels extends Disposable {
  readonly routing: RoutingPanels;
  /** Probes the published ports of services around an act; resolves when the act may begin. */
  readonly guard: BeginGuard;
}

/** Builds what probes: a bundle of its own, loaded by the first panel or act on published ports. */
export function createPanels(parts: PanelParts): Panels {
  const { extensionUri, productVersion, swarms, demo, logger } = parts;
  const files = new HistoryFiles(vscode.Uri.joinPath(parts.storageUri, 'probes').fsPath, logger);
  const histories = new KeptHistories(files, systemClock);
  const chooseEngine = () =>
    chooseProbeEngine({ curlPath: readSettings().curlPath, productVersion, logger });
  const here: Vantage = { name: hostname(), chooseEngine };
  const createScheduler = (leastMs: number) => {
    const { intervalMs, timeoutMs, maxPerSecond } = readSettings();
    return new ProbeScheduler(
      {
        vantage: here,
        clock: systemClock,
        logger,
        random: Math.random,
        describe: describeProblem,
      },
      { intervalMs: Math.max(leastMs, intervalMs), timeoutMs, maxPerSecond },
    );
  };
  const demoAddresses = () => demo.addresses();
  const ways = () => readProbeWays({ readSettings, demoAddresses, logger }, 'window');
  const ended = new AbortController();
  const guard = guardOf(parts, { ways, chooseEngine, signal: ended.signal });
  const failing = new FailingPorts(parts.onDidChangeFailing);
  const watches = new BackgroundWatches({
    swarms,
    createScheduler: () => createScheduler(SLOW_MS),
    clock: systemClock,
    isWanted: () => readSettings().watchesInBackground,
    onDidChangeSettings: onSettingsOrAddresses(demo),
    ways,
    tell: parts.tellFailing,
    onDidChangeFailing: (connectionId, ports) => failing.set('watch', connectionId, ports),
  });
  const routing = new RoutingPanels({
    extensionUri,
    watch: (connectionId) => swarms.watch(connectionId),
    createScheduler: () => createScheduler(0),
    here,
    managerOf: managersOf(parts),
    beginHistory: (name) => histories.begin(name),
    clock: systemClock,
    createBursts: (scheduler) =>
      new BurstRunner({
        chooseEngine: () => scheduler.chooseEngine(),
        clock: systemClock,
        logger,
        pace: scheduler.pace,
      }),
    readSettings,
    onDidChangeSettings,
    demoAddresses,
    onDidChangeDemoAddresses: demo.onDidChangeAddresses,
    onDidChangeVisible: (connectionId, visible) => {
      swarms.setVisible(`panel:${connectionId}`, visible, connectionId);
      watches.setShown(connectionId, visible);
    },
    onDidChangeFailing: (connectionId, ports) => failing.set('page', connectionId, ports),
    describeError,
    logger,
    actions: pageActions(parts),
  });
  return {
    routing,
    guard,
    dispose: () => {
      ended.abort();
      watches.dispose();
      routing.dispose();
    },
  };
}

/** Begins guards, which end with the extension. */
function guardOf(
  { swarms, logger }: PanelParts,
  {
    ways,
    ...rest
  }: Pick<GuardDependencies, 'chooseEngine' | 'signal'> & {
    readonly ways: () => ReturnType<typeof readProbeWays>;
  },
): BeginGuard {
  return (connectionId, serviceIds) => {
    const now = ways();
    const { timeoutMs } = readSettings();
    const cells = (): readonly GuardedCell[] => {
      const state = swarms.find(connectionId)?.state;
      return state?.phase === 'connected' ? guardedCells(routingView(state, now), serviceIds) : [];
    };
    return ActGuard.begin({ cells, clock: systemClock, logger, timeoutMs, ...rest });
  };
}

function pageActions({ openDocument, openInBrowser }: PanelParts): RoutingActions {
  const execute = (...command: readonly [string, ...unknown[]]): void =>
    void vscode.commands.executeCommand(...command);
  return {
    inspect: openDocument,
    openInBrowser,
    connect: () => execute(COMMANDS.connect),
    showLog: () => execute(COMMANDS.showLog),
    openAddressSetting: () => execute('workbench.action.openSettings', SETTINGS.nodeAddresses),
  };
}

/** Fires when settings changed, or where the demo swarm listens. */
function onSettingsOrAddresses(demo: DemoConnection): Event<void> {
  return (listener) => {
    const both = new DisposableStore();
    both.add(onDidChangeSettings(listener));
    both.add(demo.onDidChangeAddresses(() => listener()));
    return both;
  };
}

function describeProblem(error: unknown): string {
  return error instanceof VantageError ? error.message : errorLine(toSwarmscopeError(error));
}

/** Finds the manager behind a connection; undefined where it is not reached through ssh. */
function managersOf(parts: PanelParts): (connection: ConnectionEntry) => ManagerAccess | undefined {
  const { ssh, secrets, logger, productVersion } = parts;
  const command = { command: MANAGER_COMMAND, greeting: GREETING };
  const doors = new Map<string, ManagerDoor>();
  return (connection) => {
    const target = readTarget(connection);
    if (target?.kind !== 'ssh') {
      return undefined;
    }
    const door = doors.get(connection.address) ?? new ManagerDoor(systemClock);
    doors.set(connection.address, door);
    return {
      address: connection.address,
      name: target.host,
      commandLine: (line) => sshCommandLine(target, ssh(), line),
      createVantage: () =>
        new ManagerVantage(target.host, {
          load: async () => {
            const { SshDialer } = await import('./docker/sshDialer');
            const dialer = new SshDialer(target, { logger, secrets, ssh: ssh() });
            return { open: () => dialer.run(command), dispose: () => dialer.dispose() };
          },
          productVersion,
          clock: systemClock,
          door,
        }),
    };
  };
}

function readTarget(connection: ConnectionEntry): ConnectionTarget | undefined {
  try {
    return targetOf(connection);
  } catch {
    // The demo swarm's address is not known before it runs.
    return undefined;
  }
}
