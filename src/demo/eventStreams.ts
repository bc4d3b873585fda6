import type * as http from 'node:http';
import { BODY_LIMIT, readTime } from './apiExchange';
import { eventLine, type DemoEvent } from './eventLog';
import { passes, readFilters } from './filters';
import type { SwarmState } from './swarmState';

const KINDS: readonly string[] = ['service', 'network', 'node', 'secret', 'config'];

/** Answers `GET /events`: what is past, then what happens. */
export class EventStreams {
  private readonly open = new Set<http.ServerResponse>();

  constructor(private readonly state: SwarmState) {}

  /** What is past comes first; the stream ends at once when `until` is past too. */
  serve(response: http.ServerResponse, query: URLSearchParams): void {
    const since = readTime(query.get('since'));
    const until = readTime(query.get('until'));
    const fits = readFit(query);
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    const { events, clock } = this.state;
    for (const event of events.history) {
      const isPast = since !== undefined || until !== undefined;
      if (
        isPast &&
        event.stamp >= (since ?? 0n) &&
        event.stamp <= (until ?? event.stamp) &&
        fits(event)
      ) {
        response.write(eventLine(event));
      }
    }
    const left = until === undefined ? undefined : Number(until / 1_000_000n) - clock.now();
    if (left !== undefined && left <= 0) {
      response.end();
      return;
    }
    const following = events.onDidAdd((event) => {
      if (fits(event) && response.writableLength < BODY_LIMIT) {
        response.write(eventLine(event));
      }
    });
    const timer = left === undefined ? undefined : clock.after(left, () => response.end());
    this.open.add(response);
    response.once('close', () => {
      following.dispose();
      timer?.dispose();
      this.open.delete(response);
    });
  }

  /** Breaks every stream off, as a network that fails does. */
  breakAll(): void {
    for (const stream of this.open) {
      stream.destroy();
    }
  }
}

function readFit(query: URLSearchParams): (event: DemoEvent) => boolean {
  const filters = readFilters(query.get('filters'));
  return (event) =>
    passes(filters, 'type', (wanted) => wanted === event.type) &&
    passes(filters, 'event', (wanted) => wanted === event.action) &&
    passes(filters, 'scope', (wanted) => wanted === 'swarm') &&
    KINDS.every((kind) =>
      passes(
        filters,
        kind,
        (wanted) => event.type === kind && [event.id, event.attributes['name']].includes(wanted),
      ),
    );
}
