import * as v from 'valibot';
import { identity, line, readRecord, section, textMap } from './fields';

/** A secret or a config: `GET /secrets` or `GET /configs` row (Engine API 1.25, 1.30), normalized. */
export interface StoredFileRecord {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly labels: Readonly<Record<string, string>>;
}

const schema = v.object({
  ID: identity,
  CreatedAt: line,
  Spec: section({ Name: identity, Labels: textMap }),
});

/**
 * Normalizes a row of `GET /secrets` or `GET /configs`; a config's contents are not kept.
 * @throws SwarmscopeError 'unexpected-answer' when id or name is missing.
 */
export function normalizeStoredFile(raw: unknown): StoredFileRecord {
  const { ID: id, CreatedAt: createdAt, Spec: spec } = readRecord(schema, raw, 'stored file');
  return { id, name: spec.Name, createdAt, labels: spec.Labels };
}
