import * as l10n from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
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
import type { ProbeScheduler } from '../probe/probeScheduler';
import type { RoutingOptions } from '../routing/buildRoutingView';
import { marksBetween } from '../routing/snapshotMarks';
import type { HostMessage, PageMessage } from '../shared/protocol';
import type { RoutingView } from '../shared/routingView';
import type { WatchedSwarm } from '../store/swarms';
import type { SwarmState } from '../store/swarmState';
import { FailingCells } from './failingCells';
import { HistoryFeed } from './historyFeed';
import { parsePageMessage } from './pageMessages';
import { routingHtml } from './routingHtml';
import { PageRequests, type RoutingActions } from './pageRequests';
import { readProbeWays } from './probeWays';
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
  /** The history of a connection with what was kept of it, disposed with the panel. */
  readonly beginHistory: (connectionId: string) => KeptHistory;
  readonly clock: Clock;
  /** Bursts of the panel's own through the engine of its scheduler, disposed with it. */
  readonly createBursts: (scheduler: ProbeScheduler) => BurstRunner;
  readonly readSettings: () => {
    readonly nodeAddresses: unknown;
    readonly probes: unknown;
    readonly intervalMs: number;
    readonly timeoutMs: number;
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
  private readonly kept: KeptHistory;
  private readonly feed: HistoryFeed;
  /** The last look at the swarm, to tell what changed. */
  private snapshot: SwarmSnapshot | undefined;
  private view: RoutingView | undefined;
  private ready = false;
  private wasVisible: boolean | undefined;
  /** Running tasks of what is shown; other ones are a reason to look again. */
  private backends: string | undefined;
  private intervalSetting: number;
  /** Read when the settings or the demo's addresses change: topology changes far more often. */
  private ways: Pick<RoutingOptions, 'nodeAddresses' | 'probes'>;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly connectionId: string,
    private readonly dependencies: RoutingPanelDependencies,
    paused: boolean,
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
    });
    if (paused) {
      this.scheduler.pause();
    }
    this.kept = this.disposables.add(dependencies.beginHistory(connectionId));
    this.feed = this.disposables.add(
      new HistoryFeed(this.kept.history, {
        clock: dependencies.clock,
        view: () => this.view,
        tell: (view) => this.post({ type: 'history', view }),
      }),
    );
    void this.kept.loaded.then(() => this.feed.grown());
    this.intervalSetting = dependencies.readSettings().intervalMs;
    this.ways = readProbeWays(dependencies);
    this.disposables.add(panel);
    this.disposables.add(
      this.scheduler.onDidChange((probes) => {
        this.post({ type: 'probes', view: probes });
        this.failing.take(probes);
        this.tellFailing();
      }),
    );
    this.disposables.add(
      this.scheduler.onDidSample(({ id, sample }) => {
        const { isRunning, intervalMs } = this.scheduler;
        this.kept.take(id, sample, isRunning ? intervalMs : 0);
        this.feed.grown(id, sample.answeredBy);
      }),
    );
    this.disposables.add(this.bursts.onDidChange((view) => this.post({ type: 'burst', view })));
    this.disposables.add(this.swarm.onDidChange(() => this.showTopology()));
    this.disposables.add(onDidChangeSettings(() => this.applySettings()));
    this.disposables.add(
      onDidChangeDemoAddresses(() => {
        this.ways = readProbeWays(dependencies);
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
    this.load();
    this.followVisibility();
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private load(): void {
    const { webview } = this.panel;
    const dist = vscode.Uri.joinPath(this.dependencies.extensionUri, 'dist');
    const asset = (name: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
    this.panel.iconPath = vscode.Uri.joinPath(
      this.dependencies.extensionUri,
      'media/swarmscope-tab.svg',
    );
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    webview.html = routingHtml({
      script: asset('webview.js'),
      style: asset('webview.css'),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
      title: l10n.t('Ingress Routing'),
      language: vscode.env.language,
    });
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
      this.feed.watch(undefined);
      this.kept.pause();
      this.bursts.cancel();
    }
  }

  private showEverything(): void {
    this.showTopology();
    this.post({ type: 'probes', view: this.scheduler.view });
    const { view } = this.bursts;
    this.post({ type: 'burst', ...(view === undefined ? {} : { view }) });
  }

  private noteChanges(): void {
    const { state } = this.swarm;
    const before = this.snapshot;
    if (state.phase === 'connected') {
      this.snapshot = state.snapshot;
    }
    if (state.phase === 'connected' && before !== undefined && before !== state.snapshot) {
      this.kept.mark(marksBetween(before, state.snapshot));
      this.feed.grown();
    }
  }

  private showTopology(): void {
    this.noteChanges();
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
    }
    followBurst(this.bursts, this.view);
    this.scheduler.setVisible(this.panel.visible && this.view !== undefined);
    this.post(message);
    if (this.view !== undefined && this.view.connectionId !== shownBefore) {
      // The page forgets the cells of another connection; these may be the same ones.
      this.post({ type: 'probes', view: this.scheduler.view });
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
    const { intervalMs, timeoutMs } = this.dependencies.readSettings();
    this.ways = readProbeWays(this.dependencies);
    // What was chosen on the page holds until the setting itself changes.
    const chosen = intervalMs === this.intervalSetting ? this.scheduler.intervalMs : intervalMs;
    this.intervalSetting = intervalMs;
    this.scheduler.setOptions({ intervalMs: chosen, timeoutMs });
    this.scheduler.resetEngine();
    this.showTopology();
  }

  private tellFailing(): void {
    const probing = this.panel.visible && this.scheduler.isRunning && this.view !== undefined;
    this.dependencies.onDidChangeFailing(
      this.connectionId,
      probing ? this.failing.count : undefined,
    );
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
        return;
      case 'setRunning':
        if (message.running) {
          this.scheduler.start();
        } else {
          this.scheduler.pause();
          this.kept.pause();
          this.feed.grown();
        }
        return;
      case 'watchHistory':
        this.feed.watch(message.history);
        return;
      case 'setInterval': {
        const { timeoutMs } = this.dependencies.readSettings();
        this.scheduler.setOptions({ intervalMs: message.intervalMs, timeoutMs });
        return;
      }
      case 'probeNow':
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
