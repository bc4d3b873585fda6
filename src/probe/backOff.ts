import type { ProbeSample } from '../shared/routingView';
import { isUnreached } from './cellHistory';
import type { ProbeTarget } from './probe';

/** A target that gave nothing in so many rounds, one after the other, is left out of every other one. */
const SILENT_ROUNDS = 3;

/** Rounds that gave nothing, one after the other. */
interface Silence {
  readonly rounds: number;
  /** Left out since it was last asked. */
  readonly wasLeftOut: boolean;
}

/**
 * Asks dead targets less often. A target is never left out of two rounds in a row, however long they
 * last, and not at all once something happened to its node or service; whatever comes back, a refusal
 * too, is a sign of life.
 */
export class BackOff {
  private readonly silences = new Map<string, Silence>();

  isDead(id: string): boolean {
    return (this.silences.get(id)?.rounds ?? 0) >= SILENT_ROUNDS;
  }

  /** The targets of the round that begins now; remembers which it leaves out. */
  due(targets: readonly ProbeTarget[]): readonly ProbeTarget[] {
    return targets.filter(({ id }) => {
      const silence = this.silences.get(id);
      if (silence === undefined || silence.wasLeftOut || !this.isDead(id)) {
        return true;
      }
      this.silences.set(id, { ...silence, wasLeftOut: true });
      return false;
    });
  }

  /** Takes what a round found. */
  note(found: ReadonlyMap<string, readonly ProbeSample[]>): void {
    for (const [id, samples] of found) {
      if (samples.every(isUnreached)) {
        const rounds = (this.silences.get(id)?.rounds ?? 0) + 1;
        this.silences.set(id, { rounds, wasLeftOut: false });
      } else {
        this.silences.delete(id);
      }
    }
  }

  /** Something happened to these, or they are gone; true when any of them was asked less often. */
  wake(ids: Iterable<string>): boolean {
    let woken = false;
    for (const id of ids) {
      woken ||= this.isDead(id);
      this.silences.delete(id);
    }
    return woken;
  }
}
