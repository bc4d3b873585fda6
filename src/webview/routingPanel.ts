import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Clock } from '../common/clock';
import { DisposableStore, type Disposable } from '../common/disposable';
import type { Event } from '../common/emitter';
import type { SwarmscopeError } from '../common/errors';
import type { Logger } from '../common/logger';
import { toPlainLine } from '../common/text';
import type { SwarmSnapshot } from '../model/snapshot';
import type { KeptHistory } from '../probe/keptHistory';
import type { BurstRunner } from '../probe/burst';
import type { Vantage } from '../probe/probe';
import type { ProbeScheduler } from '../probe/probeScheduler';
import { marksBetween } from '../routing/snapshotMarks';
import { touchedEntries } from '../routing/touchedEntries';
import type { HostMessage, PageMessage, PageState, ShareKind } from '../shared/protocol';
import type { ProbeView, RoutingView } from '../shared/routingView';
import type { WatchedSwarm } from '../store/swarms';
import type { SwarmState } from '../store/swarmState';
import { FailingCells } from './failingCells';
import { parsePageMessage } from './pageMessages';
import { PanelHistory } from './panelHistory';
import { PanelVantage, type ManagerAccess } from './panelVantage';
import { PageRequests, type RoutingActions } from './pageRequests';
import { readProbeWays } from './probeWays';
import { loadRoutingPage } from './routingPage';
import {
  answererIn,
  followBurst,
  probeTargets,
  topologyMessage,
  type ErrorSentences,
} from './routingModel';

/** What the panel shows and whom it asks; handed in by `extension.ts`. */
export interface RoutingPanelDependencies {
  readonly extensionUri: vscode.Uri;
  /** One connection, open or not. */
  readonly watch: (connectionId: string) => WatchedSwarm;
  /** A scheduler of the panel's own, disposed with it. */
  readonly createScheduler: () => ProbeScheduler;
  /** Where probes start unless the person chose otherwise. */
  readonly here: Vantage;
  /** The manager that a connection leads to, where probes can start there, too. */
  readonly managerOf: (
    connection: Extract<SwarmState, { phase: 'connected' }>['connection'],
  ) => ManagerAccess | undefined;
  /** The history of a name with what was kept of it, disposed with the panel. */
  readonly beginHistory: (name: string) => KeptHistory;
  readonly clock: Clock;
  /** Bursts of the panel's own through the engine of its scheduler, disposed with it. */
  readonly createBursts: (scheduler: ProbeScheduler) => BurstRunner;
  readonly readSettings: () => {
    readonly nodeAddresses: unknown;
    readonly probes: unknown;
    readonly intervalMs: number;
    readonly timeoutMs: number;
    readonly maxPerSecond: number;
  };
  readonly onDidChangeSettings: Event<void>;
  /** Where the demo swarm listens; the person's own addresses come first. */
  readonly demoAddresses: () => Readonly<Record<string, string>>;
  readonly onDidChangeDemoAddresses: Event<void>;
  readonly onDidChangeVisible: (connectionId: string, visible: boolean) => void;
  /** Hears how many probed ports do not answer; undefined while nothing is probed. */
  readonly onDidChangeFailing: (connectionId: string, failing: number | undefined) => void;
  readonly describeError: (error: SwarmscopeError) => ReturnType<ErrorSentences>;
  readonly logger: Logger;
  readonly actions: RoutingActions;
}

/** The open panel of one connection: page, topology and probes. */
export class RoutingPanel implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly scheduler: ProbeScheduler;
  private readonly bursts: BurstRunner;
  private readonly swarm: WatchedSwarm;
  private readonly failing = new FailingCells();
  private readonly requests: PageRequests;
  private readonly history: PanelHistory;
  private readonly vantage: PanelVantage;
  /** The last look at the swarm, to tell what changed. */
  private snapshot: SwarmSnapshot | undefined;
  private view: RoutingView | undefined;
  private ready = false;
  /** The map was asked for before the page could draw it. */
  private wantsMap = false;
  private wasVisible: boolean | undefined;
  /** Running tasks of what is shown; other ones are a reason to look again. */
  private backends: string | undefined;
  private intervalSetting: number;
  /** Read when the settings or the demo's addresses change: topology changes far more often. */
  private ways: ReturnType<typeof readProbeWays>;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly connectionId: string,
    private readonly dependencies: RoutingPanelDependencies,
    { paused, vantage }: Partial<PageState>,
  ) {
    this.swarm = dependencies.watch(connectionId);
    const { onDidChangeSettings, onDidChangeDemoAddresses, actions, readSettings } = dependencies;
    this.scheduler = this.disposables.add(dependencies.createScheduler());
    this.bursts = this.disposables.add(dependencies.createBursts(this.scheduler));
    this.requests = new PageRequests(connectionId, {
      actions,
      readSettings,
      state: () => this.swarm.state,
      view: () => this.view,
      bursts: this.bursts,
      probes: () => this.scheduler.view,
      commandLine: (command) => this.vantage.commandLine(command),
    });
    if (paused === true) {
      this.scheduler.pause();
    }
    this.history = this.disposables.add(
      new PanelHistory(
        dependencies.beginHistory,
        {
          clock: dependencies.clock,
          view: () => this.view,
          tell: (view) => this.post({ type: 'history', view }),
        },
        connectionId,
      ),
    );
    this.vantage = this.disposables.add(
      new PanelVantage(dependencies.here, vantage ?? 'window', (chosen) => this.moveTo(chosen)),
    );
    this.intervalSetting = dependencies.readSettings().intervalMs;
    this.ways = readProbeWays(dependencies, this.vantage.kind);
    this.disposables.add(panel);
    this.disposables.add(
      this.scheduler.onDidChange((probes) => {
        this.postProbes(probes);
        this.failing.take(probes);
        this.tellFailing();
      }),
    );
    this.disposables.add(
      this.scheduler.onDidSample((taken) => {
        const { isRunning, roundMs } = this.scheduler;
        this.history.take(taken, isRunning ? roundMs : 0);
      }),
    );
    this.disposables.add(this.bursts.onDidChange((view) => this.post({ type: 'burst', view })));
    this.disposables.add(this.swarm.onDidChange(() => this.showTopology()));
    this.disposables.add(onDidChangeSettings(() => this.applySettings()));
    this.disposables.add(
      onDidChangeDemoAddresses(() => {
        this.ways = readProbeWays(dependencies, this.vantage.kind);
        this.showTopology();
      }),
    );
    this.disposables.add(panel.onDidChangeViewState(() => this.followVisibility()));
    this.disposables.add(
      panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message)),
    );
    this.disposables.add({
      dispose: () => {
        dependencies.onDidChangeVisible(connectionId, false);
        dependencies.onDidChangeFailing(connectionId, undefined);
      },
    });
    loadRoutingPage(panel, dependencies.extensionUri);
    this.followVisibility();
  }

  reveal(): void {
    this.panel.reveal();
  }

  /** Takes something out of the page, as its own menu does. */
  share(what: ShareKind): void {
    if (what === 'map') {
      this.wantsMap = !this.ready;
      this.post({ type: 'drawMap' });
    } else {
      this.requests.carryOut({ type: 'share', what });
    }
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private followVisibility(): void {
    const { visible } = this.panel;
    // Coming and going of the focus is told the same way.
    if (visible === this.wasVisible) {
      return;
    }
    this.wasVisible = visible;
    this.dependencies.onDidChangeVisible(this.connectionId, visible);
    this.tellFailing();
    this.scheduler.setVisible(visible && this.view !== undefined);
    if (visible) {
      this.showEverything();
    } else {
      // A hidden page is unloaded; it says "ready" again when it is back.
      this.ready = false;
      this.wantsMap = false;
      this.history.watch(undefined);
      this.history.pause();
      this.bursts.cancel();
    }
  }

  private showEverything(): void {
    this.showTopology();
    this.postProbes();
    const { view } = this.bursts;
    this.post({ type: 'burst', ...(view === undefined ? {} : { view }) });
  }

  /** Marks what changed since the last look at the swarm, and gives that look if anything did. */
  private noteChanges(): SwarmSnapshot | undefined {
    const { state } = this.swarm;
    const before = this.snapshot;
    if (state.phase === 'connected') {
      this.snapshot = state.snapshot;
    }
    if (state.phase === 'connected' && before !== undefined && before !== state.snapshot) {
      this.history.mark(marksBetween(before, state.snapshot));
      return before;
    }
    return undefined;
  }

  /** Begins anew from elsewhere: verdicts, bursts and history of two places are never mixed. */
  private moveTo(vantage: Vantage): void {
    const { address } = this.vantage;
    this.history.use([this.connectionId, ...(address === undefined ? [] : [address])].join('\n'));
    this.bursts.forget();
    this.post({ type: 'burst' });
    this.ways = readProbeWays(this.dependencies, this.vantage.kind);
    this.scheduler.setVantage(vantage);
  }

  private showTopology(): void {
    const before = this.noteChanges();
    const { state } = this.swarm;
    if (state.phase !== 'disconnected') {
      const via = state.phase === 'connected' ? state.via : undefined;
      this.vantage.follow(this.dependencies.managerOf(via ?? state.connection));
    }
    const message = topologyMessage(
      this.swarm.state,
      this.ways,
      this.dependencies.describeError,
      phaseWords,
    );
    const shownBefore = this.view?.connectionId;
    this.view = message.type === 'routing' ? message.view : undefined;
    this.panel.title = titleOf(this.swarm.state);
    if (this.view !== undefined) {
      this.failing.expect(this.view);
      const { targets, notProbed } = probeTargets(this.view);
      this.scheduler.setTargets(targets, notProbed, answererIn(this.view));
      if (before !== undefined && this.snapshot !== undefined) {
        this.scheduler.wake(touchedEntries(this.view, before, this.snapshot));
      }
    }
    followBurst(this.bursts, this.view);
    this.scheduler.setVisible(this.panel.visible && this.view !== undefined);
    this.post(message);
    if (this.view !== undefined && this.view.connectionId !== shownBefore) {
      // The page forgets the cells of another connection; these may be the same ones.
      this.postProbes();
    }
    this.lookAgainAfterChange();
  }

  private lookAgainAfterChange(): void {
    const backends = this.view?.routes
      .flatMap((route) => route.backends.flatMap(({ taskId, active }) => (active ? taskId : [])))
      .join();
    if (this.backends !== undefined && backends !== undefined && backends !== this.backends) {
      this.scheduler.probeSoon();
    }
    this.backends = backends;
  }

  private applySettings(): void {
    const { intervalMs, timeoutMs, maxPerSecond } = this.dependencies.readSettings();
    this.ways = readProbeWays(this.dependencies, this.vantage.kind);
    // What was chosen on the page holds until the setting itself changes.
    const chosen = intervalMs === this.intervalSetting ? this.scheduler.intervalMs : intervalMs;
    this.intervalSetting = intervalMs;
    this.scheduler.setOptions({ intervalMs: chosen, timeoutMs, maxPerSecond });
    this.vantage.retry();
    this.scheduler.resetEngine();
    this.showTopology();
  }

  private tellFailing(): void {
    const probing = this.panel.visible && this.scheduler.isRunning && this.view !== undefined;
    this.dependencies.onDidChangeFailing(
      this.connectionId,
      probing ? this.failing.ports : undefined,
    );
  }

  private postProbes(view: ProbeView = this.scheduler.view): void {
    const vantages = this.vantage.choice;
    this.post({ type: 'probes', view: { ...view, ...(vantages && { vantages }) } });
  }

  private post(message: HostMessage): void {
    if (this.ready && this.panel.visible) {
      void this.panel.webview.postMessage(message);
    }
  }

  private receive(raw: unknown): void {
    const message = parsePageMessage(raw);
    if (message === undefined) {
      this.dependencies.logger.warn(
        'The routing page sent a message that is not part of its protocol',
      );
      return;
    }
    this.carryOut(message);
  }

  private carryOut(message: PageMessage): void {
    switch (message.type) {
      case 'ready':
        this.ready = true;
        this.post({ type: 'strings', contents: stringsOf(vscode.l10n.bundle) });
        this.showEverything();
        if (this.wantsMap) {
          this.share('map');
        }
        return;
      case 'setRunning':
        if (message.running) {
          this.scheduler.start();
        } else {
          this.scheduler.pause();
          this.history.pause();
        }
        return;
      case 'watchHistory':
        this.history.watch(message.history);
        return;
      case 'setInterval': {
        const { timeoutMs, maxPerSecond } = this.dependencies.readSettings();
        this.scheduler.setOptions({ intervalMs: message.intervalMs, timeoutMs, maxPerSecond });
        return;
      }
      case 'setVantage':
        this.vantage.choose(message.vantage);
        this.showTopology();
        return;
      case 'probeNow':
        this.vantage.retry();
        this.scheduler.probeNow();
        return;
      default:
        this.requests.carryOut(message);
    }
  }
}

const phaseWords = {
  get disconnected() {
    return {
      title: l10n.t('Not connected'),
      detail: l10n.t('Connect to a swarm manager to see its published ports.'),
    };
  },
  connecting: (name: string) => ({
    title: l10n.t('Connecting to {0}…', name),
    detail: l10n.t('The routing of its published ports shows here as soon as it answers.'),
  }),
};

function titleOf(state: SwarmState): string {
  return state.phase === 'disconnected'
    ? l10n.t('Ingress Routing')
    : l10n.t('Ingress Routing: {0}', toPlainLine(state.connection.name, 60));
}

function stringsOf(bundle: Readonly<Record<string, unknown>> | undefined): Record<string, string> {
  const entries = Object.entries(bundle ?? {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
