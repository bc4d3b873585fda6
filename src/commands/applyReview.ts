import * as l10n from '@vscode/l10n';
import { shellCommand } from '../common/shellQuote';
import type { ServiceDraft } from '../spec/serviceDraft';
import { serviceUpdateArguments, unsaidChanges } from '../spec/serviceUpdateCommand';
import { changedFields } from './changedFields';
import { commandLines } from './deployReview';
import { withoutIcons, type Answer, type QuickChoice, type QuickUi } from './quickUi';
import type { FoundLogin } from './registryLogin';

/** A change of a service that is going to be applied. */
export interface ReviewedChange {
  readonly before: ServiceDraft;
  readonly after: ServiceDraft;
  /** This machine's login for the new image's registry, when it may be sent. */
  readonly login: FoundLogin | undefined;
}

/** What of a review outlives it, while its document is open. */
export interface ReviewMemory {
  /** The registry that sending the login was switched on for; the login itself is not remembered. */
  loginFor: string | undefined;
}

/** How the last look before a change ended. */
export type ApplyReview =
  /** The login is there when it is to be sent. */
  | { readonly kind: 'apply'; readonly login: FoundLogin | undefined }
  | { readonly kind: 'preview' }
  | { readonly kind: 'cancel' };

type Choice = 'apply' | 'preview' | 'login' | 'copy' | 'fact';

/** The last look before a change: what changes, its docker command, and whether a login is sent. */
export async function askApply(
  ui: QuickUi,
  change: ReviewedChange,
  memory: ReviewMemory,
  copy: (command: string) => Promise<void>,
): Promise<ApplyReview> {
  const { login } = change;
  const title = l10n.t('Apply to "{0}"', change.after.name);
  let active: Choice = 'apply';
  for (;;) {
    const sendsLogin = login !== undefined && memory.loginFor === login.registry;
    const words = updateWords(change, sendsLogin);
    const answer: Answer<Choice> = await ui.pick<Choice>(
      { title, step: 1, totalSteps: 1, canGoBack: false },
      {
        placeholder: l10n.t('Change this service?'),
        active,
        choices: choicesOf(change, sendsLogin, words),
      },
    );
    if (answer.kind !== 'value') {
      return { kind: 'cancel' };
    }
    active = answer.value === 'login' ? 'login' : 'apply';
    switch (answer.value) {
      case 'apply':
        return { kind: 'apply', login: sendsLogin ? login : undefined };
      case 'preview':
        return { kind: 'preview' };
      case 'login':
        memory.loginFor = sendsLogin ? undefined : login?.registry;
        break;
      case 'copy':
        await copy(shellCommand(words));
        break;
      case 'fact':
        break;
    }
  }
}

/** What is to be agreed to of a login that is sent, in a line; none where none is. */
export function loginLines(login: FoundLogin | undefined): readonly string[] {
  return login === undefined
    ? []
    : [
        l10n.t(
          'This machine’s login for "{0}" is sent with it: the swarm keeps it in the service.',
          login.registry,
        ),
      ];
}

function updateWords({ before, after }: ReviewedChange, withRegistryAuth: boolean): string[] {
  const options = { withValues: false, withRegistryAuth };
  return ['docker', ...serviceUpdateArguments(before, after, options)];
}

function choicesOf(
  { before, after, login }: ReviewedChange,
  sendsLogin: boolean,
  words: readonly string[],
): QuickChoice<Choice>[] {
  const terminal = l10n.t('The same in a terminal');
  const changes = changedFields(before, after);
  const unsaid = unsaidChanges(before, after);
  return [
    { label: `$(cloud-upload) ${l10n.t('Apply {0} changes', changes.length)}`, value: 'apply' },
    { label: `$(diff) ${l10n.t('Preview Changes')}`, value: 'preview' },
    ...(login === undefined ? [] : [loginRow(login, sendsLogin)]),
    ...changes,
    {
      label: `$(terminal) ${l10n.t('Copy the docker command')}`,
      value: 'copy',
      group: terminal,
    },
    ...(unsaid.length === 0
      ? []
      : [
          {
            label: `$(warning) ${l10n.t('The command cannot say all of it: {0}', unsaid.join(', '))}`,
            value: 'copy' as const,
            group: terminal,
          },
        ]),
    ...commandLines(words).map((line) => ({
      label: withoutIcons(line),
      value: 'copy' as const,
      group: terminal,
    })),
  ];
}

function loginRow({ registry }: FoundLogin, isSent: boolean): QuickChoice<Choice> {
  return {
    label: `$(key) ${l10n.t('Registry login')}`,
    description: withoutIcons(`${isSent ? l10n.t('on') : l10n.t('off')} · ${registry}`),
    detail: isSent
      ? l10n.t('Sent (--with-registry-auth): the swarm keeps it in the service.')
      : l10n.t('Not sent: the tasks keep the login that the service has, if it has one.'),
    value: 'login',
  };
}
