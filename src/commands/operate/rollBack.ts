import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { shellCommand } from '../../common/shellQuote';
import { toPlainLine } from '../../common/text';
import type { ServiceState } from '../../docker/engine';
import type { ObjectReference } from '../../model/objectReference';
import { sameSwarm, type CommandContext, type ConnectedSwarm } from '../commandContext';
import { confirmed } from '../confirm';
import { guarded } from '../guardAct';
import { objectOrPick } from '../pickObject';
import { copyCommand, copyCommandLabel, singleFrame } from '../vscodeQuickUi';
import { watchDeploy } from '../watchDeploy';
import { listText } from './listText';
import { sendChange } from './serviceChange';
import { specChanges } from './specChanges';
import { showSpecDifference } from './specDifference';
import { titleOf } from './titleOf';

/** Shows what a service goes back to, and lets the swarm roll it back when the person says so. */
export async function rollBack(context: CommandContext, argument?: unknown): Promise<void> {
  const title = l10n.t('Roll Back');
  const chosen = await objectOrPick(context, argument, {
    title,
    toChange: true,
    kinds: ['service'],
    fits: ({ id }, { services }) => services.get(id)?.hasPrevious === true,
  });
  if (chosen === undefined) {
    return;
  }
  const { object: service, swarm } = chosen;
  for (;;) {
    const now = sameSwarm(context, swarm);
    const base = await now?.engine.serviceState(service.id);
    if (now === undefined || base === undefined) {
      return;
    }
    const { previous } = base;
    if (previous === undefined) {
      void vscode.window.showInformationMessage(
        l10n.t(
          '"{0}" was never updated: there is nothing to go back to.',
          toPlainLine(service.name),
        ),
      );
      return;
    }
    const shown = await showSpecDifference(
      { spec: base.spec, name: l10n.t('{0} now', service.name) },
      { spec: previous, name: l10n.t('{0} after rolling back', service.name) },
      l10n.t('{0}: now ↔ after rolling back', service.name),
    );
    try {
      if (!(await isWanted(context, now, title, service, { ...base, previous }))) {
        return;
      }
    } finally {
      shown.dispose();
    }
    const change = { service, base, wanted: previous, rollback: true } as const;
    const before = sameSwarm(context, now) ?? now;
    const sent = await guarded(context, before, [service.id], async (guard) => {
      const outcome = await sendChange(context, now, { ...change, guard });
      if (outcome.kind === 'done') {
        await watchDeploy(context, before, service, outcome.warnings, 'rollback', guard);
      }
      return outcome;
    });
    if (sent.kind !== 'again') {
      return;
    }
  }
}

/** Asks above the difference, which stays in sight and can be scrolled; in production by the name. */
async function isWanted(
  context: CommandContext,
  swarm: ConnectedSwarm,
  title: string,
  service: ObjectReference,
  { spec, previous }: Required<ServiceState>,
): Promise<boolean> {
  const { connection } = swarm;
  const command = shellCommand(['docker', 'service', 'rollback', service.name]);
  const question = l10n.t('Roll "{0}" of "{1}" back?', service.name, connection.name);
  const changes = specChanges(spec, previous, swarm.snapshot);
  const consequence =
    changes.length === 0
      ? l10n.t('Nothing differs between now and before.')
      : l10n.t('Goes back: {0}', listText(changes, 6, 160));
  if (connection.production === true) {
    const word = service.name;
    return await confirmed(context, swarm, { title, question, consequence, word, command });
  }
  for (;;) {
    const answer = await context.ui.pick<'yes' | 'copy' | 'no'>(
      singleFrame(titleOf(context, title, { swarm, name: service.name })),
      {
        placeholder: question,
        choices: [
          {
            label: `$(discard) ${l10n.t('Roll Back')}`,
            detail: toPlainLine(consequence),
            value: 'yes',
          },
          { label: `$(copy) ${copyCommandLabel()}`, description: command, value: 'copy' },
          { label: `$(close) ${l10n.t('Leave It as It Is')}`, value: 'no' },
        ],
      },
    );
    if (answer.kind !== 'value' || answer.value !== 'copy') {
      return answer.kind === 'value' && answer.value === 'yes';
    }
    await copyCommand(command);
  }
}
