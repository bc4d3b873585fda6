import * as l10n from '@vscode/l10n';
import { shellCommand } from '../../common/shellQuote';
import type { TextMap } from '../../docker/bodies';
import type { ObjectReference } from '../../model/objectReference';
import { accept, refuse, type Verdict } from '../validation/verdict';
import type { RowKind } from './carryRows';

/** Labels as rows that a person edits. */
export type Labels = readonly (readonly [name: string, value: string])[];

/** Reads `name=value`; a name alone is a label without a value. */
export function readLabel(text: string, others: Labels): Verdict<Labels[number]> {
  const equals = text.indexOf('=');
  const name = (equals < 0 ? text : text.slice(0, equals)).trim();
  if (name === '') {
    return refuse(l10n.t('Write name=value, such as zone=a.'));
  }
  if (/[\s\p{Cc}]/u.test(name)) {
    return refuse(l10n.t('The name of a label has no spaces in it.'));
  }
  return others.some(([other]) => other === name)
    ? refuse(l10n.t('{0} is in the list already.', name))
    : accept([name, equals < 0 ? '' : text.slice(equals + 1).trim()]);
}

/** `docker node update` with the labels that differ. */
export function labelCommand(before: TextMap, after: TextMap, { name }: ObjectReference): string {
  const gone = Object.keys(before).filter((label) => after[label] === undefined);
  const set = Object.entries(after).filter(([label, value]) => before[label] !== value);
  return shellCommand([
    'docker',
    'node',
    'update',
    ...gone.flatMap((label) => ['--label-rm', label]),
    ...set.flatMap(([label, value]) => ['--label-add', `${label}=${value}`]),
    name,
  ]);
}

/** What tells the labels of a node apart. */
export const labelKind: RowKind<Labels[number]> = {
  key: ([name]) => name,
  text: ([name, value]) => `${name}=${value}`,
};

/** Whether a kept value is a label. */
export function isLabel(value: unknown): value is Labels[number] {
  return (
    Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string')
  );
}
