import type { HistoryRange, HistorySubject, HistoryView } from './historyView';
import type { BURST_CHOICES, BurstView } from './burstView';
import type { ProbeView, RoutingView, VantageKind } from './routingView';

/**
 * Host to page. Whole values: a page that missed one is right again with the next. Probes alone come
 * cell by cell, each cell whole, for a swarm may have thousands.
 */
export type HostMessage =
  | { readonly type: 'routing'; readonly view: RoutingView }
  | { readonly type: 'probes'; readonly view: ProbeView }
  /** Whole, at most once a second, while the page looks at it. */
  | { readonly type: 'history'; readonly view: HistoryView }
  /** The running burst or the last one, whole; without a view there is none. */
  | { readonly type: 'burst'; readonly view?: BurstView }
  /** Nothing to draw: no connection, connecting, or failed with a sentence for people. */
  | {
      readonly type: 'unavailable';
      readonly title: string;
      readonly detail: string;
      readonly busy: boolean;
    }
  /** Asks for the map as it is drawn; the page answers with `saveMap`. */
  | { readonly type: 'drawMap' }
  /** Sent once after `ready`: translations of the page's own strings. */
  | { readonly type: 'strings'; readonly contents: Readonly<Record<string, string>> };

/** Page to host: a closed set of intents, validated on arrival; none names a VS Code command. */
export type PageMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'setRunning'; readonly running: boolean }
  | { readonly type: 'setInterval'; readonly intervalMs: number }
  | { readonly type: 'probeNow' }
  | { readonly type: 'setVantage'; readonly vantage: VantageKind }
  /** To one node by its entry's id, else to all nodes of the port in turn. */
  | {
      readonly type: 'startBurst';
      readonly routeId: string;
      readonly entryId?: string;
      readonly connections: (typeof BURST_CHOICES)[number];
    }
  | { readonly type: 'cancelBurst' }
  | { readonly type: 'inspect'; readonly kind: 'service' | 'node' | 'task'; readonly id: string }
  | { readonly type: 'copyCurl'; readonly entryId: string }
  | { readonly type: 'copyCell'; readonly entryId: string }
  | { readonly type: 'openInBrowser'; readonly entryId: string }
  | { readonly type: 'share'; readonly what: Exclude<ShareKind, 'map'> }
  /** The map as SVG text; empty when there is no port to draw. */
  | { readonly type: 'saveMap'; readonly svg: string }
  | { readonly type: 'openAddressSetting' }
  | { readonly type: 'connect' }
  | { readonly type: 'showLog' }
  /** What history the page looks at from now on; none when omitted. */
  | { readonly type: 'watchHistory'; readonly history?: HistoryRequest };

/** What of a history the page wants: at most `most` points of the last `rangeMs`. */
export interface HistoryRequest {
  readonly subject: HistorySubject;
  readonly rangeMs: HistoryRange;
  readonly most: number;
}

/** What can be taken out of the page. */
export type ShareKind = 'json' | 'csv' | 'map' | 'report';

/** Longest text of a map, characters. */
export const LONGEST_MAP = 8_000_000;

/** Interval choices of the page, milliseconds. */
export const INTERVAL_CHOICES = [1000, 2000, 5000, 10_000, 30_000, 60_000] as const;

/** State the page keeps across hide and reload through `setState`. */
export interface PageState {
  readonly connectionId?: string;
  readonly selectedRoute?: string;
  /** `matrix` is about all ports, the others about the chosen one. */
  readonly tab: 'map' | 'table' | 'answers' | 'matrix';
  readonly openEntry?: string;
  /** The element of the map whose details are open, in place of an entry. */
  readonly openPart?: string;
  /** Length of the past that was looked at last, milliseconds. */
  readonly historyRange?: HistoryRange;
  /** By name unless set. */
  readonly matrixSort?: 'problems';
  /** Not grouped unless set. */
  readonly matrixGroup?: 'stack';
  /** Probes were paused by the person; also read by the host when the window is reloaded. */
  readonly paused?: true;
  /** Probes start at the manager; also read by the host when the window is reloaded. */
  readonly vantage?: 'manager';
}
