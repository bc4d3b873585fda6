import * as l10n from '@vscode/l10n';
import type { CommandContext } from './commandContext';
import { objectOrPick } from './pickObject';

/** Opens the document of an object. */
export async function inspect(context: CommandContext, argument?: unknown): Promise<void> {
  const chosen = await objectOrPick(context, argument, {
    title: l10n.t('Inspect'),
    toChange: false,
    kinds: ['network', 'service', 'node', 'task'],
  });
  if (chosen !== undefined) {
    await context.openDocument(chosen.swarm.connection.id, chosen.object);
  }
}
