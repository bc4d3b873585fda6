import { connectionOfSegment, connectionSegment } from '../common/pathSegment';

/** Which logs a document shows, and how. */
export interface LogAddress {
  readonly connectionId: string;
  readonly kind: 'service' | 'task';
  readonly id: string;
  /** Of the service or task; titles the tab. */
  readonly name: string;
  readonly options: LogViewOptions;
}

/** What of the logs is wanted; part of the address, so that a reload of the window brings it back. */
export interface LogViewOptions {
  readonly follow: boolean;
  /** Newest lines at first; all when omitted. */
  readonly tail?: number;
  /** `10m`, `1h`, `2d`, or a time as ISO 8601; from the beginning when omitted. */
  readonly since?: string;
  readonly timestamps: boolean;
  readonly stderrOnly: boolean;
}

/** Lines of the quick path. */
export const DEFAULT_TAIL = 200;

/** What "Show Logs" shows without asking. */
export const DEFAULT_LOG_OPTIONS: LogViewOptions = {
  follow: true,
  tail: DEFAULT_TAIL,
  timestamps: true,
  stderrOnly: false,
};

/** The folder by which log documents are known; the manifest gives them their language by it. */
const FOLDER = 'swarmscope-logs';

/** Whether a path of the scheme is one of logs. */
export function isLogPath(path: string): boolean {
  return path.split('/')[2] === FOLDER;
}

/** `/<connection>/swarmscope-logs/<kind>/<id>/<name>.log`, and the options that are not the default. */
export function logUriParts(address: LogAddress): {
  readonly path: string;
  readonly query: string;
} {
  const { connectionId, kind, id, name, options } = address;
  const title = name.replaceAll(/[^\w.-]+/g, '_').slice(0, 80) || kind;
  const query = new URLSearchParams({
    ...(options.follow ? {} : { follow: '0' }),
    ...(options.tail === DEFAULT_TAIL ? {} : { tail: String(options.tail ?? 'all') }),
    ...(options.since === undefined ? {} : { since: options.since }),
    ...(options.timestamps ? {} : { timestamps: '0' }),
    ...(options.stderrOnly ? { stderr: '1' } : {}),
  });
  const path = [connectionSegment(connectionId), FOLDER, kind, encodeURIComponent(id)];
  return { path: `/${path.join('/')}/${title}.log`, query: query.toString() };
}

/** Reads what {@link logUriParts} wrote; undefined for anything else. */
export function parseLogUri(path: string, queryText: string): LogAddress | undefined {
  const [, connection, folder, kind, id, title] = path.split('/');
  if (
    !connection ||
    folder !== FOLDER ||
    (kind !== 'service' && kind !== 'task') ||
    !id ||
    !title
  ) {
    return undefined;
  }
  const query = new URLSearchParams(queryText);
  const tail = query.get('tail') ?? String(DEFAULT_TAIL);
  const since = query.get('since');
  return {
    // Addresses from before have it percent-encoded, which a segment never is.
    connectionId: connection.includes('%')
      ? decodeURIComponent(connection)
      : connectionOfSegment(connection),
    kind,
    id: decodeURIComponent(id),
    name: title.replace(/\.log$/, ''),
    options: {
      follow: query.get('follow') !== '0',
      ...(/^\d{1,6}$/.test(tail) ? { tail: Number(tail) } : {}),
      ...(since === null ? {} : { since }),
      timestamps: query.get('timestamps') !== '0',
      stderrOnly: query.get('stderr') === '1',
    },
  };
}
