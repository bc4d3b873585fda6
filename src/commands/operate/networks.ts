import * as l10n from '@vscode/l10n';
import type { CommandContext } from '../commandContext';
import { attachAct, detachAct } from './networkActs';
import { actOnService } from './serviceChange';

/** Attaches a service to networks that the person ticks. */
export async function attachNetworks(context: CommandContext, argument?: unknown): Promise<void> {
  await actOnService(context, argument, { title: l10n.t('Attach to Networks') }, attachAct);
}

/** Takes a service off networks that the person ticks, after saying who loses whom. */
export async function detachNetworks(context: CommandContext, argument?: unknown): Promise<void> {
  await actOnService(
    context,
    argument,
    {
      title: l10n.t('Detach from Networks'),
      fits: ({ id }, { services }) => (services.get(id)?.networks.length ?? 0) > 0,
    },
    detachAct,
  );
}
