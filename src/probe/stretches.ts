import type { TimeSpan } from '../shared/historyView';

/** More are not kept: the oldest go. */
const MOST_STRETCHES = 200;

/** When something was watched; what lies between are gaps. Times in milliseconds since the epoch. */
export class Stretches {
  private spans: TimeSpan[] = [];

  /** It was seen at `at`, and the next look is due within `reachMs`. */
  extend(at: number, reachMs: number): void {
    const last = this.spans.at(-1);
    if (last !== undefined && at <= last.to) {
      this.spans[this.spans.length - 1] = { ...last, to: Math.max(last.to, at + reachMs) };
      return;
    }
    this.spans.push({ from: at, to: at + reachMs });
    if (this.spans.length > MOST_STRETCHES) {
      this.spans.shift();
    }
  }

  /** Nothing is looked at from `at` on. */
  cut(at: number): void {
    const last = this.spans.at(-1);
    if (last !== undefined && last.to > at) {
      this.spans[this.spans.length - 1] = { ...last, to: Math.max(last.from, at) };
    }
  }

  /** What lies between the stretches from `from` to `to`. */
  gaps(from: number, to: number): readonly TimeSpan[] {
    const gaps: TimeSpan[] = [];
    let begin = from;
    for (const span of this.spans) {
      if (span.from > begin && begin < to) {
        gaps.push({ from: begin, to: Math.min(span.from, to) });
      }
      begin = Math.max(begin, span.to);
    }
    return begin < to ? [...gaps, { from: begin, to }] : gaps;
  }

  /** Begins and ends in turn. */
  save(): Float64Array {
    return Float64Array.from(this.spans.flatMap(({ from, to }) => [from, to]));
  }

  /** Puts what was saved before what is known; nothing when it is of another shape. */
  restore(saved: unknown): void {
    if (!(saved instanceof Float64Array)) {
      return;
    }
    const begin = this.spans[0]?.from ?? Number.POSITIVE_INFINITY;
    const before: TimeSpan[] = [];
    for (let index = 0; index + 1 < saved.length; index += 2) {
      const [from = Number.NaN, to = Number.NaN] = [saved[index], saved[index + 1]];
      const floor = before.at(-1)?.to ?? Number.NEGATIVE_INFINITY;
      if (from <= to && from >= floor && from < begin) {
        before.push({ from, to: Math.min(to, begin) });
      }
    }
    this.spans = [...before, ...this.spans].slice(-MOST_STRETCHES);
  }
}
