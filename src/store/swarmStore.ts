import type { Clock } from '../common/clock';
import { toDisposable, type Disposable } from '../common/disposable';
import { Emitter } from '../common/emitter';
import { SwarmscopeError, toSwarmscopeError } from '../common/errors';
import type { Logger } from '../common/logger';
import type { Engine } from '../docker/engine';
import type { ConnectionEntry } from '../docker/target';
import type { SwarmSnapshot } from '../model/snapshot';
import { swarmProblem } from './swarmProblem';
import { SwarmSession } from './swarmSession';
import type { RefreshReason, SwarmState } from './swarmState';

/** What the store is built from. */
export interface SwarmStoreDependencies {
  /** Gives a connected engine (`Engine.connect` has succeeded) or rejects with SwarmscopeError. */
  readonly open: (entry: ConnectionEntry, signal: AbortSignal) => Promise<Engine>;
  readonly logger: Logger;
  readonly clock: Clock;
}

const DEFAULT_EXPECTATION_MS = 15_000;

/** The one mutable centre: the connection, and the last snapshot or failure of its swarm. */
export class SwarmStore implements Disposable {
  private readonly changeEmitter = new Emitter<SwarmState>();
  private current: SwarmState = { phase: 'disconnected' };
  private attempt = new AbortController();
  private session: SwarmSession | undefined;
  private visible = false;

  /** Fires after {@link state} changed; never when a look found nothing new. */
  readonly onDidChange = this.changeEmitter.event;

  constructor(private readonly dependencies: SwarmStoreDependencies) {}

  get state(): SwarmState {
    return this.current;
  }

  /** The connected engine, also while it is lost; undefined in every other phase. */
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
    try {
      engine = await this.dependencies.open(entry, signal);
      signal.throwIfAborted();
      const info = await engine.info(signal);
      signal.throwIfAborted();
      const problem = swarmProblem(info);
      if (problem !== undefined) {
        throw problem;
      }
      this.session = this.newSession(entry, engine, info, signal);
    } catch (error) {
      engine?.dispose();
      this.fail(entry, toSwarmscopeError(error), signal);
      return;
    }
    await this.session.start(this.visible);
  }

  /** Leaves the present connection or attempt. */
  disconnect(): void {
    this.leave();
    this.setState({ phase: 'disconnected' });
  }

  /** A full look now; resolves when its result is in the state. Does nothing unless connected. */
  async refresh(reason: RefreshReason): Promise<void> {
    await this.session?.refresh(reason);
  }

  /** Says whether any view shows the swarm; while none does, nothing polls. */
  setVisible(visible: boolean): void {
    this.visible = visible;
    this.session?.setVisible(visible);
  }

  /**
   * After a command: looks every second, whether a view is visible or not, for `forMs` milliseconds
   * or until what it gives is disposed.
   */
  expectChange(forMs: number = DEFAULT_EXPECTATION_MS): Disposable {
    return this.session?.expectChange(forMs) ?? toDisposable(() => undefined);
  }

  dispose(): void {
    this.leave();
    this.changeEmitter.dispose();
  }

  /** Ends what is under way and hands out the signal of the next attempt. */
  private leave(): AbortController {
    this.attempt.abort(new SwarmscopeError('cancelled'));
    this.attempt = new AbortController();
    this.session?.dispose();
    this.session = undefined;
    return this.attempt;
  }

  private newSession(
    entry: ConnectionEntry,
    engine: Engine,
    info: Parameters<typeof swarmProblem>[0],
    signal: AbortSignal,
  ): SwarmSession {
    const { clock, logger } = this.dependencies;
    return new SwarmSession(engine, info, clock, logger, {
      onSnapshot: (snapshot) => {
        if (!signal.aborted) {
          this.takeSnapshot(entry, snapshot);
        }
      },
      onLost: (error, since) => {
        if (!signal.aborted) {
          this.takeLoss(entry, error, since, signal);
        }
      },
    });
  }

  private takeSnapshot(connection: ConnectionEntry, snapshot: SwarmSnapshot): void {
    const { current } = this;
    const known =
      current.phase === 'connected' && current.snapshot === snapshot && current.lost === undefined;
    if (!known) {
      this.setState({ phase: 'connected', connection, snapshot });
    }
  }

  private takeLoss(
    entry: ConnectionEntry,
    error: SwarmscopeError,
    since: number,
    signal: AbortSignal,
  ): void {
    const { current } = this;
    if (current.phase !== 'connected') {
      // The first look failed: there is nothing to keep showing.
      this.session?.dispose();
      this.session = undefined;
      this.fail(entry, error, signal);
    } else if (current.lost?.error.code !== error.code) {
      this.setState({ ...current, lost: { error, since } });
    }
  }

  private fail(connection: ConnectionEntry, error: SwarmscopeError, signal: AbortSignal): void {
    if (!signal.aborted) {
      this.dependencies.logger.warn(`Connecting to ${connection.name} failed: ${error.message}`);
      this.setState({ phase: 'failed', connection, error });
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
