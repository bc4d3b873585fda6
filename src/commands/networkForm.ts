import * as v from 'valibot';
import type { Finding, NetworkField } from '../spec/finding';
import { firstProblem } from '../spec/finding';
import type { NetworkDraft } from '../spec/networkDraft';
import type { NetworkSurroundings } from '../spec/networkSurroundings';
import { readKeptInputs } from './keepingUi';
import type { FormContent } from './keptForm';
import { accept, refuse, type Verdict } from './validation/verdict';

/** Steps that a refusal can lead back to. */
export type NetworkStep = 'name' | 'subnet' | 'options' | 'more' | 'review';

/** Steps in the order in which they are asked. */
export const NETWORK_STEPS: readonly NetworkStep[] = [
  'name',
  'subnet',
  'options',
  'more',
  'review',
];

/** What the form has gathered so far. */
export interface NetworkAnswers {
  readonly draft: NetworkDraft;
  /** Whether all options are asked for, and reviewed. */
  readonly more: boolean;
  /** Why the steps are asked again after a refusal. */
  readonly problem?: { readonly step: NetworkStep; readonly text: string };
}

/** What the steps know and hand on. */
export interface NetworkForm {
  /** The swarm as it is now, or was when it was seen last. */
  readonly around: () => NetworkSurroundings;
  /** Hears of answers before their step ends, so that leaving it loses nothing. */
  readonly keep: (answers: NetworkAnswers) => void;
  readonly copy: (text: string) => Promise<void>;
}

/** A fresh form. */
export const emptyNetwork: NetworkAnswers = { draft: { name: '' }, more: false };

const texts = v.record(v.string(), v.string());

const draftSchema = v.strictObject({
  name: v.string(),
  driver: v.exactOptional(v.picklist(['overlay', 'macvlan', 'ipvlan'])),
  subnets: v.exactOptional(
    v.array(
      v.strictObject({
        subnet: v.string(),
        gateway: v.exactOptional(v.string()),
        ipRange: v.exactOptional(v.string()),
      }),
    ),
  ),
  ipv6: v.exactOptional(v.boolean()),
  attachable: v.exactOptional(v.boolean()),
  internal: v.exactOptional(v.boolean()),
  encrypted: v.exactOptional(v.boolean()),
  ingress: v.exactOptional(v.boolean()),
  mtu: v.exactOptional(v.number()),
  vxlanIds: v.exactOptional(v.array(v.number())),
  labels: v.exactOptional(texts),
  options: v.exactOptional(texts),
  ipamDriver: v.exactOptional(v.string()),
  ipamOptions: v.exactOptional(texts),
  configOnly: v.exactOptional(v.boolean()),
  configFrom: v.exactOptional(v.string()),
});

const savedSchema = v.object({
  answers: v.object({ draft: draftSchema, more: v.boolean() }),
  texts: v.pipe(v.unknown(), v.transform(readKeptInputs)),
});

/** A form that is left, as JSON. */
export function writeSavedForm({ answers, inputs }: FormContent<NetworkAnswers>): object {
  return { answers: { draft: answers.draft, more: answers.more }, texts: inputs };
}

/** Reads a form that was saved, perhaps by another version; undefined when it does not fit. */
export function readSavedForm(value: unknown): FormContent<NetworkAnswers> | undefined {
  const read = v.safeParse(savedSchema, value);
  return read.success ? { answers: read.output.answers, inputs: read.output.texts } : undefined;
}

/** Sets or, with undefined, takes away one part of a draft. */
export function withPart<K extends keyof NetworkDraft>(
  draft: NetworkDraft,
  key: K,
  value: NetworkDraft[K] | undefined,
): NetworkDraft {
  const { [key]: _old, ...others } = draft;
  return { ...others, name: draft.name, ...(value === undefined ? {} : { [key]: value }) };
}

/** Findings as the answer to one input. */
export function toVerdict<T>(value: T, findings: readonly Finding[]): Verdict<T> {
  const bad = firstProblem(findings);
  if (bad !== undefined) {
    return refuse(bad.text);
  }
  const told = findings.map(({ text }) => text).join(' ');
  return accept(value, told === '' ? undefined : told);
}

/** Answers that are asked again from a step; one that only all options have brings them back. */
export function askedAgain(
  answers: NetworkAnswers,
  step: NetworkStep,
  text: string,
): NetworkAnswers {
  const more = answers.more || step === 'more' || step === 'review';
  return { ...answers, more, problem: { step, text } };
}

/** The step that can mend a finding. */
export function stepOf(field: NetworkField, { more, draft }: NetworkAnswers): NetworkStep {
  if (field === 'name') {
    return 'name';
  }
  if (more || (draft.subnets ?? []).length > 1) {
    return 'more';
  }
  return field === 'subnets' ? 'subnet' : 'options';
}
