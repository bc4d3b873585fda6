import { html, type TemplateResult } from 'lit/html.js';

import type { Tone } from '../verdicts';

/** Icons of `icons.css`, a cut-down of @vscode/codicons. */
export type IconName =
  | 'check'
  | 'circle'
  | 'close'
  | 'copy'
  | 'desktop'
  | 'error'
  | 'export'
  | 'graph'
  | 'history'
  | 'info'
  | 'json'
  | 'layers'
  | 'link-external'
  | 'map'
  | 'markdown'
  | 'output'
  | 'package'
  | 'pause'
  | 'plug'
  | 'refresh'
  | 'search'
  | 'server'
  | 'settings'
  | 'slash'
  | 'start'
  | 'table'
  | 'warning';

/** An icon of the codicon font, hidden from screen readers: a text always stands beside it. */
export function icon(name: IconName, extra = ''): TemplateResult {
  return html`<span class="icon icon-${name} ${extra}" aria-hidden="true"></span>`;
}

/** Shape of each tone, so that colour is never alone. */
const TONE_ICONS: Readonly<Record<Tone, IconName>> = {
  good: 'check',
  partial: 'warning',
  bad: 'error',
  waiting: 'circle',
  neutral: 'slash',
};

/** The icon of a tone in its colour. */
export function toneIcon(tone: Tone): TemplateResult {
  return icon(TONE_ICONS[tone], `tone-${tone}`);
}
