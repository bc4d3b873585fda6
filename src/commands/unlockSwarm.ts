import * as l10n from '@vscode/l10n';
import { isSwarmscopeError, toSwarmscopeError } from '../common/errors';
import { errorLine } from '../common/errorText';
import { atEngine, brokenSwarm } from './brokenSwarm';
import type { CommandContext } from './commandContext';
import { showError } from './showError';
import { accept, refuse } from './validation/verdict';
import { singleFrame } from './vscodeQuickUi';

/** Asks for the unlock key and unlocks a manager that was restarted with autolock on. */
export async function unlockSwarm(context: CommandContext, argument?: unknown): Promise<void> {
  const title = l10n.t('Unlock Swarm');
  const swarm = await brokenSwarm(context, argument, title, 'locked');
  if (swarm === undefined || swarm.store.state.phase !== 'failed') {
    return;
  }
  const { connection } = swarm.store.state;
  let problem: string | undefined;
  for (;;) {
    const answer = await context.ui.input<string>(singleFrame(`${title}: ${connection.name}`), {
      prompt: l10n.t('Unlock key, as "docker swarm unlock-key" tells it on another manager'),
      placeholder: 'SWMKEY-1-…',
      value: '',
      password: true,
      check: (text) =>
        text.trim() === '' ? refuse(l10n.t('Enter the key.')) : accept(text.trim()),
      ...(problem === undefined ? {} : { problem }),
    });
    if (answer.kind !== 'value') {
      return;
    }
    try {
      await atEngine(context, connection, (engine) => engine.unlockSwarm(answer.value));
      await context.swarms.connect(connection);
      return;
    } catch (thrown) {
      const error = toSwarmscopeError(thrown);
      if (!isSwarmscopeError(error, 'wrong-key', 'invalid')) {
        showError(context, error, { swarm: connection.name });
        return;
      }
      problem = errorLine(error, { swarm: connection.name });
    }
  }
}
