import type { ObjectKind } from '../docker/engine';

/** What an inspect document shows: one object of one connection. */
export interface DocumentAddress {
  readonly connectionId: string;
  readonly kind: ObjectKind;
  readonly id: string;
}

const KINDS: readonly ObjectKind[] = ['network', 'service', 'node', 'task'];

/**
 * Path of an inspect document: `/<connection>/<kind>/<id>/<name>.jsonc`. Stable across reloads; the
 * name only titles the tab.
 */
export function documentPath(address: DocumentAddress, name: string): string {
  const title = name.replaceAll(/[^\w.-]+/g, '_').slice(0, 80) || address.kind;
  return `/${encode(address.connectionId)}/${address.kind}/${encode(address.id)}/${title}.jsonc`;
}

/** Reads a path of {@link documentPath}; undefined for any other. */
export function parseDocumentPath(path: string): DocumentAddress | undefined {
  const [, connection, kindText, id, title] = path.split('/');
  const kind = KINDS.find((known) => known === kindText);
  if (!connection || kind === undefined || !id || !title) {
    return undefined;
  }
  return { connectionId: decode(connection), kind, id: decode(id) };
}

/** One readable path segment: everything but letters, digits, "." "_" "-" as `~hh` per UTF-8 byte. */
function encode(text: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) => {
      const sign = String.fromCharCode(byte);
      return /[\w.-]/.test(sign) ? sign : `~${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

function decode(segment: string): string {
  const bytes = segment.match(/~[0-9a-f]{2}|[^~]/g) ?? [];
  return Buffer.from(
    bytes.map((part) =>
      part.length === 3 ? Number.parseInt(part.slice(1), 16) : part.charCodeAt(0),
    ),
  ).toString('utf8');
}
