/** One engine event of scope swarm (`GET /events`). */
export interface EventRecord {
  readonly type: 'network' | 'service' | 'node' | 'secret' | 'config' | 'other';
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Seconds since the epoch with nanosecond digits, usable as `since`. */
  readonly time: string;
}
