import * as l10n from '@vscode/l10n';
import { html, nothing, svg, type TemplateResult } from 'lit/html.js';

import { isMeantClosed } from '../../src/shared/expectation';
import { HISTORY_RANGES, type HistoryPoint, type HistoryView } from '../../src/shared/historyView';
import type { PortRoute, RouteEntry } from '../../src/shared/routingView';
import { CHART, CHART_HEIGHT, layoutHistory, STRIP_TOP, timeAt, xOf } from '../historyLayout';
import {
  historySubject,
  moveByKey,
  pointAt,
  rangeOf,
  readPoint,
  shownHistory,
} from '../historyState';
import {
  describeMark,
  describePoint,
  formatFailed,
  formatRange,
  formatRefused,
} from '../historyWording';
import type { Actions, PageModel } from '../state';
import { formatMs, formatTime } from '../wording';
import { historyTable } from './historyTable';
import { select } from './ui.toolkit';

/** The value of the choice that is no task. */
const THIS_NODE = '';

/** The past of an entry, or of a task behind its port, as a line, a strip and figures. */
export function history(
  model: PageModel,
  route: PortRoute,
  entry: RouteEntry,
  actions: Actions,
): TemplateResult | typeof nothing {
  const subject = historySubject(model);
  if (subject === undefined) {
    return nothing;
  }
  const view = shownHistory(model);
  // Nothing is wrong where nothing should answer.
  const isClosed = subject.kind === 'entry' && isMeantClosed(entry.expected);
  return html`<section class="history ${isClosed ? 'history-closed' : ''}">
    <h3>${l10n.t('History')}</h3>
    ${choices(model, route, actions)}
    ${
      view === undefined
        ? html`<p class="muted">${l10n.t('Asking for the history…')}</p>`
        : view.kept
          ? body(model, view, { name: nameOf(model, route, entry), isClosed }, actions)
          : html`<p class="muted">
              ${l10n.t('There are too many ports and tasks to keep the past of each.')}
            </p>`
    }
  </section>`;
}

function nameOf(model: PageModel, route: PortRoute, entry: RouteEntry): string {
  const subject = historySubject(model);
  const task = route.backends.find(({ taskId }) => taskId === subject?.id);
  return task?.taskName ?? entry.hostname;
}

function choices(model: PageModel, route: PortRoute, actions: Actions): TemplateResult {
  const subject = historySubject(model);
  return html`<div class="history-choices">
    ${select({
      label: l10n.t('History of'),
      value: subject?.kind === 'task' ? subject.id : THIS_NODE,
      choices: [
        { value: THIS_NODE, text: l10n.t('This node') },
        ...route.backends.map(({ taskId, taskName, state, active }) => ({
          value: taskId,
          text: active ? taskName : `${taskName} (${state})`,
        })),
      ],
      onChange: (value) =>
        actions.dispatch({ type: 'historyTask', taskId: value === THIS_NODE ? undefined : value }),
    })}
    ${select({
      label: l10n.t('Time range'),
      value: String(rangeOf(model)),
      choices: HISTORY_RANGES.map((ms) => ({ value: String(ms), text: formatRange(ms) })),
      onChange: (value) => {
        const rangeMs = HISTORY_RANGES.find((ms) => String(ms) === value);
        if (rangeMs !== undefined && rangeMs !== rangeOf(model)) {
          actions.dispatch({ type: 'historyRange', rangeMs });
        }
      },
    })}
  </div>`;
}

function body(
  model: PageModel,
  view: HistoryView,
  { name, isClosed }: { readonly name: string; readonly isClosed: boolean },
  actions: Actions,
): TemplateResult {
  const { held, isTable } = model.history;
  const { point } = readPoint(view, held);
  const readout =
    point === undefined
      ? l10n.t('Nothing was probed in this time.')
      : describePoint(point, view.marks);
  return html`<div class="history-body">
      ${figures(view, isClosed)} ${chart(view, held, { name, readout }, actions)}
    </div>
    <p class="history-readout ${held === undefined ? '' : 'history-held'}">${readout}.</p>
    <details
      class="history-data"
      ?open=${isTable}
      @toggle=${(event: Event) => {
        const { open } = event.currentTarget as HTMLDetailsElement;
        if (open !== isTable) {
          actions.dispatch({ type: 'historyTable', isTable: open });
        }
      }}
    >
      <summary>${l10n.t('As a table')}</summary>
      ${isTable ? historyTable(view, name) : nothing}
    </details>`;
}

function figures({ summary }: HistoryView, isClosed: boolean): TemplateResult {
  const figure = (name: string, title: string, value: string): TemplateResult =>
    html`<div>
      <dt title=${title}>${name}</dt>
      <dd class="number">${value}</dd>
    </div>`;
  const ms = (value: number | undefined): string => (value === undefined ? '–' : formatMs(value));
  const share = (percent: number): string =>
    l10n.t('{0} % of the answers came within this time', percent);
  return html`<dl class="history-figures">
    ${figure('p50', share(50), ms(summary.p50))} ${figure('p90', share(90), ms(summary.p90))}
    ${figure('p99', share(99), ms(summary.p99))}
    ${figure(l10n.t('max'), l10n.t('The slowest answer'), ms(summary.most))}
    ${
      isClosed
        ? figure(
            l10n.t('not answered'),
            l10n.t('No answer is expected while no task runs that the node leads to'),
            formatRefused(summary),
          )
        : figure(l10n.t('failed'), l10n.t('Share of the probes that failed'), formatFailed(summary))
    }
  </dl>`;
}

/** The drawing, led through by the arrow keys or the pointer like a slider. */
function chart(
  view: HistoryView,
  held: HistoryPoint | undefined,
  { name, readout }: { readonly name: string; readonly readout: string },
  actions: Actions,
): TemplateResult {
  const hold = (point: HistoryPoint | 'live' | undefined): void =>
    actions.dispatch({ type: 'historyHold', point: point === 'live' ? undefined : point });
  const press = (event: KeyboardEvent): void => {
    const model = actions.current();
    const next = moveByKey(event.key, shownHistory(model) ?? view, model.history.held);
    if (next !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      hold(next);
    }
  };
  const point = (event: PointerEvent): void => {
    if ((event.buttons & 1) === 1) {
      const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
      hold(pointAt(view, timeAt(view, (event.clientX - left) / width)));
    }
  };
  const { index } = readPoint(view, held);
  const { bounds } = layoutHistory(view);
  return html`<div class="history-chart">
    <div class="history-scale muted" aria-hidden="true">
      ${
        bounds === undefined
          ? nothing
          : html`<span>${formatMs(bounds.high)}</span><span>${formatMs(bounds.low)}</span>`
      }
    </div>
    <div
      class="history-plot"
      role="slider"
      tabindex="0"
      aria-label=${l10n.t('History of {0}', name)}
      aria-valuemin="0"
      aria-valuemax=${Math.max(0, view.points.length - 1)}
      aria-valuenow=${Math.max(0, index)}
      aria-valuetext=${readout}
      @keydown=${press}
      @pointerdown=${point}
      @pointermove=${point}
    >
      ${drawing(view, held)}
    </div>
    <div class="history-axis muted" aria-hidden="true">
      ${[view.from, (view.from + view.to) / 2, view.to].map(
        (at) => html`<span>${shortTime(at, view.rangeMs)}</span>`,
      )}
    </div>
  </div>`;
}

function shortTime(at: number, rangeMs: number): string {
  const time = formatTime(at);
  return rangeMs > 3_600_000 ? time.slice(0, 5) : time;
}

function drawing(view: HistoryView, held: HistoryPoint | undefined): TemplateResult {
  const { line, band, blocks, failures, gaps, marks } = layoutHistory(view);
  const { width, marks: top, latency, strip } = CHART;
  const block = (kind: string, x: number, y: number, w: number, h: number): TemplateResult =>
    svg`<rect class=${kind} x=${x} y=${y} width=${w} height=${h}></rect>`;
  return html`<svg
    viewBox="0 0 ${width} ${CHART_HEIGHT}"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    <defs>
      <pattern id="history-hatch" width="6" height="6" patternUnits="userSpaceOnUse">
        <path class="history-hatch" d="M-1 7L7 -1"></path>
      </pattern>
    </defs>
    ${block('history-frame', 0, top, width, latency)}
    ${block('history-frame', 0, STRIP_TOP, width, strip)}
    ${gaps.map(
      ({ x, width: w }) =>
        svg`<rect class="history-gap" fill="url(#history-hatch)" x=${x} y=${top} width=${w} height=${CHART_HEIGHT - top}></rect>`,
    )}
    ${svg`<path class="history-band" d=${band}></path><path class="history-line" d=${line}></path>`}
    ${blocks.map(({ x, width: w }) => block('history-good', x, STRIP_TOP, w, strip))}
    ${failures.map(({ x, width: w, y, height }) => block('history-failed', x, y, w, height))}
    ${marks.map(
      ({ x, marks: here }) =>
        svg`<path class="history-mark" d=${`M${x} ${top - 2}L${x - 4} 0H${x + 4}ZV${CHART_HEIGHT}`}><title>${here
          .map((mark) => `${formatTime(mark.at)} ${describeMark(mark)}`)
          .join('\n')}</title></path>`,
    )}
    ${held === undefined ? nothing : cursor(view, held)}
  </svg>`;
}

function cursor(view: HistoryView, held: HistoryPoint): TemplateResult {
  const x = xOf(view, held.from + held.widthMs / 2);
  return svg`<path class="history-cursor" d=${`M${x} 0V${CHART_HEIGHT}`}></path>`;
}
