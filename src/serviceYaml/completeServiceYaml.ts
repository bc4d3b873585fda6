import type { SwarmSnapshot } from '../model/snapshot';
import type { FieldSource, ServiceField } from '../spec/serviceField';
import { fieldAt, serviceFields } from '../spec/serviceFields';
import type { TextRange } from './parseServiceYaml';
import { yamlContext } from './yamlContext';

/** Names of the swarm that completion offers. */
export interface SwarmNames {
  /** Undefined while the swarm is not connected. */
  readonly snapshot?: SwarmSnapshot;
  readonly secrets: readonly string[];
  readonly configs: readonly string[];
}

/** One thing to complete with. */
export interface Completion {
  readonly label: string;
  /** What is written; a tab stop `$0` where the caret goes, for keys only. */
  readonly insert: string;
  readonly range: TextRange;
  readonly kind: 'key' | 'value';
  /** What the value belongs to, or the field. */
  readonly field: ServiceField;
}

/** What can stand at a place of a service's YAML document. */
export function completeServiceYaml(
  text: string,
  offset: number,
  names: SwarmNames,
): readonly Completion[] {
  const context = yamlContext(text, offset);
  if (context === undefined) {
    return [];
  }
  const { path, range } = context;
  const field = fieldAt(path);
  if (context.kind === 'value') {
    return field === undefined ? [] : valuesOf(field, names, range);
  }
  if (path.length > 0 && field?.kind === 'list') {
    // A member of a list of texts begins with its dash.
    return path.at(-1) === 0 ? valuesOf(field, names, range) : [];
  }
  if (field?.kind === 'rows' && path.at(-1) !== 0) {
    return [];
  }
  const fields = path.length === 0 ? serviceFields() : (field?.fields ?? []);
  return fields
    .filter(({ key }) => !context.siblings.has(key))
    .map((member) => ({
      label: member.key,
      insert: keyText(member),
      range,
      kind: 'key',
      field: member,
    }));
}

function keyText({ key, kind }: ServiceField): string {
  switch (kind) {
    case 'list':
    case 'rows':
      return `${key}:\n  - $0`;
    case 'map':
    case 'group':
      return `${key}:\n  $0`;
    default:
      return `${key}: $0`;
  }
}

function valuesOf(field: ServiceField, names: SwarmNames, range: TextRange): Completion[] {
  const texts =
    field.values ??
    (field.kind === 'switch' ? ['true', 'false'] : swarmValues(field.source, names));
  return texts.map((label) => ({ label, insert: yamlScalar(label), range, kind: 'value', field }));
}

/** A text as a plain scalar where YAML reads it so, else quoted. */
function yamlScalar(text: string): string {
  return /^[\w./][\w./:=@-]*[\w/]$|^\w$/.test(text) && !/: |#/.test(text)
    ? text
    : JSON.stringify(text);
}

/** What the swarm offers for a field, sorted, each once. */
export function swarmValues(
  source: FieldSource | undefined,
  { snapshot, secrets, configs }: SwarmNames,
): readonly string[] {
  switch (source) {
    case undefined:
      return [];
    case 'secrets':
      return once(secrets);
    case 'configs':
      return once(configs);
    case 'networks':
      return once(
        [...(snapshot?.networks.values() ?? [])]
          .filter(({ ingress, allocated }) => !ingress && allocated)
          .map(({ name }) => name),
      );
    case 'images':
      return once(
        [...(snapshot?.services.values() ?? [])].map(({ image }) => image.replace(/@.*$/, '')),
      );
    case 'constraints':
      return constraints(snapshot);
    case 'spread':
      return once([...labelsOf(snapshot)].map(([label]) => `node.labels.${label}`));
  }
}

function constraints(snapshot: SwarmSnapshot | undefined): readonly string[] {
  const nodes = [...(snapshot?.nodes.values() ?? [])];
  return once([
    ...labelsOf(snapshot).map(([label, value]) => `node.labels.${label}==${value}`),
    ...nodes.map(({ hostname }) => `node.hostname==${hostname}`),
    'node.role==manager',
    'node.role==worker',
    ...nodes.flatMap(({ platform: { os, architecture } }) => [
      ...(os === '' ? [] : [`node.platform.os==${os}`]),
      ...(architecture === '' ? [] : [`node.platform.arch==${architecture}`]),
    ]),
  ]);
}

function labelsOf(snapshot: SwarmSnapshot | undefined): [string, string][] {
  return [...(snapshot?.nodes.values() ?? [])].flatMap(({ labels }) => Object.entries(labels));
}

/** In the order of first appearance: what is most useful comes first. */
function once(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
