import { Document, isMap, isScalar, visit } from 'yaml';
import type { ServiceField } from '../spec/serviceField';
import { serviceFields } from '../spec/serviceFields';
import type { ServiceDraft } from '../spec/serviceDraft';

type Json = Readonly<Record<string, unknown>>;

/** A draft as YAML, its fields in the usual order, below comment lines. */
export function serviceYamlText(draft: ServiceDraft, comments: readonly string[] = []): string {
  const document = new Document(ordered(draft as unknown as Json, serviceFields()));
  visit(document, {
    Pair: (_key, pair) => {
      // `on`, `no` and `0444` would read otherwise in older YAML: the words stay as people know them.
      if (isScalar(pair.value) && typeof pair.value.value === 'string') {
        if (/^(y|n|yes|no|on|off|0\d+|\d+:\d+)$/i.test(pair.value.value)) {
          pair.value.type = 'QUOTE_DOUBLE';
        }
      }
    },
  });
  if (isMap(document.contents) && comments.length > 0) {
    document.commentBefore = comments.map((line) => ` ${line}`).join('\n');
  }
  return document.toString({ lineWidth: 0 });
}

/** The members of a draft in the order of the fields; what no field knows comes last. */
function ordered(value: Json, fields: readonly ServiceField[]): Json {
  const known = fields.map(({ key }) => key).filter((key) => value[key] !== undefined);
  const rest = Object.keys(value).filter((key) => !known.includes(key) && value[key] !== undefined);
  return Object.fromEntries(
    [...known, ...rest].map((key) => [
      key,
      inOrder(value[key], fields.find((field) => field.key === key)?.fields),
    ]),
  );
}

function inOrder(value: unknown, fields: readonly ServiceField[] | undefined): unknown {
  if (fields === undefined || typeof value !== 'object' || value === null) {
    return value;
  }
  return Array.isArray(value)
    ? value.map((row: unknown) => inOrder(row, fields))
    : ordered(value as Json, fields);
}
