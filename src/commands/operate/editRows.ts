import * as l10n from '@vscode/l10n';
import type { Answer, QuickChoice, QuickFrame, QuickUi } from '../quickUi';
import { withoutIcons } from '../quickUi';
import { accept, type Verdict } from '../validation/verdict';
import { copyCommand, copyCommandLabel } from '../vscodeQuickUi';

/** A list of rows that a person adds to, changes and removes from. */
export interface RowsQuestion<R> {
  readonly rows: readonly R[];
  /** Why the list is shown again. */
  readonly problem?: string;
  /** What of the person's rows is not there, since others changed the same; shown above the rows. */
  readonly conflicts?: readonly string[];
  readonly placeholder: string;
  /** The placeholder while there are no rows. */
  readonly none: string;
  readonly addLabel: string;
  readonly doneLabel: string;
  /** Codicon of a row. */
  readonly icon: string;
  /** A row as it is written and shown. */
  readonly label: (row: R) => string;
  readonly description?: (row: R) => string;
  /** What a row's line is asked with. */
  readonly prompt: string;
  readonly example: string;
  /** Reads a line; `old` is the row that it changes. */
  readonly read: (text: string, others: readonly R[], old: R | undefined) => Verdict<R>;
  /** The docker command for what the list says now; undefined while it changes nothing. */
  readonly command: (rows: readonly R[]) => string | undefined;
  /** The rows without what was kept from before; offered while they differ from those at first. */
  readonly anew?: readonly R[];
  /** Hears of every change of the list. */
  readonly changed?: (rows: readonly R[]) => void;
}

type Choice = 'done' | 'add' | 'copy' | 'anew' | 'fact' | { readonly index: number };

/** Asks for a whole list, row by row, until the person is done with it. */
export async function askRows<R>(
  ui: QuickUi,
  frame: QuickFrame,
  question: RowsQuestion<R>,
): Promise<Answer<readonly R[]>> {
  let { rows, problem, anew, conflicts = [] } = question;
  for (;;) {
    const chosen = await ui.pick<Choice>(frame, {
      placeholder: problem ?? (rows.length === 0 ? question.none : question.placeholder),
      choices: choicesOf(rows, question, { isKept: anew !== undefined, conflicts }),
    });
    if (chosen.kind !== 'value') {
      return chosen;
    }
    const choice = chosen.value;
    const command = question.command(rows);
    if (choice === 'done') {
      return { kind: 'value', value: rows };
    }
    if (choice === 'copy') {
      await copyCommand(command ?? '');
    } else if (choice !== 'fact') {
      rows =
        choice === 'anew'
          ? (anew ?? rows)
          : await askRow(ui, frame, question, rows, choice === 'add' ? undefined : choice.index);
      anew = choice === 'anew' ? undefined : anew;
      problem = undefined;
      conflicts = [];
      question.changed?.(rows);
    }
  }
}

function choicesOf<R>(
  rows: readonly R[],
  question: RowsQuestion<R>,
  { isKept, conflicts }: { readonly isKept: boolean; readonly conflicts: readonly string[] },
): QuickChoice<Choice>[] {
  const command = question.command(rows);
  return [
    { label: `$(check) ${question.doneLabel}`, value: 'done' },
    { label: `$(add) ${question.addLabel}`, value: 'add' },
    ...(isKept
      ? [
          {
            label: `$(discard) ${l10n.t('Start Anew')}`,
            description: l10n.t('with what is there now'),
            value: 'anew' as const,
          },
        ]
      : []),
    ...(command === undefined
      ? []
      : [
          {
            label: `$(copy) ${copyCommandLabel()}`,
            description: withoutIcons(command),
            value: 'copy' as const,
          },
        ]),
    ...conflicts.map((conflict) => ({
      label: `$(warning) ${withoutIcons(conflict)}`,
      value: 'fact' as const,
      group: l10n.t('Changed by others'),
    })),
    ...rows.map((row, index): QuickChoice<Choice> => {
      const description = question.description?.(row);
      return {
        label: `$(${question.icon}) ${withoutIcons(question.label(row))}`,
        ...(description === undefined ? {} : { description }),
        group: l10n.t('In the list'),
        value: { index },
      };
    }),
  ];
}

/** Adds a row, or changes the one at `index`; emptied it is removed. Back keeps the list. */
async function askRow<R>(
  ui: QuickUi,
  frame: QuickFrame,
  { label, read, prompt, example }: RowsQuestion<R>,
  rows: readonly R[],
  index: number | undefined,
): Promise<readonly R[]> {
  const old = index === undefined ? undefined : rows[index];
  const others = rows.filter((_row, at) => at !== index);
  const answer = await ui.input<R | undefined>(
    { ...frame, canGoBack: true },
    {
      // A line that was left belongs to its row.
      key: old === undefined ? 'add' : `row ${label(old)}`,
      prompt: old === undefined ? prompt : l10n.t('{0}; empty to remove it', prompt),
      placeholder: example,
      value: old === undefined ? '' : label(old),
      check: (text) =>
        text.trim() === '' && old !== undefined ? accept(undefined) : read(text, others, old),
    },
  );
  if (answer.kind !== 'value') {
    return rows;
  }
  const row = answer.value;
  if (row === undefined) {
    return others;
  }
  return index === undefined ? [...rows, row] : rows.map((kept, at) => (at === index ? row : kept));
}
