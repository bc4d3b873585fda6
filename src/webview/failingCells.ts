import { compare, isProblem, type Expectation } from '../shared/expectation';
import type { CellVerdict, ProbeCell, ProbeView, RoutingView } from '../shared/routingView';

/** Counts the cells that are not as the swarm's state says, from what changes only. */
export class FailingCells {
  private entries: ReadonlyMap<
    string,
    { readonly routeId: string; readonly expected: Expectation }
  > = new Map();
  private readonly verdicts = new Map<string, CellVerdict>();
  /** Cells of which {@link isLasting} is false. */
  private readonly passing = new Set<string>();
  private readonly found = new Set<string>();

  constructor(
    /** Whether a cell that fails partly counts. */
    private readonly isLasting: (cell: ProbeCell) => boolean = () => true,
  ) {}

  /** Published ports with such cells. */
  get ports(): number {
    return new Set([...this.found].map((id) => this.entries.get(id)?.routeId)).size;
  }

  get ids(): ReadonlySet<string> {
    return this.found;
  }

  /** Takes what is expected now; it may change while the verdicts stay. */
  expect({ routes }: Pick<RoutingView, 'routes'>): void {
    this.entries = new Map(
      routes.flatMap(({ id: routeId, entries }) =>
        entries.map(({ id, expected }) => [id, { routeId, expected }] as const),
      ),
    );
    this.found.clear();
    for (const [id, verdict] of this.verdicts) {
      this.weigh(id, verdict);
    }
  }

  /** Takes the cells that changed, or all of them. */
  take({ cells, complete }: ProbeView): void {
    if (complete) {
      this.found.clear();
      this.verdicts.clear();
      this.passing.clear();
    }
    for (const cell of cells) {
      const { entryId, verdict } = cell;
      this.verdicts.set(entryId, verdict);
      if (this.isLasting(cell)) {
        this.passing.delete(entryId);
      } else {
        this.passing.add(entryId);
      }
      this.weigh(entryId, verdict);
    }
  }

  private weigh(id: string, verdict: CellVerdict): void {
    const expected = this.entries.get(id)?.expected;
    const comparison = expected === undefined ? 'waiting' : compare(expected, verdict);
    if (isProblem(comparison) && !(comparison === 'partly' && this.passing.has(id))) {
      this.found.add(id);
    } else {
      this.found.delete(id);
    }
  }
}
