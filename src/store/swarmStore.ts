import type { Clock } from '../common/clock';
import { toDisposable, type Disposable } from '../common/disposable';
import { Emitter } from '../common/emitter';
import { isSwarmscopeError, SwarmscopeError, toSwarmscopeError } from '../common/errors';
import type { Logger } from '../common/logger';
import type { Engine } from '../docker/engine';
import type { InfoRecord } from '../docker/records/info';
import type { ConnectionEntry } from '../docker/target';
import type { SwarmSnapshot } from '../model/snapshot';
import { Acquaintances } from './acquaintances';
import { Election } from './election';
import { Expectations } from './expectations';
import { FailOver, type FindRoutes, type Sought } from './failOver';
import { knownManagers } from './knownManagers';
import type { FoundManager } from './seekManager';
import { Slowness } from './slowness';
import { concernsWholeEngine, swarmProblem } from './swarmProblem';
import { SwarmSession, type Attention } from './swarmSession';
import type { RefreshReason, SwarmState } from './swarmState';

/** What the store is built from. */
export interface SwarmStoreDependencies {
  /** Gives a connected engine (`Engine.connect` has succeeded) or rejects with SwarmscopeError. */
  readonly open: (entry: ConnectionEntry, signal: AbortSignal) => Promise<Engine>;
  /** The same without asking the person for anything: for managers that they did not choose. */
  readonly openQuietly?: SwarmStoreDependencies['open'];
  /** Other ways to a swarm; without it a lost manager is only waited for. */
  readonly routes?: FindRoutes;
  readonly logger: Logger;
  readonly clock: Clock;
}

type Connected = Extract<SwarmState, { phase: 'connected' }>;

const LEADERLESS = new SwarmscopeError('no-quorum', { reason: 'silent' });
const DEFAULT_EXPECTATION_MS = 15_000;

/** The one mutable centre: the connection, and the last snapshot or failure of its swarm. */
export class SwarmStore implements Disposable {
  private readonly changeEmitter = new Emitter<SwarmState>();
  private readonly failOver: FailOver;
  private readonly expectations: Expectations;
  private readonly election: Election;
  private slowness = new Slowness();
  private current: SwarmState = { phase: 'disconnected' };
  private attempt = new AbortController();
  private session: SwarmSession | undefined;
  /** The manager that stands in for the one of the connection. */
  private standIn: ConnectionEntry | undefined;
  /** Ids of the managers whose ways were looked for, joined. */
  private learnedOf = '';
  private visible = false;

  /** Fires after {@link state} changed; never when a look found nothing new. */
  readonly onDidChange = this.changeEmitter.event;

  constructor(private readonly dependencies: SwarmStoreDependencies) {
    const { open, openQuietly = open, routes, clock, logger } = dependencies;
    this.expectations = new Expectations(clock, () => this.tellAttention());
    this.election = new Election(clock, () => this.endElection());
    this.failOver = new FailOver(
      {
        open: openQuietly,
        clock,
        logger,
        routes: routes ?? (() => Promise.resolve([])),
        acquaintances: new Acquaintances(),
      },
      { sought: () => this.sought(), adopt: (found) => this.adopt(found) },
    );
  }

  get state(): SwarmState {
    return this.current;
  }

  /** The engine in use, also while it is lost; undefined in every phase but connected. */
  get engine(): Engine | undefined {
    return this.current.phase === 'connected' ? this.session?.engine : undefined;
  }

  /**
   * Leaves the present connection for `entry`. Resolves when the first snapshot or the failure is in
   * the state, or when a later call took over; never rejects for an engine's sake.
   */
  async connect(entry: ConnectionEntry): Promise<void> {
    const { signal } = this.leave();
    this.setState({ phase: 'connecting', connection: entry });
    let engine: Engine | undefined;
    let info: InfoRecord | undefined;
    try {
      engine = await this.dependencies.open(entry, signal);
      signal.throwIfAborted();
      info = await engine.info(signal);
      signal.throwIfAborted();
      const problem = swarmProblem(info);
      if (problem !== undefined) {
        throw problem;
      }
      this.session = this.newSession(engine, info, signal);
    } catch (error) {
      engine?.dispose();
      const failure = toSwarmscopeError(error);
      if (!(await this.connectElsewhere(entry, failure, signal))) {
        this.fail(entry, failure, signal, info);
      }
      return;
    }
    await this.session.start();
  }

  /** Leaves the present connection or attempt. */
  disconnect(): void {
    this.leave();
    this.setState({ phase: 'disconnected' });
  }

  /** The same connection under another name or with other marks; nothing is opened anew. */
  relabel(entry: ConnectionEntry): void {
    if (this.current.phase !== 'disconnected' && this.current.connection.id === entry.id) {
      this.setState({ ...this.current, connection: entry });
    }
  }

  /** A full look now; resolves when its result is in the state. Does nothing unless connected. */
  async refresh(reason: RefreshReason): Promise<void> {
    this.failOver.wake();
    await this.session?.refresh(reason);
  }

  /** Says whether any view shows the swarm; while none does, nothing polls. */
  setVisible(visible: boolean): void {
    this.visible = visible;
    this.tellAttention();
  }

  /**
   * After a command: looks every second, whether a view is visible or not, for `forMs` milliseconds
   * or until what it gives is disposed.
   */
  expectChange(forMs: number = DEFAULT_EXPECTATION_MS): Disposable {
    return this.session === undefined
      ? toDisposable(() => undefined)
      : this.expectations.add(forMs);
  }

  dispose(): void {
    this.leave();
    this.changeEmitter.dispose();
  }

  private get attention(): Attention {
    return { visible: this.visible, expecting: this.expectations.any };
  }

  private tellAttention(): void {
    this.session?.setAttention(this.attention);
    if (this.visible || this.expectations.any) {
      this.failOver.wake();
    }
  }

  /** Ends what is under way and hands out the signal of the next attempt. */
  private leave(): AbortController {
    this.attempt.abort(new SwarmscopeError('cancelled'));
    this.attempt = new AbortController();
    this.failOver.dispose();
    this.election.reset();
    this.slowness = new Slowness();
    this.session?.dispose();
    this.session = undefined;
    this.standIn = undefined;
    this.learnedOf = '';
    this.expectations.clear();
    return this.attempt;
  }

  private newSession(
    engine: Engine,
    info: InfoRecord,
    signal: AbortSignal,
    previous?: SwarmSession,
  ): SwarmSession {
    const { clock, logger } = this.dependencies;
    const session: SwarmSession = new SwarmSession(
      engine,
      info,
      clock,
      logger,
      {
        onSnapshot: (snapshot) => !isStale() && this.takeSnapshot(snapshot),
        onLocalSnapshot: (snapshot) => !isStale() && this.takeLocalSnapshot(snapshot),
        onTiming: (ms) => !isStale() && this.takeTiming(ms),
        onLost: (error, since) => !isStale() && this.takeLoss(error, since, signal),
      },
      this.attention,
      previous,
    );
    const isStale = (): boolean => signal.aborted || this.session !== session;
    return session;
  }

  private takeSnapshot(snapshot: SwarmSnapshot): void {
    const { current } = this;
    if (current.phase === 'disconnected') {
      return;
    }
    const before = current.phase === 'connected' ? current : undefined;
    const wasLost = before?.lost !== undefined;
    if (before?.snapshot === snapshot && !wasLost) {
      return;
    }
    this.election.reset();
    const { connection } = current;
    const slowMs = before?.slowMs;
    this.setState({
      phase: 'connected',
      connection,
      snapshot,
      ...this.viaStandIn(),
      ...(slowMs === undefined ? {} : { slowMs }),
    });
    if (this.standIn === undefined) {
      this.failOver.stop();
    } else if (before === undefined || wasLost) {
      this.failOver.awaitPreferred();
    }
    this.learnWhenManagersChanged();
  }

  /** A swarm of several managers is looked for behind the other connections, before it is needed. */
  private learnWhenManagersChanged(): void {
    const sought = this.sought();
    const managers = (sought?.managers ?? []).map(({ nodeId }) => nodeId).toSorted();
    if (sought === undefined || managers.length < 2 || managers.join() === this.learnedOf) {
      return;
    }
    this.learnedOf = managers.join();
    const { logger } = this.dependencies;
    void this.failOver.learn(sought).then(
      (others) => {
        const names = others.map(({ name }) => name).join(', ') || 'nothing';
        logger.info(`Beside ${sought.inUse.name}, ${names} leads to the same swarm`);
      },
      (error: unknown) => logger.warn(`Looking for other managers: ${String(error)}`),
    );
  }

  private takeLocalSnapshot(snapshot: SwarmSnapshot): void {
    if (this.current.phase === 'connected') {
      this.setState({ ...this.current, snapshot });
    }
  }

  private takeTiming(ms: number): void {
    const { current } = this;
    const slowMs = this.slowness.take(ms);
    if (
      current.phase === 'connected' &&
      (slowMs === undefined) !== (current.slowMs === undefined)
    ) {
      const { slowMs: _before, ...rest } = current;
      this.setState(slowMs === undefined ? rest : { ...rest, slowMs });
    }
  }

  private takeLoss(error: SwarmscopeError, since: number, signal: AbortSignal): void {
    const { current } = this;
    if (current.phase === 'connecting') {
      // The first look failed: there is nothing to keep showing.
      this.session?.dispose();
      this.session = undefined;
      this.fail(current.connection, error, signal);
    } else if (current.phase === 'connected') {
      const told = this.election.tell(error, current.snapshot);
      if (current.lost?.error.code !== told.code) {
        this.setState({ ...current, lost: { error: told, since: current.lost?.since ?? since } });
      }
      this.failOver.seek();
    }
  }

  private endElection(): void {
    const { current } = this;
    if (current.phase === 'connected' && current.lost?.error.code === 'electing') {
      const error = new SwarmscopeError('no-quorum', current.lost.error.details);
      this.setState({ ...current, lost: { ...current.lost, error } });
    }
  }

  private viaStandIn(): Pick<Connected, 'via'> {
    return this.standIn === undefined ? {} : { via: this.standIn };
  }

  private sought(): Sought | undefined {
    const { current } = this;
    const swarmId =
      current.phase === 'connected' ? current.snapshot.info.swarm.cluster?.id : undefined;
    if (current.phase !== 'connected' || swarmId === undefined) {
      return undefined;
    }
    const { connection, lost, snapshot } = current;
    return {
      preferred: connection,
      inUse: this.standIn ?? connection,
      swarmId,
      managers: knownManagers(snapshot),
      needsLeader: isSwarmscopeError(lost?.error, 'no-quorum', 'electing'),
      attentive: this.visible || this.expectations.any,
    };
  }

  /** Goes on with another manager of the same swarm; all that is shown stays. */
  private adopt({ entry, engine, info, hasLeader }: FoundManager): void {
    const { current, session: previous } = this;
    if (current.phase !== 'connected') {
      engine.dispose();
      return;
    }
    const { via: _before, ...rest } = current;
    const { lost } = rest;
    const isPreferred = entry.id === current.connection.id;
    this.dependencies.logger.info(
      isPreferred
        ? `${entry.name} works again; back to it`
        : `${current.connection.name} goes on through ${entry.name} (${info.engineName})`,
    );
    this.standIn = isPreferred ? undefined : entry;
    this.session = this.newSession(engine, info, this.attempt.signal, previous);
    previous?.dispose();
    this.setState({
      ...rest,
      ...this.viaStandIn(),
      ...(lost === undefined || hasLeader
        ? {}
        : { lost: { ...lost, error: this.election.tell(LEADERLESS, rest.snapshot) } }),
    });
    void this.session.start();
  }

  /** A manager that does not work at the start: uses another of the swarm that was last seen there. */
  private async connectElsewhere(
    entry: ConnectionEntry,
    failure: SwarmscopeError,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { swarmId } = entry;
    if (swarmId === undefined || !concernsWholeEngine(failure) || signal.aborted) {
      return false;
    }
    const sought: Sought = {
      preferred: entry,
      inUse: entry,
      swarmId,
      managers: [],
      needsLeader: true,
      attentive: true,
    };
    const found = await this.failOver.seekOnce(sought, signal).catch(() => undefined);
    if (found === undefined || !found.hasLeader || signal.aborted) {
      found?.engine.dispose();
      return false;
    }
    this.dependencies.logger.info(`${entry.name} is reached through ${found.entry.name}`);
    this.session = this.newSession(found.engine, found.info, signal);
    this.standIn = found.entry;
    await this.session.start();
    return true;
  }

  private fail(
    connection: ConnectionEntry,
    error: SwarmscopeError,
    signal: AbortSignal,
    info?: InfoRecord,
  ): void {
    if (!signal.aborted) {
      this.dependencies.logger.warn(`Connecting to ${connection.name} failed: ${error.message}`);
      this.setState({
        phase: 'failed',
        connection,
        error,
        ...(info === undefined ? {} : { info }),
      });
    }
  }

  private setState(state: SwarmState): void {
    this.current = state;
    try {
      this.changeEmitter.fire(state);
    } catch (error) {
      // A view that fails to draw must not be taken for an engine that fails to answer.
      this.dependencies.logger.error(String(error));
    }
  }
}
