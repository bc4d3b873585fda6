import * as l10n from '@vscode/l10n';
import type { Disposable } from '../common/disposable';
import { toPlainLine } from '../common/text';
import type { Verdict } from './validation/verdict';

/** How a step ended: with a value, with Back, or with Escape. */
export type Answer<T> =
  | { readonly kind: 'value'; readonly value: T }
  | { readonly kind: 'back' }
  | { readonly kind: 'cancel' };

/** What every quick input of a multi-step act shows. */
export interface QuickFrame {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
  readonly canGoBack: boolean;
}

/** One row of a quick pick. */
export interface QuickChoice<T> {
  /** Where rows are ticked it tells them apart in later sessions, unless their values are texts. */
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly value: T;
  readonly picked?: boolean;
  /** A heading above this row. */
  readonly group?: string;
}

/** A line of text to ask for. */
export interface InputQuestion<T> {
  /** Tells it from others of the same prompt, such as those of other rows. */
  readonly key?: string;
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value: string;
  /** Hides what is typed. */
  readonly password?: boolean;
  /** Takes the question away when it aborts. */
  readonly signal?: AbortSignal;
  /** Offers to choose a file, whose path becomes the text. */
  readonly canBrowse?: boolean;
  readonly check: (text: string) => Verdict<T>;
  /** The docker command that does the same, offered to copy; undefined while the text makes none. */
  readonly command?: (text: string) => string | undefined;
  /** Why the step is shown again, until the person types. */
  readonly problem?: string;
  /** A form that keeps what is typed keeps it when it was accepted too, until the form forgets it. */
  readonly untilForgotten?: boolean;
}

/** A choice to ask for. */
export interface PickQuestion<T> {
  /** Tells a question of several ticks from others of the same placeholder, or of a changing one. */
  readonly key?: string;
  readonly placeholder: string;
  readonly choices: readonly QuickChoice<T>[];
  /** Takes the question away when it aborts. */
  readonly signal?: AbortSignal;
  /** The row to start on. */
  readonly active?: T;
  /** The docker command that does the same with what is ticked, offered to copy. */
  readonly command?: (ticked: readonly T[]) => string | undefined;
  /** Hears of what is ticked before it is accepted; for {@link QuickUi.pickMany}. */
  readonly ticked?: (values: readonly T[]) => void;
  /**
   * Called when the list is there; may show other rows until the list is gone, when what it gave is
   * disposed. Rows of the same value keep their place and stay selected.
   */
  readonly updates?: (show: (choices: readonly QuickChoice<T>[]) => void) => Disposable;
}

/** VS Code's quick inputs as the commands use them; faked in tests. */
export interface QuickUi {
  input<T>(frame: QuickFrame, question: InputQuestion<T>): Promise<Answer<T>>;
  pick<T>(frame: QuickFrame, question: PickQuestion<T>): Promise<Answer<T>>;
  pickMany<T>(frame: QuickFrame, question: PickQuestion<T>): Promise<Answer<readonly T[]>>;
}

/** Foreign text for a row of a quick pick: harmless, and no part of it becomes an icon. */
export function withoutIcons(text: string): string {
  return toPlainLine(text).replaceAll('$(', String.raw`\$(`);
}

/** The label of the row that ends a list step. */
export function continueLabel(): string {
  return `$(arrow-right) ${l10n.t('Continue')}`;
}
