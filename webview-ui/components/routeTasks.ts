import * as l10n from '@vscode/l10n';
import { html, nothing, svg, type TemplateResult } from 'lit/html.js';
import { repeat } from 'lit/directives/repeat.js';

import type { ProbeSample, RouteBackend, RouteEntry } from '../../src/shared/routingView';
import { formatPercent } from '../answerWords';
import type { Box } from '../layoutRoute';
import { answersByTask, flowOf, partId } from '../mapParts';
import type { Actions, PageModel } from '../state';
import { formatMs } from '../wording';
import { lastAnswerer, lines, place, type DrawnMap } from './drawnMap';
import { mapButton } from './mapButton';
import { drawTask } from './routeTask';

/** Stands among the tasks for the heading of those that do not run. */
export const IDLE = 'idle';

/** Running tasks with their part of the answers, then those that do not run under a heading. */
export function drawTasks(
  { model, route, actions, layout, focus, entryById }: DrawnMap,
  idle: readonly RouteBackend[],
): TemplateResult {
  const backendById = new Map(route.backends.map((backend) => [backend.taskId, backend]));
  const lit = focus === undefined ? undefined : entryById.get(focus);
  const all = answersByTask(route.entries, model.cells);
  const ofLit = lit === undefined ? all : answersByTask([lit], model.cells);
  const total = [...ofLit.values()].reduce((sum, { length }) => sum + length, 0);
  return svg`
    ${repeat(
      layout.taskLabels,
      ({ id }) => id,
      ({ id, box }) => {
        const backend = backendById.get(id);
        const leads =
          lit === undefined || route.mode === 'ingress' || lit.nodeId === backend?.nodeId;
        return backend === undefined || total === 0 || !leads
          ? nothing
          : place(box, drawShare(model, actions, backend, lit, ofLit.get(id) ?? [], total));
      },
    )}
    ${repeat(
      layout.tasks,
      ({ id }) => id,
      ({ id, box }) => {
        const backend = backendById.get(id);
        if (id === IDLE) {
          return place(box, drawIdleHeading(model, actions, idle));
        }
        return backend === undefined
          ? nothing
          : place(
              box,
              drawTask(
                model,
                backend,
                {
                  compact: layout.compact,
                  tight: layout.tight,
                  narrow: isNarrow(box, model),
                  answers: all.get(id)?.length ?? 0,
                  lit: focus !== undefined && lastAnswerer(model, focus) === id,
                },
                actions,
              ),
            );
      },
    )}`;
}

/** How much of the answers came from a task: of those of the lit node, else of all. */
function drawShare(
  model: PageModel,
  actions: Actions,
  { taskId, taskName }: RouteBackend,
  lit: RouteEntry | undefined,
  answers: readonly ProbeSample[],
  total: number,
): TemplateResult {
  const { latency } = flowOf(answers);
  return mapButton(
    model,
    actions,
    {
      part: lit === undefined ? partId('task', taskId) : partId('share', lit.id, taskId),
      column: 'share',
      look: 'way',
      label:
        lit === undefined
          ? l10n.t('{0} gave {1} of {2} answers', taskName, answers.length, total)
          : l10n.t(
              '{0} gave {1} of {2} answers of {3}',
              taskName,
              answers.length,
              total,
              lit.hostname,
            ),
      ...(lit === undefined ? {} : { entryId: lit.id }),
    },
    lines(
      formatPercent(answers.length / total),
      latency === undefined ? '–' : formatMs(latency.p50),
    ),
  );
}

function drawIdleHeading(
  model: PageModel,
  actions: Actions,
  idle: readonly RouteBackend[],
): TemplateResult {
  return mapButton(
    model,
    actions,
    {
      part: partId('idle'),
      column: 'task',
      look: 'idle-heading',
      label: l10n.t('Tasks that do not run: {0}', idle.length),
      title: l10n.t('Pending, starting or ended: no connection is passed to them'),
    },
    html`<span aria-hidden="true">${l10n.t('Not running')}</span>
      <span class="muted" aria-hidden="true">${idle.length}</span>`,
  );
}

/** Whether a task's card has no room for words beside its address. */
function isNarrow(card: Box, model: PageModel): boolean {
  return card.width < 300 * model.viewport.scale;
}
