import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';

import type { PortRoute, RouteBackend } from '../../src/shared/routingView';
import type { Actions, PageModel } from '../state';
import { icon } from './icon';

/** One task's card in the map. */
export function drawTask(
  model: PageModel,
  route: PortRoute,
  backend: RouteBackend,
  focus: string | undefined,
  room: { readonly compact: boolean; readonly narrow: boolean },
  actions: Actions,
): TemplateResult {
  const answers = countAnswers(model, route, backend.taskId);
  const answeredFocus =
    focus !== undefined && model.cells.get(focus)?.samples.at(-1)?.answeredBy === backend.taskId;
  const title = [
    backend.taskName,
    backend.hostname,
    backend.ingressAddress ?? '',
    backend.state,
    backend.error,
  ]
    .filter((part) => part !== '')
    .join(' · ');
  return html`<button
    type="button"
    class="task ${backend.active ? '' : 'inactive'} ${answeredFocus ? 'lit' : ''}"
    title=${title}
    @click=${() => actions.send({ type: 'inspect', kind: 'task', id: backend.taskId })}
  >
    <span class="hidden"
      >${l10n.t('Inspect task {0} on {1}, {2}', backend.taskName, backend.hostname, backend.state)}</span
    >
    <span class="node-line" aria-hidden="true">
      ${icon('package')}
      <span class="node-name">${backend.taskName}</span>
      <span class="task-state">${room.compact && backend.active ? '' : backend.state}</span>
    </span>
    <span class="node-line" aria-hidden="true">
      <span class="node-target">${backend.hostname}${describeWhere(backend)}</span>
      ${
        answers === 0
          ? nothing
          : html`<span class="node-time" title=${l10n.t('Recent answers that came from this task')}
              >${room.narrow ? `${answers}×` : l10n.t('{0} answers', answers)}</span
            >`
      }
    </span>
  </button>`;
}

/** A failed task's reason says more than its address. */
function describeWhere(backend: RouteBackend): string {
  const detail = backend.error === '' ? backend.ingressAddress : backend.error;
  return detail === undefined ? '' : ` · ${detail}`;
}

function countAnswers(model: PageModel, route: PortRoute, taskId: string): number {
  let answers = 0;
  for (const entry of route.entries) {
    for (const sample of model.cells.get(entry.id)?.samples ?? []) {
      answers += sample.answeredBy === taskId ? 1 : 0;
    }
  }
  return answers;
}
