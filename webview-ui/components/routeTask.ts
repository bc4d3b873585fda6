import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';

import type { RouteBackend } from '../../src/shared/routingView';
import { partId } from '../mapParts';
import type { Actions, PageModel } from '../state';
import { explainIdle } from '../wording';
import { icon } from './icon';
import { mapButton } from './mapButton';

/** One task's card in the map. */
export function drawTask(
  model: PageModel,
  backend: RouteBackend,
  card: {
    readonly compact: boolean;
    /** No room for more than the node's name. */
    readonly tight: boolean;
    /** No room for words beside its address. */
    readonly narrow: boolean;
    readonly answers: number;
    /** It answered the node in focus last. */
    readonly lit: boolean;
  },
  actions: Actions,
): TemplateResult {
  const { taskName, hostname, state, active } = backend;
  const where = active ? backend.ingressAddress : explainIdle(backend);
  const detail = [hostname, where ?? ''].filter((part) => part !== '').join(' · ');
  return mapButton(
    model,
    actions,
    {
      part: partId('task', backend.taskId),
      column: 'task',
      look: `task ${active ? '' : 'inactive'} ${card.lit ? 'lit' : ''}`,
      label:
        hostname === ''
          ? l10n.t('Task {0}, {1}', taskName, state)
          : l10n.t('Task {0} on {1}, {2}', taskName, hostname, state),
      title: [taskName, state, detail].join(' · '),
    },
    html`<span class="node-line" aria-hidden="true">
        ${icon('package')}
        <span class="node-name">${taskName}</span>
        <span class="task-state">${card.compact && active ? '' : state}</span>
      </span>
      <span class="node-line" aria-hidden="true">
        <span class="node-target">${card.tight && active ? hostname : detail}</span>
        ${
          card.answers === 0
            ? nothing
            : html`<span
                class="node-time"
                title=${l10n.t('Recent answers that came from this task')}
                >${card.narrow ? `${card.answers}×` : l10n.t('{0} answers', card.answers)}</span
              >`
        }
      </span>`,
  );
}
