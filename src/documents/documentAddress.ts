import {
  connectionOfSegment,
  connectionSegment,
  encodeSegment,
  decodeSegment,
} from '../common/pathSegment';
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
  return `/${connectionSegment(address.connectionId)}/${address.kind}/${encodeSegment(address.id)}/${title}.jsonc`;
}

/** Reads a path of {@link documentPath}; undefined for any other. */
export function parseDocumentPath(path: string): DocumentAddress | undefined {
  const [, connection, kindText, id, title] = path.split('/');
  const kind = KINDS.find((known) => known === kindText);
  if (!connection || kind === undefined || !id || !title) {
    return undefined;
  }
  return { connectionId: connectionOfSegment(connection), kind, id: decodeSegment(id) };
}
