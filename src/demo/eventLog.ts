import { Emitter, type Event } from '../common/emitter';
import type { Stamps } from './identity';

/** One entry of `/events`. */
export interface DemoEvent {
  readonly type: string;
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Nanoseconds since the epoch. */
  readonly stamp: bigint;
}

const HISTORY = 256;

/** Keeps the last 256 events, like the engine, and tells who follows. */
export class EventLog {
  private readonly emitter = new Emitter<DemoEvent>();
  private readonly kept: DemoEvent[] = [];

  readonly onDidAdd: Event<DemoEvent> = this.emitter.event;

  constructor(private readonly stamps: Stamps) {}

  /** What is remembered, oldest first. */
  get history(): readonly DemoEvent[] {
    return this.kept;
  }

  add(type: string, action: string, id: string, attributes: Record<string, string>): void {
    const event = { type, action, id, attributes, stamp: this.stamps.next() };
    this.kept.push(event);
    if (this.kept.length > HISTORY) {
      this.kept.shift();
    }
    this.emitter.fire(event);
  }
}

/** An event as a line of the stream; `timeNano` is beyond what a JavaScript number holds. */
export function eventLine(event: DemoEvent): string {
  const head = JSON.stringify({
    Type: event.type,
    Action: event.action,
    Actor: { ID: event.id, Attributes: event.attributes },
    scope: 'swarm',
    time: Number(event.stamp / 1_000_000_000n),
  });
  return `${head.slice(0, -1)},"timeNano":${event.stamp}}\n`;
}
