import type { Clock } from '../common/clock';
import type { Disposable } from '../common/disposable';

/** What fails at about the same time is told at once. */
const TOGETHER_MS = 35_000;
/** Two notifications are no closer together than this. */
const QUIET_MS = 300_000;

/**
 * Tells when cells become failing: once, with all that fail by then. What was told is told again only
 * after everything was all right for a while.
 */
export class FailureNews implements Disposable {
  private failing: ReadonlySet<string> = new Set();
  private readonly told = new Set<string>();
  private toldAt = Number.NEGATIVE_INFINITY;
  private timer: Disposable | undefined;
  private clearing: Disposable | undefined;

  constructor(
    private readonly clock: Clock,
    /** Takes all that fail. */
    private readonly tell: (failing: ReadonlySet<string>) => void,
  ) {}

  /** Takes what fails now. */
  take(failing: ReadonlySet<string>): void {
    this.failing = new Set(failing);
    if (failing.size === 0) {
      this.timer?.dispose();
      this.timer = undefined;
      // The first round of probes begins with nothing that fails.
      this.clearing ??= this.clock.after(TOGETHER_MS, () => {
        this.clearing = undefined;
        this.told.clear();
      });
      return;
    }
    this.clearing?.dispose();
    this.clearing = undefined;
    if (this.hasNews()) {
      const quiet = this.toldAt + QUIET_MS - this.clock.now();
      this.timer ??= this.clock.after(Math.max(TOGETHER_MS, quiet), () => this.tellNow());
    }
  }

  /** Lets go of what waits; what was told is remembered. */
  dispose(): void {
    this.timer?.dispose();
    this.clearing?.dispose();
    this.timer = undefined;
    this.clearing = undefined;
  }

  private tellNow(): void {
    this.timer = undefined;
    if (this.hasNews()) {
      this.toldAt = this.clock.now();
      for (const id of this.failing) {
        this.told.add(id);
      }
      this.tell(this.failing);
    }
  }

  private hasNews(): boolean {
    return [...this.failing].some((id) => !this.told.has(id));
  }
}
