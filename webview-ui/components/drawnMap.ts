import { html, svg, type TemplateResult } from 'lit/html.js';

import type { PortRoute, RouteEntry } from '../../src/shared/routingView';
import type { Box, RouteLayout } from '../layoutRoute';
import type { Actions, PageModel } from '../state';

/** What everything of one map is drawn from. */
export interface DrawnMap {
  readonly model: PageModel;
  readonly route: PortRoute;
  readonly actions: Actions;
  readonly layout: RouteLayout;
  /** Entry whose ways are lit. */
  readonly focus: string | undefined;
  readonly entryById: ReadonlyMap<string, RouteEntry>;
}

/** Puts a card at its place. */
export function place(box: Box, content: TemplateResult): TemplateResult {
  return svg`<foreignObject x=${box.x} y=${box.y} width=${box.width} height=${box.height}>${content}</foreignObject>`;
}

/** Two lines of a text on a way. */
export function lines(first: string, second: string): TemplateResult {
  return html`<span aria-hidden="true">${first}</span><span aria-hidden="true">${second}</span>`;
}

/** The task that answered a node last. */
export function lastAnswerer(model: PageModel, entryId: string): string | undefined {
  return model.cells.get(entryId)?.samples.at(-1)?.answeredBy;
}
