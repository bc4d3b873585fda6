import * as l10n from '@vscode/l10n';
import { readEnvFile } from '../spec/envFile';
import type { ServiceDraft } from '../spec/serviceDraft';
import type { ServiceField } from '../spec/serviceField';
import { serviceFields } from '../spec/serviceFields';
import type { DeployAnswers } from './deployAnswers';
import { doneChoice, fieldChoices } from './fieldChoices';
import type { FieldEditor } from './fieldEditor';
import type { QuickChoice, QuickFrame, QuickUi } from './quickUi';
import { askFile } from './storedFiles';

/** Largest env file that is read, in bytes. */
const LARGEST_ENV_FILE = 1_000_000;

type Choice =
  | { readonly kind: 'done' }
  | { readonly kind: 'field'; readonly member: ServiceField }
  | { readonly kind: 'envFile' }
  | { readonly kind: 'registryAuth' };

/** What the menu works with. */
export interface MoreParts {
  readonly ui: QuickUi;
  readonly editor: FieldEditor;
  readonly keep: (answers: DeployAnswers) => void;
  /** Tells something that needs no answer. */
  readonly tell: (text: string) => void;
}

/** The menu of everything that the short form does not ask for; gives the answers completed. */
export async function askMore(
  start: DeployAnswers,
  frame: QuickFrame,
  parts: MoreParts,
): Promise<DeployAnswers> {
  let answers = start;
  let active: Choice | undefined;
  const below = { ...frame, canGoBack: true };
  for (;;) {
    const choices = menu(answers);
    const on = active;
    const again = choices.find(({ value }) => isSame(value, on));
    const answer = await parts.ui.pick<Choice>(below, {
      placeholder: l10n.t('Everything else that a service can have'),
      choices,
      ...(again === undefined ? {} : { active: again.value }),
    });
    if (answer.kind !== 'value' || answer.value.kind === 'done') {
      return answers;
    }
    active = answer.value;
    answers = await ask(answers, answer.value, below, parts);
    parts.keep(answers);
  }
}

async function ask(
  answers: DeployAnswers,
  choice: Choice,
  frame: QuickFrame,
  parts: MoreParts,
): Promise<DeployAnswers> {
  switch (choice.kind) {
    case 'done':
      return answers;
    case 'registryAuth':
      return { ...answers, registryAuth: !answers.registryAuth };
    case 'envFile':
      return { ...answers, draft: await addEnvFile(answers.draft, frame, parts) };
    case 'field': {
      const { member } = choice;
      const draft = await parts.editor.edit(answers.draft, [member.key], member, frame);
      return { ...answers, draft };
    }
  }
}

/** Headings with the fields below them; a field that has no place here comes last. */
function sections(): readonly (readonly [heading: string, keys: readonly string[]])[] {
  return [
    [l10n.t('Mode'), ['mode', 'replicas', 'maxConcurrent']],
    [l10n.t('Network'), ['networks', 'ports', 'endpointMode', 'hostname', 'hosts', 'dns']],
    [l10n.t('Files and environment'), ['env', 'mounts', 'secrets', 'configs']],
    [
      l10n.t('Placement and resources'),
      ['constraints', 'spread', 'replicasMaxPerNode', 'limits', 'reservations'],
    ],
    [
      l10n.t('Health, restart and update'),
      ['healthcheck', 'restart', 'update', 'rollback', 'stopSignal', 'stopGracePeriod'],
    ],
    [l10n.t('Labels'), ['labels', 'containerLabels']],
  ];
}

function menu({ draft, registryAuth }: DeployAnswers): QuickChoice<Choice>[] {
  const fields = serviceFields().filter(({ key }) => key !== 'name' && key !== 'image');
  const placed = sections();
  const rest = fields
    .map(({ key }) => key)
    .filter((key) => !placed.some(([, keys]) => keys.includes(key)));
  const rows: QuickChoice<Choice>[] = [doneChoice()];
  for (const [group, keys] of [...placed, [l10n.t('Container'), rest] as const]) {
    const members = keys.flatMap((key) => fields.find((field) => field.key === key) ?? []);
    rows.push(...fieldChoices(draft, [], members).map((row) => ({ ...row, group })));
    if (keys.includes('env')) {
      rows.push({
        label: l10n.t('Environment from a file…'),
        detail: l10n.t('Adds the NAME=value lines of an env file.'),
        value: { kind: 'envFile' },
        group,
      });
    }
  }
  rows.push({
    label: l10n.t('Registry login'),
    description: registryAuth ? l10n.t('on') : l10n.t('off'),
    detail: l10n.t(
      'The nodes pull with the login of this machine’s docker (--with-registry-auth).',
    ),
    value: { kind: 'registryAuth' },
    group: l10n.t('Registry'),
  });
  return rows;
}

function isSame(left: Choice, right: Choice | undefined): boolean {
  return left.kind === 'field' && right?.kind === 'field'
    ? left.member.key === right.member.key
    : left.kind === right?.kind;
}

async function addEnvFile(
  draft: ServiceDraft,
  frame: QuickFrame,
  { ui, tell }: MoreParts,
): Promise<ServiceDraft> {
  const title = `${frame.title}: ${l10n.t('Environment from a file')}`;
  const data = await askFile({ ...frame, title }, ui, {
    largest: LARGEST_ENV_FILE,
    key: 'env file',
  });
  if (data === undefined) {
    return draft;
  }
  const file = readEnvFile(data);
  if (!file.ok) {
    tell(l10n.t('Nothing was taken from the file. {0}', file.text));
    return draft;
  }
  const count = Object.keys(file.env).length;
  tell(
    file.withoutValue.length === 0
      ? l10n.t('Took {0} variables from the file.', count)
      : l10n.t(
          'Took {0} variables from the file. Left out, having no value: {1}.',
          count,
          file.withoutValue.join(', '),
        ),
  );
  return count === 0 ? draft : { ...draft, env: { ...draft.env, ...file.env } };
}
