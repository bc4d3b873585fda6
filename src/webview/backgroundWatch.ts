import * as l10n from '@vscode/l10n';
import type { Clock } from '../common/clock';
import { DisposableStore, type Disposable } from '../common/disposable';
import type { Event } from '../common/emitter';
import { groupBy } from '../common/groupBy';
import { toPlainLine } from '../common/text';
import type { SwarmSnapshot } from '../model/snapshot';
import type { ProbeScheduler } from '../probe/probeScheduler';
import type { RoutingOptions } from '../routing/buildRoutingView';
import { touchedEntries } from '../routing/touchedEntries';
import { isGood } from '../shared/goodSample';
import type { ProbeCell, RoutingView } from '../shared/routingView';
import type { Swarms, WatchedSwarm } from '../store/swarms';
import { FailingCells } from './failingCells';
import { FailureNews } from './failureNews';
import { answererIn, probeTargets, routingView } from './routingModel';

/** What the watches are built from. */
export interface BackgroundDependencies {
  readonly swarms: Pick<Swarms, 'states' | 'onDidChange' | 'watch' | 'setVisible'>;
  /** Probes slowly; disposed with the watch. */
  readonly createScheduler: () => ProbeScheduler;
  readonly clock: Clock;
  /** Whether the person wants it, read fresh. */
  readonly isWanted: () => boolean;
  /** Fires when {@link isWanted} or {@link ways} may be others. */
  readonly onDidChangeSettings: Event<void>;
  readonly ways: () => Pick<RoutingOptions, 'nodeAddresses' | 'probes'>;
  readonly tell: (connectionId: string, text: string) => void;
  /** Published ports that fail while a connection is watched; undefined when it is no longer. */
  readonly onDidChangeFailing: (connectionId: string, ports: number | undefined) => void;
}

/**
 * Probes every connected swarm whose routing panel is not in sight, while the person wants it, and tells
 * when ports become failing. Nothing of it is alive otherwise.
 */
export class BackgroundWatches implements Disposable {
  private readonly own = new DisposableStore();
  private readonly watches = new Map<string, Watch>();
  /** What was told of each connection: a panel that was in sight for a while is no reason to tell it again. */
  private readonly news = new Map<string, FailureNews>();
  /** Connections whose panel is in sight: it shows by itself what fails. */
  private readonly shown = new Set<string>();

  constructor(private readonly dependencies: BackgroundDependencies) {
    const { swarms, onDidChangeSettings } = dependencies;
    this.own.add(swarms.onDidChange(() => this.follow()));
    this.own.add(onDidChangeSettings(() => this.restart()));
    this.follow();
  }

  /** Hears whether the panel of a connection is in sight. */
  setShown(connectionId: string, shown: boolean): void {
    if (shown) {
      this.shown.add(connectionId);
    } else {
      this.shown.delete(connectionId);
    }
    this.follow();
  }

  dispose(): void {
    this.own.dispose();
    this.keep(new Set());
  }

  /** Other settings may mean other addresses, questions, or another curl. */
  private restart(): void {
    this.keep(new Set());
    this.follow();
  }

  private follow(): void {
    const { swarms, isWanted } = this.dependencies;
    const connected = swarms.states.flatMap((state) =>
      state.phase === 'connected' && !this.shown.has(state.connection.id)
        ? state.connection.id
        : [],
    );
    const wanted = new Set(!this.own.isDisposed && isWanted() ? connected : []);
    this.keep(wanted);
    for (const id of wanted) {
      if (!this.watches.has(id)) {
        const watch = new Watch(id, this.dependencies, this.newsOf(id));
        this.watches.set(id, watch);
        watch.begin();
      }
    }
  }

  private newsOf(id: string): FailureNews {
    const tell = (ids: ReadonlySet<string>): void => this.watches.get(id)?.tell(ids);
    const news = this.news.get(id) ?? new FailureNews(this.dependencies.clock, tell);
    this.news.set(id, news);
    return news;
  }

  private keep(wanted: ReadonlySet<string>): void {
    for (const [id, watch] of this.watches) {
      if (!wanted.has(id)) {
        this.watches.delete(id);
        watch.dispose();
      }
    }
  }
}

/** The watch of one connection. */
class Watch implements Disposable {
  private readonly own = new DisposableStore();
  private readonly failing = new FailingCells((cell) => isLasting(cell, this.scheduler.roundMs));
  /** Entries of ports that came while they were watched and had no task yet: they begin, and nothing broke. */
  private readonly beginning = new Set<string>();
  private readonly swarm: WatchedSwarm;
  private readonly scheduler: ProbeScheduler;
  private readonly ways: ReturnType<BackgroundDependencies['ways']>;
  private view: RoutingView | undefined;
  /** The last look at the swarm, to tell what changed. */
  private snapshot: SwarmSnapshot | undefined;
  private nothingReachable = false;

  constructor(
    private readonly connectionId: string,
    private readonly dependencies: BackgroundDependencies,
    private readonly news: FailureNews,
  ) {
    this.swarm = dependencies.swarms.watch(connectionId);
    this.ways = dependencies.ways();
    this.scheduler = this.own.add(dependencies.createScheduler());
    this.own.add(news);
  }

  begin(): void {
    const { swarms, onDidChangeFailing } = this.dependencies;
    const viewer = `watch:${this.connectionId}`;
    this.own.add(this.swarm.onDidChange(() => this.look()));
    this.own.add(
      this.scheduler.onDidChange((probes) => {
        this.failing.take(probes);
        this.nothingReachable = probes.nothingReachable;
        this.takeNews();
      }),
    );
    this.own.add({ dispose: () => swarms.setVisible(viewer, false) });
    this.own.add({ dispose: () => onDidChangeFailing(this.connectionId, undefined) });
    this.look();
    this.scheduler.setVisible(true);
    // What is expected follows from the swarm's state, which goes on being looked at.
    swarms.setVisible(viewer, true, this.connectionId);
  }

  dispose(): void {
    this.own.dispose();
  }

  private look(): void {
    const { state } = this.swarm;
    if (state.phase === 'connected') {
      const before = this.snapshot;
      this.snapshot = state.snapshot;
      const view = routingView(state, this.ways);
      this.noteBeginning(this.view, view);
      this.view = view;
      this.failing.expect(this.view);
      // Where nothing is promised there is nothing to tell.
      const { targets, notProbed } = probeTargets(
        view,
        ({ expected }) => expected.kind !== 'unpromised',
      );
      this.scheduler.setTargets(targets, notProbed, answererIn(this.view));
      if (before !== undefined && before !== state.snapshot) {
        this.scheduler.wake(touchedEntries(this.view, before, state.snapshot));
      }
      this.takeNews();
    }
  }

  private noteBeginning(before: RoutingView | undefined, { routes }: RoutingView): void {
    const known = before && new Set(before.routes.flatMap(({ entries }) => entries.map(toId)));
    for (const { id, expected } of routes.flatMap(({ entries }) => entries)) {
      if (expected.kind !== 'refusal' || expected.why !== 'down') {
        this.beginning.delete(id);
      } else if (known?.has(id) === false) {
        this.beginning.add(id);
      }
    }
  }

  private takeNews(): void {
    const { nothingReachable, failing, connectionId } = this;
    this.dependencies.onDidChangeFailing(connectionId, nothingReachable ? 0 : failing.ports);
    if (nothingReachable) {
      // Where nothing at all can be reached from here, no port is to blame, and none is right.
      this.news.hold();
    } else {
      const ids = [...failing.ids].filter((id) => !this.beginning.has(id));
      this.news.take(new Set(ids), this.scheduler.roundMs);
    }
  }

  /** Tells which cells fail. */
  tell(ids: ReadonlySet<string>): void {
    if (this.view !== undefined) {
      this.dependencies.tell(this.connectionId, newsText(this.view, ids));
    }
  }
}

function toId({ id }: { readonly id: string }): string {
  return id;
}

/**
 * Whether the newest round of a cell met failures, or two rounds of late did: a single lost probe makes it
 * fail partly for as long as the verdict remembers it, and where few of many tasks are bad not every
 * round meets one. Rounds are told apart by their time.
 */
function isLasting({ verdict, samples, current }: ProbeCell, roundMs: number): boolean {
  if (verdict.kind !== 'some') {
    return true;
  }
  // Twice what the verdict looks at: else a failure every other round came and went with it.
  const late = samples.slice(-Math.min(2 * verdict.of, current ?? samples.length));
  const failedAt = late.flatMap((sample) => (isGood(sample) ? [] : sample.at));
  const [first = 0] = failedAt;
  const last = failedAt.at(-1) ?? Number.NEGATIVE_INFINITY;
  const newest = late.at(-1)?.at ?? 0;
  return newest - last < roundMs / 2 || last - first >= roundMs / 2;
}

/** Ports that are told one by one. */
const TOLD = 3;

/** Says which ports are not as the swarm's state says; those of the same nodes together. */
export function newsText(
  { swarmName, routes }: Pick<RoutingView, 'swarmName' | 'routes'>,
  ids: ReadonlySet<string>,
): string {
  const ports = routes.flatMap(({ serviceName, publishedPort, entries }) => {
    const failing = entries.filter(({ id }) => ids.has(id));
    const port = publishedPort ?? failing[0]?.target?.port ?? '';
    // A node with two addresses is one.
    const hostnames = [...new Set(failing.map(({ hostname }) => hostname))];
    return failing.length === 0
      ? []
      : [{ text: l10n.t('{0} of {1}', port, serviceName), hostnames }];
  });
  const groups = groupBy(ports.slice(0, TOLD), ({ hostnames }) => hostnames.join('\n'));
  const told = [...groups.values()].map((members) =>
    l10n.t(
      '{0} on {1}',
      wordsAnd(members.map(({ text }) => text)),
      nodesText(members[0]?.hostnames ?? []),
    ),
  );
  const listed = told.join(', ');
  const more = ports.length - TOLD;
  const what =
    more > 1
      ? l10n.t('{0} and {1} more ports', listed, more)
      : more === 1
        ? l10n.t('{0} and 1 more port', listed)
        : listed;
  return toPlainLine(
    l10n.t('Published ports of "{0}" are not as expected: {1}.', swarmName, what),
    500,
  );
}

/** Nodes by name while they are few: whose port fails where others answer is what one wants to know. */
function nodesText(hostnames: readonly string[]): string {
  return hostnames.length <= 2 ? wordsAnd(hostnames) : l10n.t('{0} nodes', hostnames.length);
}

function wordsAnd(words: readonly string[]): string {
  const [last = ''] = words.slice(-1);
  return words.length < 2 ? last : l10n.t('{0} and {1}', words.slice(0, -1).join(', '), last);
}
