import * as l10n from '@vscode/l10n';
import type { ServiceBody } from '../../docker/bodies';

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
