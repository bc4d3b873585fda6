import type { Clock } from '../common/clock';
import type { Disposable } from '../common/disposable';
import { SwarmscopeError } from '../common/errors';
import { canElect } from '../model/quorum';
import type { SwarmSnapshot } from '../model/snapshot';

/**
 * An election takes 10 to 20 s (swarmkit: an election tick of 10 s, spread); what lasts longer is a
 * lack of managers.
 */
const ELECTION_MS = 30_000;

/** Tells a swarm that is electing a leader from one that cannot. */
export class Election implements Disposable {
  private phase: 'none' | 'running' | 'over' = 'none';
  private timer: Disposable | undefined;

  constructor(
    private readonly clock: Clock,
    /** Called when an election has taken too long to be one. */
    private readonly onGivenUp: () => void,
  ) {}

  /** The loss as it is to be told: 'electing' instead of 'no-quorum' for as long as an election takes. */
  tell(error: SwarmscopeError, snapshot: SwarmSnapshot): SwarmscopeError {
    if (error.code !== 'no-quorum') {
      return error;
    }
    if (this.phase === 'none' && canElect(snapshot)) {
      this.phase = 'running';
      this.timer = this.clock.after(ELECTION_MS, () => {
        this.phase = 'over';
        this.onGivenUp();
      });
    }
    return this.phase === 'running'
      ? new SwarmscopeError('electing', error.details, { cause: error })
      : error;
  }

  /** There is a leader again. */
  reset(): void {
    this.phase = 'none';
    this.timer?.dispose();
  }

  dispose(): void {
    this.reset();
  }
}
