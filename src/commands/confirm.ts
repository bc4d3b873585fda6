import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { CommandContext, ConnectedSwarm } from './commandContext';
import { accept, refuse } from './validation/verdict';
import { copyCommand, copyCommandLabel, singleFrame } from './vscodeQuickUi';

/** A destructive act that the person must confirm. */
export interface Confirmation {
  /** What the act is called, also on its button. */
  readonly title: string;
  /** Names the object and the swarm. */
  readonly question: string;
  readonly consequence: string;
  /** What must be typed where the connection is marked as production: the object's name. */
  readonly word: string;
  /** The docker command that does the same, offered to copy. */
  readonly command?: string;
}

/** Asks before a destructive act: with a dialog, in production by having the name typed. */
export async function confirmed(
  { ui }: Pick<CommandContext, 'ui'>,
  { connection }: Pick<ConnectedSwarm, 'connection'>,
  confirmation: Confirmation,
): Promise<boolean> {
  const { title, question, consequence, word, command } = confirmation;
  if (connection.production !== true) {
    return await inDialog(confirmation);
  }
  const answer = await ui.input(
    singleFrame(l10n.t('{0} in production: {1}', title, connection.name)),
    {
      prompt: l10n.t('{0} {1} Type "{2}" to confirm.', question, consequence, word),
      placeholder: word,
      value: '',
      ...(command === undefined ? {} : { command: () => command }),
      check: (text) => (text === word ? accept(true) : refuse(l10n.t('Type exactly "{0}".', word))),
    },
  );
  return answer.kind === 'value';
}

/** A dialog closes with any of its buttons: after a copy it asks again. */
async function inDialog({ title, question, consequence, command }: Confirmation): Promise<boolean> {
  const copy = copyCommandLabel();
  for (;;) {
    const chosen = await vscode.window.showWarningMessage(
      question,
      { modal: true, detail: consequence },
      title,
      ...(command === undefined ? [] : [copy]),
    );
    if (chosen !== copy || command === undefined) {
      return chosen === title;
    }
    await copyCommand(command);
  }
}
