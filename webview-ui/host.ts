import { HISTORY_RANGES } from '../src/shared/historyView';
import type { HostMessage, PageMessage, PageState } from '../src/shared/protocol';

/** What VS Code gives a page; it may be asked for once only. */
interface VsCodeApi {
  postMessage(message: PageMessage): void;
  getState(): unknown;
  setState(state: PageState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const TABS = ['map', 'table', 'answers', 'matrix'] as const satisfies readonly PageState['tab'][];

const HOST_MESSAGES: ReadonlySet<string> = new Set<HostMessage['type']>([
  'routing',
  'probes',
  'history',
  'burst',
  'unavailable',
  'strings',
  'drawMap',
]);

/** The page's end of the wire: intents out, whole values in, and the state that survives a reload. */
export class Host {
  private readonly api = acquireVsCodeApi();

  /** Sends one intent to the extension. */
  send(message: PageMessage): void {
    this.api.postMessage(message);
  }

  /** Calls `listen` for every known message; others (of browser tools) are ignored. */
  onMessage(listen: (message: HostMessage) => void): void {
    window.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (isHostMessage(event.data)) {
        listen(event.data);
      }
    });
  }

  /** What the page kept last, or a fresh start when that is missing or odd. */
  restore(): PageState {
    return readPageState(this.api.getState());
  }

  /** Keeps the state across hide and reload. */
  save(state: PageState): void {
    this.api.setState(state);
  }
}

function isHostMessage(data: unknown): data is HostMessage {
  return (
    typeof data === 'object' &&
    data !== null &&
    'type' in data &&
    typeof data.type === 'string' &&
    HOST_MESSAGES.has(data.type)
  );
}

/** Reads a kept state tolerantly: an older page may have written it. */
export function readPageState(value: unknown): PageState {
  const kept: Record<string, unknown> =
    typeof value === 'object' && value !== null ? { ...value } : {};
  const text = (key: string): string | undefined =>
    typeof kept[key] === 'string' ? kept[key] : undefined;
  const connectionId = text('connectionId');
  const selectedRoute = text('selectedRoute');
  const openEntry = text('openEntry');
  const openPart = text('openPart');
  const historyRange = HISTORY_RANGES.find((ms) => ms === kept['historyRange']);
  return {
    tab: TABS.find((tab) => tab === kept['tab']) ?? 'map',
    ...(connectionId === undefined ? {} : { connectionId }),
    ...(selectedRoute === undefined ? {} : { selectedRoute }),
    ...(openEntry === undefined ? {} : { openEntry }),
    ...(openPart === undefined ? {} : { openPart }),
    ...(historyRange === undefined ? {} : { historyRange }),
    ...(kept['matrixSort'] === 'problems' ? { matrixSort: 'problems' } : {}),
    ...(kept['matrixGroup'] === 'stack' ? { matrixGroup: 'stack' } : {}),
    ...(kept['paused'] === true ? { paused: true } : {}),
    ...(kept['vantage'] === 'manager' ? { vantage: 'manager' } : {}),
  };
}
