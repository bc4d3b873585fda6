import type { Clock } from '../common/clock';
import { pause } from '../common/pause';

/** Firewalls shut out who comes often (`ufw limit`: six times in 30 s), with all other ssh of the person. */
const GAP_MS = 10_000;

/** Lets connections to one manager begin, no two of them close together. */
export class ManagerDoor {
  private last = Number.NEGATIVE_INFINITY;

  constructor(readonly clock: Clock) {}

  /** Waits until the next one may begin, or until aborted. */
  async turn(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const now = this.clock.now();
      const wait = this.last + GAP_MS - now;
      // A longer one is of before the machine's clock was set back.
      if (wait <= 0 || wait > GAP_MS) {
        this.last = now;
        return;
      }
      await pause(this.clock, wait, signal);
    }
  }
}
