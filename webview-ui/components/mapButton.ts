import { html, type TemplateResult } from 'lit/html.js';

import type { Actions, PageModel } from '../state';

/** Columns of the map from client to tasks: what ← and → move between. */
export const MAP_COLUMNS = { client: 0, way: 1, node: 2, sandbox: 3, share: 4, task: 5 } as const;

/** An element of the map that opens its details beside it; texts on lines are reached by the arrow keys alone. */
export function mapButton(
  model: PageModel,
  actions: Actions,
  options: {
    readonly part: string;
    readonly column: keyof typeof MAP_COLUMNS;
    readonly look: string;
    /** For screen readers, in place of the content. */
    readonly label: string;
    readonly title?: string;
    /** Entry whose ways are lit meanwhile. */
    readonly entryId?: string;
  },
  content: unknown,
): TemplateResult {
  const { part, entryId } = options;
  const open = model.saved.openPart === part;
  const hover = (id: string | undefined) => () => actions.dispatch({ type: 'hover', id });
  return html`<button
    type="button"
    class="${options.look} ${open ? 'open' : ''}"
    data-part=${part}
    data-column=${MAP_COLUMNS[options.column]}
    tabindex=${options.look === 'way' ? -1 : 0}
    aria-expanded=${open ? 'true' : 'false'}
    title=${options.title ?? options.label}
    @click=${() => actions.dispatch({ type: 'openPart', id: open ? undefined : part })}
    @pointerenter=${hover(entryId)}
    @pointerleave=${hover(undefined)}
    @focus=${hover(entryId)}
    @blur=${hover(undefined)}
    @keydown=${moveInMap}
  >
    <span class="hidden">${options.label}</span>${content}
  </button>`;
}

/** Arrow keys: up and down within a column, left and right to what is nearest in the next one. */
export function moveInMap(event: KeyboardEvent): void {
  const step = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[event.key];
  if (step === undefined) {
    return;
  }
  event.preventDefault();
  const here = event.currentTarget as HTMLElement;
  const column = Number(here.dataset['column']);
  const columnAt = (index: number): readonly HTMLElement[] => [
    ...document.querySelectorAll<HTMLElement>(`.map [data-column='${index}']`),
  ];
  if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
    const same = columnAt(column);
    same[same.indexOf(here) + step]?.focus();
    return;
  }
  for (let next = column + step; next >= 0 && next <= MAP_COLUMNS.task; next += step) {
    const there = columnAt(next);
    if (there.length > 0) {
      const distance = (one: HTMLElement): number => Math.abs(middleOf(one) - middleOf(here));
      there.reduce((best, one) => (distance(one) < distance(best) ? one : best)).focus();
      return;
    }
  }
}

function middleOf(element: HTMLElement): number {
  const { top, height } = element.getBoundingClientRect();
  return top + height / 2;
}
