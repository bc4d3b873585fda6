/** Two looks in a row as slow as this make a connection slow, in milliseconds. */
const SLOW_MS = 2_000;

/** Judges from the time that looks take whether a connection is slow. */
export class Slowness {
  private before = 0;

  /** Takes the next look's time; gives it when the connection is slow, undefined when it is not. */
  take(ms: number): number | undefined {
    const isSlow = ms >= SLOW_MS && this.before >= SLOW_MS;
    this.before = ms;
    return isSlow ? ms : undefined;
  }
}
