import * as v from 'valibot';
import { HISTORY_RANGES, MOST_HISTORY_POINTS } from '../shared/historyView';
import { BURST_CHOICES } from '../shared/burstView';
import { INTERVAL_CHOICES, LONGEST_MAP, type PageMessage } from '../shared/protocol';

const id = v.pipe(v.string(), v.maxLength(300));

const schema = v.union([
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('setRunning'), running: v.boolean() }),
  v.object({ type: v.literal('setInterval'), intervalMs: v.picklist(INTERVAL_CHOICES) }),
  v.object({ type: v.literal('probeNow') }),
  v.object({ type: v.literal('setVantage'), vantage: v.picklist(['window', 'manager']) }),
  v.object({
    type: v.literal('startBurst'),
    routeId: id,
    entryId: v.exactOptional(id),
    connections: v.picklist(BURST_CHOICES),
  }),
  v.object({ type: v.literal('cancelBurst') }),
  v.object({
    type: v.literal('inspect'),
    kind: v.picklist(['service', 'node', 'task']),
    id,
  }),
  v.object({ type: v.literal('copyCurl'), entryId: id }),
  v.object({ type: v.literal('copyCell'), entryId: id }),
  v.object({ type: v.literal('openInBrowser'), entryId: id }),
  v.object({ type: v.literal('share'), what: v.picklist(['json', 'csv', 'report']) }),
  v.object({
    type: v.literal('saveMap'),
    svg: v.pipe(v.string(), v.maxLength(LONGEST_MAP), v.regex(/^(<svg |$)/)),
  }),
  v.object({ type: v.literal('openAddressSetting') }),
  v.object({ type: v.literal('connect') }),
  v.object({ type: v.literal('showLog') }),
  v.object({
    type: v.literal('watchHistory'),
    history: v.exactOptional(
      v.object({
        subject: v.object({ kind: v.picklist(['entry', 'task']), id }),
        rangeMs: v.picklist(HISTORY_RANGES),
        most: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_HISTORY_POINTS)),
      }),
    ),
  }),
]);

/** The intent that a page sent; undefined for anything that is not one of the closed set. */
export function parsePageMessage(message: unknown): PageMessage | undefined {
  const result = v.safeParse(schema, message);
  return result.success ? result.output : undefined;
}
