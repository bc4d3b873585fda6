import type { HistoryMark } from '../shared/historyView';

const KINDS: ReadonlySet<unknown> = new Set<HistoryMark['kind']>([
  'service-created',
  'service-updated',
  'service-removed',
  'update-state',
  'tasks',
  'node-joined',
  'node-left',
  'node-state',
  'node-availability',
  'leader',
]);

/** The marks in foreign data, such as an older version may have written; what is none is left out. */
export function readMarks(value: unknown): readonly HistoryMark[] {
  return Array.isArray(value) ? value.filter(isMark) : [];
}

function isMark(value: unknown): value is HistoryMark {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const { at, kind, name, detail, serviceId } = value as Record<keyof HistoryMark, unknown>;
  return (
    typeof at === 'number' &&
    KINDS.has(kind) &&
    typeof name === 'string' &&
    [detail, serviceId].every((text) => text === undefined || typeof text === 'string')
  );
}
