import type { ProbeSample } from '../shared/routingView';
import { isUnreached } from './cellHistory';
import type { ProbeTarget } from './probe';

/** A target that gave nothing in so many rounds, one after the other, is left out of every other one. */
const SILENT_ROUNDS = 3;

/** Rounds that gave nothing, one after the other. */
interface Silence {
  readonly rounds: number;
  readonly askedAt: number;
}

/**
 * Asks dead targets less often. A target waits two intervals at most, and not at all once something
 * happened to its node or service; whatever comes back, a refusal too, is a sign of life.
 */
export class BackOff {
  private readonly silences = new Map<string, Silence>();

  isDead(id: string): boolean {
    return (this.silences.get(id)?.rounds ?? 0) >= SILENT_ROUNDS;
  }

  /** The targets of a round that begins now, where the next one follows after `intervalMs` at most. */
  due(targets: readonly ProbeTarget[], now: number, intervalMs: number): readonly ProbeTarget[] {
    return targets.filter(({ id }) => {
      const askedAt = this.silences.get(id)?.askedAt ?? Number.NEGATIVE_INFINITY;
      return !this.isDead(id) || now - askedAt > intervalMs;
    });
  }

  /** Takes what the round that began at `askedAt` found. */
  note(found: ReadonlyMap<string, readonly ProbeSample[]>, askedAt: number): void {
    for (const [id, samples] of found) {
      if (samples.every(isUnreached)) {
        this.silences.set(id, { rounds: (this.silences.get(id)?.rounds ?? 0) + 1, askedAt });
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
