import type { ProbeCell, ProbeSample } from '../shared/routingView';
import { judge, keptSamples } from './cellHistory';
import type { ProbeTarget, TaskSet } from './probe';

/** The samples of each target, and since when they tell of the tasks that run now. */
export class CellRecords {
  private readonly samples = new Map<string, readonly ProbeSample[]>();
  /** Running tasks behind each target. */
  private tasks: ReadonlyMap<string, TaskSet> = new Map();
  /** Samples of each target since its tasks changed last: those before tell of other tasks. */
  private readonly fresh = new Map<string, number>();
  /** Targets that had no task before their tasks changed last, or have none since. */
  private readonly opened = new Set<string>();

  /**
   * Takes other targets; those of which `isSame` is false begin anew. Gives the ids of these and of those
   * whose tasks changed.
   */
  setTargets(targets: readonly ProbeTarget[], isSame: (id: string) => boolean): readonly string[] {
    const changed: string[] = [];
    for (const id of [...this.samples.keys()].filter((one) => !isSame(one))) {
      this.samples.delete(id);
      this.fresh.delete(id);
      this.opened.delete(id);
      changed.push(id);
    }
    for (const { id, tasks } of targets) {
      const known = this.tasks.get(id);
      if (known?.key !== tasks.key) {
        this.fresh.set(id, 0);
        this.opened.delete(id);
        changed.push(id);
        // Closed then and open now, or the other way: what was seen says nothing of what should be.
        if (known !== undefined && (known.count === 0) !== (tasks.count === 0)) {
          this.opened.add(id);
        }
      }
    }
    this.tasks = new Map(targets.map(({ id, tasks }) => [id, tasks]));
    return changed;
  }

  take(id: string, sample: ProbeSample): void {
    const kept = keptSamples(this.tasks.size, this.tasksOf(id));
    this.samples.set(id, [...this.samplesOf(id), sample].slice(-kept));
    this.fresh.set(id, (this.fresh.get(id) ?? 0) + 1);
  }

  samplesOf(id: string): readonly ProbeSample[] {
    return this.samples.get(id) ?? [];
  }

  cell(id: string): ProbeCell {
    const samples = this.samplesOf(id);
    const shown = samples.slice(-keptSamples(this.tasks.size, 0));
    // Until the first of them there is nothing newer to say.
    const fresh = this.fresh.get(id) ?? 0;
    const older = this.opened.has(id) ? [] : samples;
    const judged = fresh === 0 ? older : samples.slice(-fresh);
    return {
      entryId: id,
      verdict: judge(judged, this.tasksOf(id)),
      samples: shown,
      ...(fresh < shown.length ? { current: fresh } : {}),
    };
  }

  /** Forgets the samples: what comes next is seen from elsewhere. */
  clear(): void {
    this.samples.clear();
    this.fresh.clear();
    this.opened.clear();
  }

  private tasksOf(id: string): number {
    return this.tasks.get(id)?.count ?? 1;
  }
}
