import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { repeat } from 'lit/directives/repeat.js';

import { entryAt, type Matrix, type MatrixLine } from '../matrix';
import { countRun, type MatrixLayout, type RowItem } from '../matrixLayout';
import type { Slot } from '../matrixWindow';
import { describeCell, describeTally, nameLine } from '../matrixWording';
import type { PageModel } from '../state';
import type { Verdict } from '../verdicts';
import { formatPorts, nodeMarks, type NodeMark } from '../wording';
import { toneIcon } from './icon';

/** What every part of the grid draws from. */
export interface GridParts {
  readonly model: PageModel;
  readonly matrix: Matrix;
  readonly layout: MatrixLayout;
  readonly grouped: boolean;
  readonly unreachable: boolean;
}

/** The grid itself: what is out of sight stands as gaps of the same size. */
export function matrixGrid(parts: GridParts): TemplateResult {
  const { matrix, layout } = parts;
  const heads = headRows(parts);
  return html`<table
    class="matrix"
    role="grid"
    aria-label=${l10n.t('All ports at all nodes')}
    aria-readonly="true"
    aria-rowcount=${layout.items.length + heads}
    aria-colcount=${matrix.columns.length + 1}
    width=${layout.headerWidth + matrix.columns.length * layout.columnWidth}
  >
    <colgroup>
      <col width=${layout.headerWidth} />
      ${layout.columns.map(
        (slot) => html`<col width=${slot.kind === 'gap' ? slot.size : layout.columnWidth} />`,
      )}
    </colgroup>
    <thead>
      ${heads === 2 ? stackHeads(parts) : nothing}
      <tr aria-rowindex=${heads}>
        <td class="corner" aria-colindex="1">
          ${matrix.transposed ? l10n.t('Port') : l10n.t('Node')}
        </td>
        ${repeat(layout.columns, slotKey(matrix.columns), (slot) =>
          slot.kind === 'gap'
            ? html`<td class="gap" aria-hidden="true"></td>`
            : head(parts, { row: -1, column: slot.index }),
        )}
      </tr>
    </thead>
    <tbody>
      ${repeat(layout.rows, rowKey(layout.items), (slot) => bodyRow(parts, slot, heads))}
    </tbody>
  </table>`;
}

/** Rows above the body: the names of the columns, and of their stacks. */
function headRows({ grouped, matrix }: GridParts): number {
  return grouped && !matrix.transposed ? 2 : 1;
}

function slotKey(lines: readonly MatrixLine[]): (slot: Slot) => string {
  return (slot) =>
    slot.kind === 'gap' ? `gap ${slot.before}` : (lines[slot.index]?.id ?? `${slot.index}`);
}

function rowKey(items: readonly RowItem[]): (slot: Slot) => string {
  return (slot) => {
    const item = slot.kind === 'gap' ? undefined : items[slot.index];
    return item?.kind === 'line'
      ? item.line.id
      : slot.kind === 'gap'
        ? `gap ${slot.before}`
        : `stack ${slot.index}`;
  };
}

/** The stacks over the columns that are drawn. */
function stackHeads({ matrix, layout }: GridParts): TemplateResult {
  const cells: TemplateResult[] = [];
  for (let at = 0; at < layout.columns.length;) {
    const slot = layout.columns[at];
    if (slot === undefined || slot.kind === 'gap') {
      cells.push(html`<td class="gap" aria-hidden="true"></td>`);
      at += 1;
    } else {
      const line = matrix.columns[slot.index];
      const run = countRun(matrix.columns, slot.index);
      const next = layout.columns.findIndex(
        (one, index) => index > at && (one.kind === 'gap' || one.index >= slot.index + run),
      );
      const span = (next === -1 ? layout.columns.length : next) - at;
      const name = stackName(line?.kind === 'port' ? line.route.stack : '');
      cells.push(
        html`<th class="stack" scope="colgroup" colspan=${span} aria-colindex=${slot.index + 2}>
          <span class="line" title=${name}>${name}</span>
        </th>`,
      );
      at += span;
    }
  }
  return html`<tr aria-rowindex="1">
    <td class="corner" aria-hidden="true"></td>
    ${cells}
  </tr>`;
}

function stackName(stack: string): string {
  return stack === '' ? l10n.t('no stack') : l10n.t('stack {0}', stack);
}

function bodyRow(parts: GridParts, slot: Slot, heads: number): TemplateResult | typeof nothing {
  const { layout, matrix } = parts;
  const span = layout.columns.length + 1;
  if (slot.kind === 'gap') {
    return html`<tr aria-hidden="true">
      <td class="gap" colspan=${span} height=${slot.size}></td>
    </tr>`;
  }
  const item = layout.items[slot.index];
  if (item === undefined) {
    return nothing;
  }
  const position = slot.index + heads + 1;
  if (item.kind === 'stack') {
    return html`<tr aria-rowindex=${position} height=${layout.stackHeight}>
      <th class="stack" scope="rowgroup" colspan=${span}>
        <span class="line">${stackName(item.stack)}</span>
      </th>
    </tr>`;
  }
  return html`<tr aria-rowindex=${position} height=${layout.rowHeight}>
    ${head(parts, { row: item.index, column: -1 })}
    ${repeat(layout.columns, slotKey(matrix.columns), (column) =>
      column.kind === 'gap'
        ? html`<td class="gap" aria-hidden="true"></td>`
        : cell(parts, item, column.index),
    )}
  </tr>`;
}

function cell(
  { model, matrix, layout, unreachable }: GridParts,
  { line: row, index }: Extract<RowItem, { kind: 'line' }>,
  at: number,
): TemplateResult | typeof nothing {
  const column = matrix.columns[at];
  if (column === undefined) {
    return nothing;
  }
  const stop = layout.stop.row === index && layout.stop.column === at ? 0 : -1;
  const meeting = entryAt(row, column);
  const [node, port] = matrix.transposed ? [column.id, row.id] : [row.id, column.id];
  if (meeting === undefined) {
    return html`<td
      class="none"
      role="gridcell"
      aria-colindex=${at + 2}
      data-node=${node}
      data-port=${port}
      tabindex=${stop}
      aria-label=${l10n.t('nothing known')}
    >
      –
    </td>`;
  }
  const { route, entry } = meeting;
  const verdict = describeCell(route, entry, model.cells.get(entry.id), unreachable);
  const where = `${entry.hostname}, ${formatPorts(route)} ${route.serviceName}`;
  return html`<td
    class="cell-${verdict.tone}"
    role="gridcell"
    aria-colindex=${at + 2}
    aria-selected=${model.saved.openEntry === entry.id ? 'true' : 'false'}
    aria-label=${`${where}: ${spoken(verdict)}`}
    title=${`${where}: ${verdict.sentence}`}
    data-node=${node}
    data-port=${port}
    data-entry=${entry.id}
    tabindex=${stop}
  >
    <span class="cell">${toneIcon(verdict.tone)}<span>${verdict.text}</span></span>
  </td>`;
}

/** The sentence, after the text that is seen where it does not hold it. */
function spoken({ text, sentence }: Verdict): string {
  return sentence.toLowerCase().includes(text.toLowerCase()) ? sentence : `${text}, ${sentence}`;
}

/** The name of a row or column with its marks and what its cells come to. */
function head(
  { matrix, layout, unreachable }: GridParts,
  { row, column }: { readonly row: number; readonly column: number },
): TemplateResult | typeof nothing {
  const line = column === -1 ? matrix.rows[row] : matrix.columns[column];
  if (line === undefined) {
    return nothing;
  }
  const verdict = describeTally(line.tally, unreachable);
  const marks = line.kind === 'node' ? nodeMarks(line.entry) : portMarks(line);
  const name = `${nameLine(line)}: ${verdict.sentence}`;
  const act =
    line.kind === 'port' ? l10n.t('Choose to see its map') : l10n.t('Choose to inspect the node');
  const stop = layout.stop.row === row && layout.stop.column === column ? 0 : -1;
  return html`<th
    class="head-${column === -1 ? 'row' : 'column'}"
    scope=${column === -1 ? 'row' : 'col'}
    aria-colindex=${column + 2}
    data-node=${line.kind === 'node' ? line.id : nothing}
    data-port=${line.kind === 'port' ? line.id : nothing}
    tabindex=${stop}
    aria-label=${name}
    title=${`${name}\n${act}`}
  >
    <span class="lines">
      ${
        line.kind === 'node'
          ? html`<span class="line">${line.entry.hostname}</span>`
          : html`<span class="line code">${formatPorts(line.route)}</span>`
      }
      ${
        line.kind === 'node' && marks.length === 0
          ? nothing
          : html`<span class="line marks"
              >${
                line.kind === 'node'
                  ? nothing
                  : html`<span class="service">${line.route.serviceName}</span> `
              }${marks.map((mark) => html`<span class="mark mark-${mark.tone}">${mark.text}</span>`)}</span
            >`
      }
      <span class="sum">${toneIcon(verdict.tone)}${verdict.text}</span>
    </span>
  </th>`;
}

function portMarks({ route }: Extract<MatrixLine, { kind: 'port' }>): readonly NodeMark[] {
  return route.mode === 'host'
    ? [{ text: l10n.t('host'), title: l10n.t('host mode'), tone: 'plain' }]
    : [];
}
