import * as v from 'valibot';
import { identity, line, readRecord, section, textMap } from './fields';

/** One engine event of scope swarm (`GET /events`). */
export interface EventRecord {
  readonly type: 'network' | 'service' | 'node' | 'secret' | 'config' | 'other';
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Seconds since the epoch with nanosecond digits, usable as `since`. */
  readonly time: string;
}

const TYPES = ['network', 'service', 'node', 'secret', 'config'] as const;

const time = v.pipe(
  v.union([v.pipe(v.string(), v.regex(/^\d{1,19}$/)), v.pipe(v.number(), v.safeInteger())]),
  v.transform(String),
);

const schema = v.object({
  Type: identity,
  Action: identity,
  Actor: section({ ID: line, Attributes: textMap }),
  time: v.optional(time),
  // A number of nanoseconds is beyond what JSON.parse keeps exactly: the stream reader quotes it.
  timeNano: v.optional(time),
});

/**
 * Normalizes one line of `GET /events`, `timeNano` being quoted by the reader.
 * @throws SwarmscopeError 'unexpected-answer' when type, action or time is missing.
 */
export function normalizeEvent(raw: unknown): EventRecord {
  const event = readRecord(schema, raw, 'event');
  return {
    type: TYPES.find((known) => known === event.Type) ?? 'other',
    action: event.Action,
    id: event.Actor.ID,
    attributes: event.Actor.Attributes,
    time: toSince(event.timeNano, event.time),
  };
}

/** `1795428000123456789` → `1795428000.123456789`, the form that `since` wants. */
function toSince(nanoseconds: string | undefined, seconds: string | undefined): string {
  if (nanoseconds !== undefined && nanoseconds.length > 9) {
    return `${nanoseconds.slice(0, -9)}.${nanoseconds.slice(-9)}`;
  }
  return readRecord(v.string(), seconds, 'event.time');
}
