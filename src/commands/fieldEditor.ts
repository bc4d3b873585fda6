import * as l10n from '@vscode/l10n';
import { isAbout, valueAt, withValue, type DraftPath } from '../spec/draftPath';
import type { DraftProblem, ServiceDraft } from '../spec/serviceDraft';
import type { ServiceField } from '../spec/serviceField';
import { addChoice, doneChoice, fieldChoices } from './fieldChoices';
import { fieldKey, textRowKey } from './fieldKeys';
import { fieldLabel, valueSummary } from './fieldLabel';
import { fromRows, rowsOf, type Row } from './fieldRows';
import { withoutIcons, type QuickFrame, type QuickUi } from './quickUi';
import { accept, refuse, type Verdict } from './validation/verdict';

/** What fields are edited with. */
export interface FieldParts {
  readonly ui: QuickUi;
  /** What is wrong with a draft. */
  readonly check: (draft: ServiceDraft) => readonly DraftProblem[];
  /** What the swarm offers for a field. */
  readonly values: (field: ServiceField) => readonly string[];
  /** Gets every change at once, so that nothing is lost. */
  readonly keep: (draft: ServiceDraft) => void;
  /** Picks or creates a secret or config; undefined when the person left. */
  readonly pickFile: (
    kind: 'secrets' | 'configs',
    frame: QuickFrame,
  ) => Promise<string | undefined>;
}

/** The person wants to write a value that is not offered. */
const WRITE = Symbol('write');

type MenuChoice<T> = { readonly kind: 'done' } | { readonly kind: 'add' } | T;

/** Edits any field of a draft with quick inputs, by what `serviceFields` says of it. */
export class FieldEditor {
  constructor(private readonly parts: FieldParts) {}

  /** Asks for the field at a path until the person is done; gives the changed draft. */
  async edit(
    draft: ServiceDraft,
    path: DraftPath,
    field: ServiceField,
    frame: QuickFrame,
  ): Promise<ServiceDraft> {
    const below = { ...frame, canGoBack: true, title: `${frame.title}: ${fieldLabel(field.key)}` };
    switch (field.kind) {
      case 'text':
      case 'number':
        return this.editText(draft, path, field, below);
      case 'switch':
      case 'choice':
        return this.editChoice(draft, path, field, below);
      case 'list':
      case 'map':
        return this.editList(draft, path, field, below);
      case 'group':
        return this.editGroup(draft, path, field, below);
      case 'rows':
        return this.editRows(draft, path, field, below);
    }
  }

  private put(draft: ServiceDraft, path: DraftPath, value: unknown): ServiceDraft {
    const next = withValue(draft, path, value);
    this.parts.keep(next);
    return next;
  }

  /** Whether a draft with that value has a new error at the path. */
  private verdict<T>(draft: ServiceDraft, path: DraftPath, value: T): Verdict<T> {
    const problems = this.parts
      .check(withValue(draft, path, value))
      .filter((problem) => isAbout(problem, path));
    const error = problems.find(({ severity }) => severity === 'error');
    return error === undefined ? accept(value, problems[0]?.text) : refuse(error.text);
  }

  private async editText(
    draft: ServiceDraft,
    path: DraftPath,
    field: ServiceField,
    frame: QuickFrame,
  ): Promise<ServiceDraft> {
    const offered = this.parts.values(field);
    if (offered.length > 0) {
      const picked = await this.pickOffered(offered, field, frame, valueAt(draft, path));
      if (picked !== WRITE) {
        return picked === undefined ? draft : this.put(draft, path, picked);
      }
    }
    const answer = await this.parts.ui.input<unknown>(frame, {
      key: fieldKey(draft, path),
      prompt: `${withFlag(field)} ${l10n.t('Empty leaves it out.')}`,
      placeholder: field.example ?? '',
      value: valueSummary(valueAt(draft, path)),
      check: (text) => {
        if (text.trim() === '') {
          return accept(undefined);
        }
        const value = field.kind === 'number' ? Number(text) : text;
        return typeof value === 'number' && Number.isNaN(value)
          ? refuse(l10n.t('Write a number{0}.', suchAs(field)))
          : this.verdict<unknown>(draft, path, value);
      },
    });
    return answer.kind === 'value' ? this.put(draft, path, answer.value) : draft;
  }

  private async editChoice(
    draft: ServiceDraft,
    path: DraftPath,
    field: ServiceField,
    frame: QuickFrame,
  ): Promise<ServiceDraft> {
    const now = valueAt(draft, path);
    const values: readonly unknown[] = field.values ?? [true, false];
    const answer = await this.parts.ui.pick<unknown>(frame, {
      placeholder: withFlag(field),
      active: now,
      choices: [
        ...values.map((value) => ({
          label: value === true ? l10n.t('Yes') : value === false ? l10n.t('No') : String(value),
          description: problemText(this.verdict(draft, path, value)),
          value,
        })),
        { label: l10n.t('Leave it to the engine'), value: undefined },
      ],
    });
    return answer.kind === 'value' ? this.put(draft, path, answer.value) : draft;
  }

  /** Texts, or texts by name; each row is changed by choosing it, and removed by emptying it. */
  private async editList(
    start: ServiceDraft,
    path: DraftPath,
    field: ServiceField,
    frame: QuickFrame,
  ): Promise<ServiceDraft> {
    let draft = start;
    for (;;) {
      const rows = rowsOf(valueAt(draft, path), field);
      const answer = await this.parts.ui.pick<MenuChoice<{ kind: 'row'; index: number }>>(frame, {
        placeholder: this.problemAt(draft, path) ?? withFlag(field),
        choices: [
          doneChoice(),
          addChoice(),
          ...rows.map(({ shown }, index) => ({
            label: `$(edit) ${withoutIcons(shown)}`,
            value: { kind: 'row' as const, index },
          })),
        ],
      });
      if (answer.kind !== 'value' || answer.value.kind === 'done') {
        return draft;
      }
      const index = answer.value.kind === 'row' ? answer.value.index : rows.length;
      draft = await this.editRow(draft, path, field, index, frame);
    }
  }

  private async editRow(
    draft: ServiceDraft,
    path: DraftPath,
    field: ServiceField,
    index: number,
    frame: QuickFrame,
  ): Promise<ServiceDraft> {
    const rows = rowsOf(valueAt(draft, path), field);
    const others = rows.filter((_row, at) => at !== index);
    const old = rows[index];
    const offered = old === undefined ? this.parts.values(field) : [];
    const withRow = (text: string): unknown =>
      text === ''
        ? fromRows(
            others.map((row) => row.text),
            field,
          )
        : fromRows(
            old === undefined
              ? [...rows.map((row) => row.text), text]
              : rows.map((row, at) => (at === index ? text : row.text)),
            field,
          );
    if (offered.length > 0) {
      const taken = new Set(rows.map(({ text }) => text));
      const rest = offered.filter((text) => !taken.has(text));
      const picked = await this.pickOffered(rest, field, frame, undefined);
      if (picked !== WRITE) {
        return picked === undefined ? draft : this.put(draft, path, withRow(picked));
      }
    }
    const answer = await this.parts.ui.input<string>(frame, {
      key: textRowKey(path, old?.name),
      prompt:
        old === undefined ? withFlag(field) : `${withFlag(field)} ${l10n.t('Empty removes it.')}`,
      placeholder: field.kind === 'map' ? 'NAME=value' : (field.example ?? ''),
      value: old?.text ?? '',
      check: (text) => this.checkRow(draft, path, field, { text, others, withRow }),
    });
    return answer.kind === 'value' ? this.put(draft, path, withRow(answer.value)) : draft;
  }

  private checkRow(
    draft: ServiceDraft,
    path: DraftPath,
    field: ServiceField,
    row: {
      readonly text: string;
      readonly others: readonly Row[];
      readonly withRow: (text: string) => unknown;
    },
  ): Verdict<string> {
    const { text, others, withRow } = row;
    if (text === '') {
      return accept('');
    }
    if (field.kind === 'map') {
      const equals = text.indexOf('=');
      if (equals < 1) {
        return refuse(l10n.t('Write NAME=value.'));
      }
      if (others.some((other) => other.text.startsWith(text.slice(0, equals + 1)))) {
        return refuse(l10n.t('{0} is in the list already.', text.slice(0, equals)));
      }
    } else if (others.some((other) => other.text === text)) {
      return refuse(l10n.t('{0} is in the list already.', text));
    }
    const verdict = this.verdict(draft, path, withRow(text));
    return verdict.ok ? accept(text, verdict.warning) : refuse(verdict.error);
  }

  private async editGroup(
    start: ServiceDraft,
    path: DraftPath,
    field: ServiceField,
    frame: QuickFrame,
  ): Promise<ServiceDraft> {
    let draft = start;
    const isRow = typeof path.at(-1) === 'number';
    for (;;) {
      const answer = await this.parts.ui.pick<
        MenuChoice<{ kind: 'field'; member: ServiceField } | { kind: 'remove' }>
      >(frame, {
        placeholder: this.problemAt(draft, path) ?? withFlag(field),
        choices: [
          doneChoice(),
          ...fieldChoices(draft, path, field.fields ?? []),
          ...(isRow || valueAt(draft, path) !== undefined
            ? [{ label: `$(trash) ${l10n.t('Remove')}`, value: { kind: 'remove' as const } }]
            : []),
        ],
      });
      if (answer.kind !== 'value' || answer.value.kind === 'done') {
        return draft;
      }
      if (answer.value.kind === 'remove') {
        return this.put(draft, path, undefined);
      }
      if (answer.value.kind === 'field') {
        const { member } = answer.value;
        draft = await this.edit(draft, [...path, member.key], member, frame);
      }
    }
  }

  private async editRows(
    start: ServiceDraft,
    path: DraftPath,
    field: ServiceField,
    frame: QuickFrame,
  ): Promise<ServiceDraft> {
    let draft = start;
    for (;;) {
      const rows = (valueAt(draft, path) ?? []) as readonly unknown[];
      const answer = await this.parts.ui.pick<MenuChoice<{ kind: 'row'; index: number }>>(frame, {
        placeholder: this.problemAt(draft, path) ?? withFlag(field),
        choices: [
          doneChoice(),
          addChoice(),
          ...rows.map((row, index) => ({
            label: `$(edit) ${withoutIcons(valueSummary(row))}`,
            description: this.problemAt(draft, [...path, index]) ?? '',
            value: { kind: 'row' as const, index },
          })),
        ],
      });
      if (answer.kind !== 'value' || answer.value.kind === 'done') {
        return draft;
      }
      draft =
        answer.value.kind === 'row'
          ? await this.editGroup(draft, [...path, answer.value.index], field, frame)
          : await this.addRow(draft, [...path, rows.length], field, frame);
    }
  }

  /** A new row begins with what names it; the rest is asked for as of a row that is there. */
  private async addRow(
    draft: ServiceDraft,
    path: DraftPath,
    field: ServiceField,
    frame: QuickFrame,
  ): Promise<ServiceDraft> {
    const first = field.fields?.[0];
    if (first === undefined) {
      return draft;
    }
    if (first.source === 'secrets' || first.source === 'configs') {
      const name = await this.parts.pickFile(first.source, frame);
      return name === undefined ? draft : this.put(draft, path, { source: name });
    }
    const named = await this.edit(draft, [...path, first.key], first, frame);
    return valueAt(named, path) === undefined ? draft : this.editGroup(named, path, field, frame);
  }

  private async pickOffered(
    offered: readonly string[],
    field: ServiceField,
    frame: QuickFrame,
    active: unknown,
  ): Promise<string | typeof WRITE | undefined> {
    const answer = await this.parts.ui.pick<{ readonly text?: string }>(frame, {
      placeholder: withFlag(field),
      choices: [
        ...offered.map((text) => ({
          label: withoutIcons(text),
          description: text === active ? l10n.t('now') : '',
          value: { text },
        })),
        { label: `$(edit) ${l10n.t('Write another…')}`, value: {} },
      ],
    });
    return answer.kind === 'value' ? (answer.value.text ?? WRITE) : undefined;
  }

  /** The first thing that is wrong at a path, or within. */
  private problemAt(draft: ServiceDraft, path: DraftPath): string | undefined {
    const problems = this.parts.check(draft).filter((problem) => isAbout(problem, path));
    return (problems.find(({ severity }) => severity === 'error') ?? problems[0])?.text;
  }
}

function withFlag({ about, flag }: ServiceField): string {
  return flag === undefined ? about : `${about} (${flag})`;
}

function suchAs({ example }: ServiceField): string {
  return example === undefined ? '' : l10n.t(', such as {0}', example);
}

function problemText(verdict: Verdict<unknown>): string {
  return verdict.ok ? '' : verdict.error;
}
