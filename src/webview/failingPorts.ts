/** Who counts: a page in sight, or the background watch while there is none. */
type Counter = 'page' | 'watch';

/** How many published ports of each connection fail, of whoever counts them now. */
export class FailingPorts {
  private readonly counts: Readonly<Record<Counter, Map<string, number>>> = {
    page: new Map(),
    watch: new Map(),
  };

  constructor(private readonly tell: (connectionId: string, ports: number | undefined) => void) {}

  /** Takes a count; undefined from who does not count any longer. */
  set(counter: Counter, connectionId: string, ports: number | undefined): void {
    const { page, watch } = this.counts;
    if (ports === undefined) {
      this.counts[counter].delete(connectionId);
    } else {
      this.counts[counter].set(connectionId, ports);
    }
    this.tell(connectionId, page.get(connectionId) ?? watch.get(connectionId));
  }
}
