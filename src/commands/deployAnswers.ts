import type { ServiceDraft } from '../spec/serviceDraft';
import { readKeptInputs } from './keepingUi';
import type { FormContent } from './keptForm';

/** What the deploy steps have gathered so far. */
export interface DeployAnswers {
  readonly draft: ServiceDraft;
  /** Whether the tasks pull with what docker's credential store holds. */
  readonly registryAuth: boolean;
  /** The step that is open, or was when the form was left. */
  readonly at?: DeployField;
  /** What to do when the review ends the form. */
  readonly end?: 'deploy' | 'yaml';
  /** Why the steps are asked again after a refusal, and at which. */
  readonly problem?: { readonly field: DeployField; readonly text: string };
}

/** Steps that a refusal can lead back to. */
export type DeployField =
  'image' | 'name' | 'networks' | 'mode' | 'replicas' | 'ports' | 'env' | 'review';

/** Fields in the order in which they are asked; the place of a field is its step's index. */
export const DEPLOY_FIELDS: readonly DeployField[] = [
  'image',
  'name',
  'networks',
  'mode',
  'replicas',
  'ports',
  'env',
  'review',
];

/** A fresh form, on a network when the command was called on one. */
export function emptyAnswers(network: string | undefined): DeployAnswers {
  return {
    draft: {
      name: '',
      image: '',
      mode: 'replicated',
      replicas: 1,
      ...(network === undefined ? {} : { networks: [{ name: network }] }),
    },
    registryAuth: false,
  };
}

/** A kept form with a network in it, among ticks that were not accepted too. */
export function onNetwork(
  { answers, inputs }: FormContent<DeployAnswers>,
  network: string,
): FormContent<DeployAnswers> {
  const { networks = [] } = answers.draft;
  const ticks = inputs['networks'];
  return {
    answers: networks.some(({ name }) => name === network)
      ? answers
      : { ...answers, draft: { ...answers.draft, networks: [...networks, { name: network }] } },
    inputs:
      ticks === undefined || typeof ticks === 'string'
        ? inputs
        : { ...inputs, networks: [...new Set([...ticks, network])] },
  };
}

/** What is kept of an unfinished form, as JSON. */
export function writeKept({ answers, inputs }: FormContent<DeployAnswers>): object {
  const { draft, registryAuth, at = 'image' } = answers;
  return { answers: { draft, registryAuth }, at, inputs };
}

/** Reads a kept form; undefined when there is none, or one of another version. */
export function readKept(value: unknown): FormContent<DeployAnswers> | undefined {
  if (typeof value !== 'object' || value === null || !('answers' in value) || !('at' in value)) {
    return undefined;
  }
  const { answers, at: kept } = value;
  const at = DEPLOY_FIELDS.find((field) => field === kept);
  if (typeof answers !== 'object' || answers === null || !('draft' in answers)) {
    return undefined;
  }
  const { draft } = answers;
  return !isDraft(draft) || at === undefined
    ? undefined
    : {
        answers: {
          draft,
          registryAuth: 'registryAuth' in answers && answers.registryAuth === true,
          at,
        },
        inputs: readKeptInputs('inputs' in value ? value.inputs : undefined),
      };
}

/** A draft that was left half-done need not pass any check: its steps do that. */
function isDraft(value: unknown): value is ServiceDraft {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'image' in value &&
    typeof value.image === 'string'
  );
}
