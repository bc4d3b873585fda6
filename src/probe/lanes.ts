import type { ProbeOptions, ProbeTarget } from './probe';

interface Waiting {
  /** How many lanes it takes, in all and of each node. */
  readonly count: number;
  readonly nodes: readonly (readonly [string, number])[];
  enter: () => void;
}

/**
 * Lets the probes of one batch begin within its bounds: so many at once, so many to one node, so many a
 * second. Who waits for a busy node holds up no other one; what is free for those who came first goes to
 * nobody behind them, or many small batches would keep a large one out.
 */
export class Lanes {
  private free: number;
  private readonly perNode: number;
  private readonly busy = new Map<string, number>();
  /** First come, first served. */
  private readonly waiting = new Set<Waiting>();
  /** Somebody who waits lacks lanes of all. */
  private lacksLanes = false;
  /** Nodes of which somebody who waits lacks lanes. */
  private readonly lacking = new Set<string>();

  constructor(private readonly options: Omit<ProbeOptions, 'timeoutMs'>) {
    this.free = options.concurrency;
    this.perNode = options.perNode ?? options.concurrency;
  }

  /** So many may begin together, whichever they are. */
  get most(): number {
    const { concurrency, pace } = this.options;
    return Math.max(1, Math.min(concurrency, this.perNode, pace?.perSecond ?? concurrency));
  }

  /** Runs `work`, which probes `targets`, when they may begin; not at all once aborted. */
  async run(
    targets: readonly ProbeTarget[],
    signal: AbortSignal,
    work: () => Promise<void>,
  ): Promise<void> {
    const one = waitingFor(targets);
    if (!this.take(one)) {
      await new Promise<void>((enter) => {
        one.enter = enter;
        this.waiting.add(one);
      });
    }
    try {
      if (!signal.aborted && (await this.options.pace?.take(targets.length, signal)) !== false) {
        await work();
      }
    } finally {
      this.count(one, -1);
      this.admit();
    }
  }

  private admit(): void {
    this.lacksLanes = false;
    this.lacking.clear();
    for (const one of this.waiting) {
      if (this.lacksLanes || this.free <= 0) {
        return;
      }
      if (this.take(one)) {
        this.waiting.delete(one);
        one.enter();
      }
    }
  }

  /** Takes the lanes of `one` if all of them are free and nobody before it waits for them. */
  private take(one: Waiting): boolean {
    if (this.lacksLanes || one.nodes.some(([node]) => this.lacking.has(node))) {
      return false;
    }
    const full = one.nodes.filter(([node, count]) => this.busyOf(node) + count > this.perNode);
    for (const [node] of full) {
      this.lacking.add(node);
    }
    this.lacksLanes = full.length === 0 && one.count > this.free;
    const fits = full.length === 0 && !this.lacksLanes;
    if (fits) {
      this.count(one, 1);
    }
    return fits;
  }

  private count({ count, nodes }: Waiting, change: 1 | -1): void {
    this.free -= change * count;
    for (const [node, lanes] of nodes) {
      this.busy.set(node, this.busyOf(node) + change * lanes);
    }
  }

  private busyOf(node: string): number {
    return this.busy.get(node) ?? 0;
  }
}

function waitingFor(targets: readonly ProbeTarget[]): Waiting {
  const nodes = new Map<string, number>();
  for (const target of targets) {
    nodes.set(nodeOf(target), (nodes.get(nodeOf(target)) ?? 0) + 1);
  }
  return { count: targets.length, nodes: [...nodes], enter: () => undefined };
}

/** Whom the bound of a node counts. */
export function nodeOf({ nodeId, host }: ProbeTarget): string {
  return nodeId ?? host;
}
