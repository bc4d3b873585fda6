import type { ProbeOptions, ProbeTarget } from './probe';

interface Waiting {
  readonly targets: readonly ProbeTarget[];
  readonly enter: () => void;
}

/**
 * Lets the probes of one batch begin within its bounds: so many at once, so many to one node, so many a
 * second. Who waits for a busy node holds up no other one.
 */
export class Lanes {
  private free: number;
  private readonly perNode: number;
  private readonly busy = new Map<string, number>();
  private waiting: readonly Waiting[] = [];

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
    if (!this.take(targets)) {
      await new Promise<void>((enter) => {
        this.waiting = [...this.waiting, { targets, enter }];
      });
    }
    try {
      if (!signal.aborted && (await this.options.pace?.take(targets.length, signal)) !== false) {
        await work();
      }
    } finally {
      this.count(targets, -1);
      this.admit();
    }
  }

  private admit(): void {
    const still: Waiting[] = [];
    for (const one of this.waiting) {
      if (this.take(one.targets)) {
        one.enter();
      } else {
        still.push(one);
      }
    }
    this.waiting = still;
  }

  /** Takes the lanes of `targets` if all of them are free. */
  private take(targets: readonly ProbeTarget[]): boolean {
    this.count(targets, 1);
    const fits =
      this.free >= 0 && targets.every((one) => (this.busy.get(nodeOf(one)) ?? 0) <= this.perNode);
    if (!fits) {
      this.count(targets, -1);
    }
    return fits;
  }

  private count(targets: readonly ProbeTarget[], change: 1 | -1): void {
    this.free -= change * targets.length;
    for (const target of targets) {
      const node = nodeOf(target);
      this.busy.set(node, (this.busy.get(node) ?? 0) + change);
    }
  }
}

/** Whom the bound of a node counts. */
export function nodeOf({ nodeId, host }: ProbeTarget): string {
  return nodeId ?? host;
}
