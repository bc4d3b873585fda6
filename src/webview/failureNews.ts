import type { Clock } from '../common/clock';
import type { Disposable } from '../common/disposable';

/** What fails at about the same time is told at once. */
const TOGETHER_MS = 35_000;
/** The next round has ended so long after it began. */
const ROUND_MARGIN_MS = 5_000;
/** Two notifications are no closer together than this. */
const QUIET_MS = 300_000;

/**
 * Tells when cells become failing: once, with all that fail by then, and not before the round after has
 * ended. What was told is told again only after it was right for as long.
 */
export class FailureNews implements Disposable {
  private failing: ReadonlySet<string> = new Set();
  /** What was told, and since when it is right again. */
  private readonly told = new Map<string, { rightSince: number }>();
  private toldAt = Number.NEGATIVE_INFINITY;
  private timer: Disposable | undefined;

  constructor(
    private readonly clock: Clock,
    /** Takes all that fail. */
    private readonly tell: (failing: ReadonlySet<string>) => void,
  ) {}

  /** Takes what fails now; each cell has its turn within `roundMs`. */
  take(failing: ReadonlySet<string>, roundMs: number): void {
    const together = Math.max(TOGETHER_MS, roundMs + ROUND_MARGIN_MS);
    const now = this.clock.now();
    this.failing = new Set(failing);
    for (const [id, known] of this.told) {
      if (now - known.rightSince >= together) {
        this.told.delete(id);
      } else if (failing.has(id)) {
        known.rightSince = Number.POSITIVE_INFINITY;
      } else {
        // The first round of probes begins with nothing that fails.
        known.rightSince = Math.min(known.rightSince, now);
      }
    }
    if (!this.hasNews()) {
      this.timer?.dispose();
      this.timer = undefined;
    } else {
      const quiet = this.toldAt + QUIET_MS - now;
      this.timer ??= this.clock.after(Math.max(together, quiet), () => this.tellNow());
    }
  }

  /** While nothing can be known: nothing is told, and nothing that was told counts as right. */
  hold(): void {
    this.timer?.dispose();
    this.timer = undefined;
    for (const known of this.told.values()) {
      known.rightSince = Number.POSITIVE_INFINITY;
    }
  }

  /** Lets go of what waits; what was told is remembered. */
  dispose(): void {
    this.hold();
  }

  private tellNow(): void {
    this.timer = undefined;
    if (this.hasNews()) {
      this.toldAt = this.clock.now();
      for (const id of this.failing) {
        this.told.set(id, { rightSince: Number.POSITIVE_INFINITY });
      }
      this.tell(this.failing);
    }
  }

  private hasNews(): boolean {
    return [...this.failing].some((id) => !this.told.has(id));
  }
}
