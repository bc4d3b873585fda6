import * as l10n from '@vscode/l10n';
import type { CommandContext } from '../commandContext';
import { replacement } from './replacement';
import { actOnService } from './serviceChange';
import { updateCommand } from './updateCommand';

/** Starts all tasks of a service anew, though nothing of its spec changed, after a confirmation. */
export async function forceUpdate(context: CommandContext, argument?: unknown): Promise<void> {
  await actOnService<true>(
    context,
    argument,
    { title: l10n.t('Force Update') },
    ({ service, swarm }) => ({
      form: 'force-update',
      // Nothing is asked but the confirmation: when that is refused, it is over.
      ask: async ({ kept, problem }) =>
        await Promise.resolve(
          kept === undefined || problem !== undefined
            ? { kind: 'value', value: true }
            : { kind: 'cancel' },
        ),
      apply: ({ TaskTemplate: template, ...spec }) => ({
        ...spec,
        TaskTemplate: { ...template, ForceUpdate: (template?.ForceUpdate ?? 0) + 1 },
      }),
      command: () => updateCommand(['--force'], service),
      confirm: (_answers, { base, swarm: now }) => ({
        question: l10n.t(
          'Start all tasks of "{0}" on "{1}" anew?',
          service.name,
          swarm.connection.name,
        ),
        consequence: replacement(base.spec, now.snapshot.services.get(service.id)?.running ?? 0),
      }),
    }),
  );
}
