/** Equal items one below the other. */
export class Column {
  readonly length: number;

  constructor(
    readonly count: number,
    readonly item: number,
    private readonly gap: number,
  ) {
    this.length = count === 0 ? 0 : count * (item + gap) - gap;
  }

  start(index: number): number {
    return index * (this.item + this.gap);
  }

  /** First and end index of the items that touch the range. */
  within(top: number, range: { from: number; to: number }): [from: number, end: number] {
    const step = this.item + this.gap;
    const from = Math.max(0, Math.floor((range.from - top) / step));
    const end = Math.min(this.count, Math.ceil((range.to - top) / step));
    return [Math.min(from, this.count), Math.max(end, Math.min(from, this.count))];
  }
}

/** A shorter column moves along while the longer one scrolls, so that both ends of a line stay in sight. */
export function alignColumn(
  length: number,
  body: number,
  seen: { top: number; height: number },
): number {
  const scrollable = body - seen.height;
  const ratio = scrollable <= 0 ? 0.5 : Math.min(1, seen.top / scrollable);
  return Math.round(ratio * (body - length));
}
