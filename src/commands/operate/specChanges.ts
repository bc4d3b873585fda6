import * as l10n from '@vscode/l10n';
import { toPlainLine } from '../../common/text';
import type { ContainerBody, ServiceBody } from '../../docker/bodies';
import type { SwarmSnapshot } from '../../model/snapshot';
import { namesOf } from '../../spec/buildServiceBody';
import { fromServiceBody } from '../../spec/readServiceDraft';
import { changedPaths } from '../../spec/reapply';
import type { DraftNames, ServiceDraft } from '../../spec/serviceDraft';
import { fieldLabel, valueSummary } from '../fieldLabel';

/** Fields whose values are told; those of others may be secret, or are long. */
const TOLD: ReadonlySet<string> = new Set([
  ...['image', 'mode', 'replicas', 'maxConcurrent', 'replicasMaxPerNode', 'ports', 'networks'],
  ...['endpointMode', 'constraints', 'spread', 'limits', 'reservations', 'user', 'hostname'],
  ...['stopSignal', 'stopGracePeriod', 'init', 'tty', 'readOnly'],
]);
/** Longest value that is told, in characters. */
const VALUE_LIMIT = 60;
/** Keys of these are people's own, and may have dots in them. */
const LABELS = /(?:^|\.)Labels(?:\.|$)/;

/** What differs between two specs, in people's words: `image web:2 → web:1`, `environment (DEBUG)`. */
export function specChanges(
  before: ServiceBody,
  after: ServiceBody,
  { networks, localNetworks }: Pick<SwarmSnapshot, 'networks' | 'localNetworks'>,
): readonly string[] {
  const files = [before, after].map(({ TaskTemplate: template }) => template?.ContainerSpec ?? {});
  const names = namesOf({
    networks: [...networks.values(), ...localNetworks],
    ...filesOf(files),
  });
  const [old, next] = [fromServiceBody(before, names), fromServiceBody(after, names)];
  const keys = changedPaths(old, next).map((path) => path.split('.')[0] ?? '');
  return [
    ...[...new Set(keys)].map((key) => fieldChange(key, old, next)),
    ...wordless(before, after, names).map((path) => wordFor(path)),
  ];
}

function filesOf(containers: readonly ContainerBody[]): Parameters<typeof namesOf>[0] {
  return {
    secrets: containers.flatMap(({ Secrets: secrets }) =>
      (secrets ?? []).map(({ SecretID: id, SecretName: name }) => ({ id, name })),
    ),
    configs: containers.flatMap(({ Configs: configs }) =>
      (configs ?? []).map(({ ConfigID: id, ConfigName: name }) => ({ id, name })),
    ),
  };
}

function fieldChange(key: string, before: ServiceDraft, after: ServiceDraft): string {
  const label = inSentence(fieldLabel(key));
  const valueIn = (draft: ServiceDraft): unknown =>
    Object.entries(draft).find(([name]) => name === key)?.[1];
  if (key === 'env') {
    const changed = changedPaths(before.env ?? {}, after.env ?? {}).join(', ');
    return changed.length <= VALUE_LIMIT ? l10n.t('{0} ({1})', label, changed) : label;
  }
  const [old, next] = [before, after].map((draft) => valueSummary(valueIn(draft), key));
  return TOLD.has(key) ? valueChange(label, key, old ?? '', next ?? '') : label;
}

function valueChange(label: string, key: string, before: string, after: string): string {
  const shown = (text: string): string => (key === 'image' ? withoutDigest(text) : text);
  // Of a tag that moved the digests tell.
  const isMoved = shown(before) === shown(after);
  const [old, next] = [before, after].map((text) =>
    toPlainLine(isMoved ? shortDigest(text) : shown(text), 500),
  );
  return Math.max(old?.length ?? 0, next?.length ?? 0) > VALUE_LIMIT
    ? label
    : l10n.t('{0} {1} → {2}', label, old || l10n.t('none'), next || l10n.t('none'));
}

function withoutDigest(image: string): string {
  return image.replace(/@.*$/, '');
}

function shortDigest(image: string): string {
  return image.replace(/@(\w+:\w{12})\w*$/, '@$1');
}

/** "Stop grace period" within a sentence; "DNS" stays. */
function inSentence(label: string): string {
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

/** Changed paths of a spec that no field of a draft tells of. */
function wordless(before: ServiceBody, after: ServiceBody, names: DraftNames): readonly string[] {
  const draft = fromServiceBody(before, names);
  return changedPaths(before, after).filter(
    (path) =>
      !LABELS.test(path) &&
      changedPaths(draft, fromServiceBody(withPath(before, after, path.split('.')), names))
        .length === 0,
  );
}

/** A copy of `body` in which the member at a path is as in `source`. */
function withPath<T extends object>(body: T, source: unknown, [key, ...rest]: string[]): T {
  if (key === undefined) {
    return body;
  }
  const [own, others] = [memberOf(body, key), memberOf(source, key)];
  const member = rest.length === 0 ? others : withPath(isRecord(own) ? own : {}, others, rest);
  return { ...body, [key]: member };
}

function memberOf(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The last member's name as words: `TaskTemplate.ForceUpdate` is "force update". */
function wordFor(path: string): string {
  return (path.split('.').at(-1) ?? path).replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
