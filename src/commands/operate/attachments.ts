import { aliasProblem } from '../../spec/aliases';
import { accept, refuse, type Verdict } from '../validation/verdict';

/** A network that a service joins, with its further names there. */
interface Attachment {
  readonly id: string;
  readonly aliases: readonly string[];
}

/** The networks that a service joins at once. */
export type Attachments = readonly Attachment[];

/** Reads aliases that spaces or commas part. */
export function readAliases(text: string): Verdict<readonly string[]> {
  const aliases = [...new Set(text.split(/[\s,]+/).filter((alias) => alias !== ''))];
  const problem = aliases.map(aliasProblem).find((found) => found !== undefined);
  return problem === undefined ? accept(aliases) : refuse(problem);
}

/** Reads attachments that were kept, perhaps by another version. */
export function readAttachments(kept: unknown): Attachments | undefined {
  const isAttachment = (value: unknown): value is Attachment =>
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    typeof value.id === 'string' &&
    'aliases' in value &&
    isTexts(value.aliases);
  return Array.isArray(kept) && kept.every(isAttachment) ? kept : undefined;
}

/** Whether a kept value is a list of texts. */
export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
