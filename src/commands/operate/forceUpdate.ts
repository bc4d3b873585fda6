import * as l10n from '@vscode/l10n';
import type { ServiceBody } from '../../docker/bodies';
import type { CommandContext } from '../commandContext';
import { actOnService, updateCommand } from './serviceChange';

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

/** How an update replaces running tasks, in a sentence. */
export function replacement({ UpdateConfig: config = {} }: ServiceBody, running: number): string {
  if (running === 0) {
    return l10n.t('No task of it runs now.');
  }
  const atOnce = config.Parallelism ?? 1;
  const pace = atOnce === 0 ? l10n.t('all at once') : l10n.t('{0} at a time', atOnce);
  const order =
    config.Order === 'start-first'
      ? l10n.t('each stops once its successor runs')
      : l10n.t('each stops before its successor starts');
  const words =
    running === 1
      ? l10n.t('Its running task is replaced; {0}.', order)
      : l10n.t('Its {0} running tasks are replaced, {1}; {2}.', running, pace, order);
  return running === 1 && config.Order !== 'start-first'
    ? `${words} ${l10n.t('Meanwhile it does not answer.')}`
    : words;
}
