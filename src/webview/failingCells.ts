import type { ProbeView } from '../shared/routingView';

/** Counts the probed ports that do not answer every time, from what changes only. */
export class FailingCells {
  private readonly ids = new Set<string>();

  get count(): number {
    return this.ids.size;
  }

  /** Takes the cells that changed, or all of them. */
  take({ cells, complete }: ProbeView): void {
    if (complete) {
      this.ids.clear();
    }
    for (const { entryId, verdict } of cells) {
      if (verdict.kind === 'none' || verdict.kind === 'some') {
        this.ids.add(entryId);
      } else {
        this.ids.delete(entryId);
      }
    }
  }
}
