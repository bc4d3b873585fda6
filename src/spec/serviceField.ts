/** What a field can be completed with from the swarm itself. */
export type FieldSource = 'images' | 'networks' | 'secrets' | 'configs' | 'constraints' | 'spread';

/**
 * One member of a `ServiceDraft` as people meet it. `list` holds texts, `map` texts by name, `group`
 * members of its own, `rows` a list of such groups.
 */
export interface ServiceField {
  readonly key: string;
  readonly kind: 'text' | 'number' | 'switch' | 'choice' | 'list' | 'map' | 'group' | 'rows';
  /** What it is for, one sentence. */
  readonly about: string;
  /** The option of `docker service create`. */
  readonly flag?: string;
  readonly example?: string;
  /** Of a choice. */
  readonly values?: readonly string[];
  /** Of a group or of each row. */
  readonly fields?: readonly ServiceField[];
  readonly source?: FieldSource;
}

type Extra = Omit<ServiceField, 'key' | 'kind' | 'about' | 'flag'>;

/** Describes one field. */
export function field(
  key: string,
  kind: ServiceField['kind'],
  flag: string | undefined,
  about: string,
  extra: Extra = {},
): ServiceField {
  return { key, kind, about, ...(flag === undefined ? {} : { flag }), ...extra };
}
