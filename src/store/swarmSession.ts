import type { Clock } from '../common/clock';
import { DisposableStore, toDisposable, type Disposable } from '../common/disposable';
import { SwarmscopeError, toSwarmscopeError } from '../common/errors';
import type { Logger } from '../common/logger';
import type { Engine } from '../docker/engine';
import type { EventRecord } from '../docker/records/event';
import type { InfoRecord } from '../docker/records/info';
import type { SwarmSnapshot } from '../model/snapshot';
import { EventFollower } from './eventFollower';
import { partsTouchedBy } from './eventParts';
import { ALL_PARTS, RecordLoader, type LoadPart } from './recordLoader';
import { RefreshQueue } from './refreshQueue';
import { swarmProblem } from './swarmProblem';
import type { RefreshReason } from './swarmState';

/** Events within this time make one refresh. */
const COALESCE_MS = 150;
const FAST_POLL_MS = 1_000;
/** What never settles (no suitable node…) is polled like this after {@link PATIENT_POLLS}. */
const PATIENT_POLL_MS = 5_000;
const PATIENT_POLLS = 60;
const SLOW_POLL_MS = 15_000;
/** After an event its tasks are expected to change for so long. */
const UNSETTLED_MS = 5_000;
/** A broken connection is tried at least so often. */
const LONGEST_PAUSE_MS = 10_000;
/** The same while nobody looks: only the status bar tells. */
const UNWATCHED_PAUSE_MS = 60_000;
/** An engine that answers but has no leader has one as soon as it is elected. */
const LEADERLESS_PAUSE_MS = 2_000;

/** Who wants to know what happens. */
export interface Attention {
  /** Some view shows the swarm. */
  readonly visible: boolean;
  /** A command waits for a change. */
  readonly expecting: boolean;
}

/** What the store hears from a session. */
export interface SessionListener {
  /** A look succeeded; the same object as before when nothing changed. */
  onSnapshot(snapshot: SwarmSnapshot): void;
  /** The swarm is lost, but the engine told anew what it knows by itself. */
  onLocalSnapshot(snapshot: SwarmSnapshot): void;
  /** A full look took so many milliseconds. */
  onTiming(ms: number): void;
  /** The engine or its swarm failed as a whole; `since` is the time of its last answer. */
  onLost(error: SwarmscopeError, since: number): void;
}

/** One connected engine: its event stream, polls and refreshes, until disposed. */
export class SwarmSession implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly loader: RecordLoader;
  private readonly queue: RefreshQueue;
  private readonly follower: EventFollower;
  private snapshot: SwarmSnapshot | undefined;
  private lastAnswerAt: number;
  private lost: SwarmscopeError | undefined;
  private unsettledUntil = 0;
  private quietPolls = 0;
  private pollTimer: Disposable | undefined;
  private touched = new Set<LoadPart>();
  private touchTimer: Disposable | undefined;

  constructor(
    readonly engine: Engine,
    info: InfoRecord,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly listener: SessionListener,
    private attention: Attention,
    /** The session of another manager of the same swarm, whose place this one takes. */
    previous?: SwarmSession,
  ) {
    this.lastAnswerAt = previous?.lastAnswerAt ?? clock.now();
    this.snapshot = previous?.snapshot;
    this.loader = new RecordLoader(engine, clock, info, previous?.loader);
    this.queue = new RefreshQueue((parts, reason, signal) => this.load(parts, reason, signal));
    const host = {
      onEvent: (event: EventRecord) => this.onEvent(event),
      onReconnected: () => void this.queue.request(ALL_PARTS, 'reconnected'),
      probe: (signal: AbortSignal) => this.probe(signal),
      longestPause: () => this.longestPause(),
    };
    this.follower = new EventFollower(engine, clock, logger, host, info.time);
    this.disposables.add(engine);
    this.disposables.add(this.follower);
    this.disposables.add(this.queue);
    this.disposables.add(
      toDisposable(() => {
        this.pollTimer?.dispose();
        this.touchTimer?.dispose();
      }),
    );
  }

  /** Opens the event stream and takes the first look; resolves when the listener heard of it. */
  start(): Promise<void> {
    void this.follower.run();
    return this.queue.request(ALL_PARTS, 'connected');
  }

  /** A full look now, before anything that already runs; resolves when the listener heard of it. */
  refresh(reason: RefreshReason): Promise<void> {
    this.quietPolls = 0;
    return this.queue.request(ALL_PARTS, reason, true);
  }

  /**
   * While nobody looks nothing polls, and events wait for the full look that visibility brings; only
   * what happens to nodes is followed, for the status bar.
   */
  setAttention(attention: Attention): void {
    const before = this.attention;
    this.attention = attention;
    if (attention.expecting) {
      this.quietPolls = 0;
    }
    if (this.lost !== undefined && this.attentive && !before.visible && !before.expecting) {
      this.follower.wake();
    }
    if (attention.visible && !before.visible) {
      void this.queue.request(ALL_PARTS, 'visible');
    } else {
      this.schedulePoll();
    }
  }

  dispose(): void {
    this.disposables.dispose();
  }

  /** Whether anybody wants to know what happens. */
  private get attentive(): boolean {
    return this.attention.visible || this.attention.expecting;
  }

  private longestPause(): number {
    if (!this.attentive) {
      return UNWATCHED_PAUSE_MS;
    }
    return this.lost?.code === 'no-quorum' ? LEADERLESS_PAUSE_MS : LONGEST_PAUSE_MS;
  }

  private onEvent(event: EventRecord): void {
    const parts = partsTouchedBy(event);
    if (parts.length === 0 || (!this.attentive && event.type !== 'node')) {
      return;
    }
    this.logger.debug(`Event ${event.type} ${event.action} ${event.id}`);
    this.unsettledUntil = this.clock.now() + UNSETTLED_MS;
    this.quietPolls = 0;
    for (const part of parts) {
      this.touched.add(part);
    }
    this.touchTimer ??= this.clock.after(COALESCE_MS, () => {
      const touched = this.touched;
      this.touchTimer = undefined;
      this.touched = new Set();
      void this.queue.request(touched, 'event');
    });
  }

  private async load(
    parts: ReadonlySet<LoadPart>,
    reason: RefreshReason,
    signal: AbortSignal,
  ): Promise<void> {
    this.pollTimer?.dispose();
    const startedAt = this.clock.now();
    try {
      const snapshot = await this.loader.load(parts, signal);
      const took = this.clock.now() - startedAt;
      this.logger.debug(`Refresh (${reason}) of ${[...parts].join()} took ${took} ms`);
      this.listener.onTiming(took);
      this.onLoaded(snapshot);
    } catch (error) {
      const loss = await this.lossOf(error, signal);
      if (!signal.aborted) {
        this.onLost(loss);
      }
    }
    this.schedulePoll();
  }

  private onLoaded(snapshot: SwarmSnapshot): void {
    this.lastAnswerAt = this.clock.now();
    this.quietPolls = this.snapshot === snapshot ? this.quietPolls + 1 : 0;
    this.snapshot = snapshot;
    if (this.lost !== undefined) {
      this.lost = undefined;
      this.follower.wake();
    }
    this.listener.onSnapshot(snapshot);
  }

  private onLost(error: SwarmscopeError): void {
    if (this.disposables.isDisposed) {
      return;
    }
    this.logger.warn(`${this.engine.address} is lost: ${error.message}`);
    this.lost = error;
    this.listener.onLost(error, this.lastAnswerAt);
    // A stream on a dead connection may hang for ever; the follower then looks for the engine.
    this.follower.restart();
  }

  private async probe(signal: AbortSignal): Promise<boolean> {
    try {
      const info = await this.engine.info(signal);
      const problem = swarmProblem(info);
      if (problem !== undefined) {
        throw problem;
      }
      if (this.lost?.code === 'no-quorum') {
        await this.untilLed(info, signal);
      }
      return true;
    } catch (error) {
      const loss = await this.lossOf(error, signal);
      if (!signal.aborted) {
        this.onLost(loss);
      }
      return false;
    }
  }

  /**
   * A manager of several that answers its ping but nothing of its swarm waits for a leader: while one
   * is elected, and for some time after a quorum was lost, its calls hang (seen on 20.10 and 28.5).
   */
  private async lossOf(thrown: unknown, signal: AbortSignal): Promise<SwarmscopeError> {
    const error = toSwarmscopeError(thrown);
    if (error.code !== 'timed-out' || managerCount(this.snapshot) < 2) {
      return error;
    }
    try {
      await this.engine.ping(signal);
      return new SwarmscopeError('no-quorum', { reason: 'silent' }, { cause: error });
    } catch {
      return error;
    }
  }

  /** Throws while the swarm has no leader, after bringing up to date what the engine still tells. */
  private async untilLed(info: InfoRecord, signal: AbortSignal): Promise<void> {
    try {
      await this.engine.nodes(signal);
    } catch (error) {
      const snapshot = await this.loader.loadLocal(info, signal);
      if (snapshot !== undefined && snapshot !== this.snapshot) {
        this.snapshot = snapshot;
        this.listener.onLocalSnapshot(snapshot);
      }
      throw error;
    }
  }

  private schedulePoll(): void {
    this.pollTimer?.dispose();
    // A lost engine is sought by the follower, whose success brings a full look.
    if (this.disposables.isDisposed || this.lost !== undefined || !this.attentive) {
      return;
    }
    const converging = this.isConverging();
    const patient = this.quietPolls >= PATIENT_POLLS && !this.attention.expecting;
    const pause = converging ? (patient ? PATIENT_POLL_MS : FAST_POLL_MS) : SLOW_POLL_MS;
    this.pollTimer = this.clock.after(pause, () => {
      const parts = new Set<LoadPart>(['services', 'tasks', ...this.failedParts()]);
      if (this.hasUnallocatedNetwork()) {
        parts.add('networks');
      }
      void this.queue.request(parts, converging ? 'converging' : 'idle-poll');
    });
  }

  private isConverging(): boolean {
    return (
      this.attention.expecting ||
      this.clock.now() < this.unsettledUntil ||
      [...(this.snapshot?.services.values() ?? [])].some((service) => service.converging)
    );
  }

  private failedParts(): LoadPart[] {
    const { parts } = this.snapshot ?? {};
    return ALL_PARTS.filter((part) => part !== 'info' && parts?.[part].kind === 'failed');
  }

  private hasUnallocatedNetwork(): boolean {
    return [...(this.snapshot?.networks.values() ?? [])].some((network) => !network.allocated);
  }
}

function managerCount(snapshot: SwarmSnapshot | undefined): number {
  return [...(snapshot?.nodes.values() ?? [])].filter(({ role }) => role === 'manager').length;
}
