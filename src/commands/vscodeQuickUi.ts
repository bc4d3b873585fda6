import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { DisposableStore } from '../common/disposable';
import { toPlainLine } from '../common/text';
import type {
  Answer,
  InputQuestion,
  PickQuestion,
  QuickChoice,
  QuickFrame,
  QuickUi,
} from './quickUi';

/** So long the status bar tells of a copied command, in milliseconds. */
const TOLD_MS = 4_000;

interface ChoiceItem<T> extends vscode.QuickPickItem {
  readonly choice?: QuickChoice<T>;
}

/** The quick inputs of VS Code itself. */
export class VscodeQuickUi implements QuickUi {
  input<T>(frame: QuickFrame, question: InputQuestion<T>): Promise<Answer<T>> {
    return settle((disposables, finish) => {
      endWith(question.signal, disposables, finish);
      const box = disposables.add(vscode.window.createInputBox());
      dress(box, frame);
      box.prompt = question.prompt;
      box.placeholder = question.placeholder;
      box.value = question.value;
      box.password = question.password === true;
      const show = (text: string): void => {
        const verdict = question.check(text);
        if (verdict.ok) {
          box.validationMessage =
            verdict.warning === undefined
              ? undefined
              : { message: verdict.warning, severity: vscode.InputBoxValidationSeverity.Info };
        } else {
          // An empty box is no mistake yet.
          box.validationMessage =
            text === ''
              ? undefined
              : { message: verdict.error, severity: vscode.InputBoxValidationSeverity.Error };
        }
      };
      show(question.value);
      if (question.problem !== undefined) {
        box.validationMessage = {
          message: question.problem,
          severity: vscode.InputBoxValidationSeverity.Error,
        };
      }
      disposables.add(box.onDidChangeValue(show));
      disposables.add(
        box.onDidAccept(() => {
          const verdict = question.check(box.value);
          if (verdict.ok) {
            finish({ kind: 'value', value: verdict.value });
          } else {
            box.validationMessage = {
              message: verdict.error,
              severity: vscode.InputBoxValidationSeverity.Error,
            };
          }
        }),
      );
      offerCommand(box, disposables, () => question.command?.(box.value), question.command);
      const browsing = question.canBrowse === true ? addBrowsing(box, disposables) : undefined;
      listenForEnds<T>(box, disposables, (answer) => {
        // VS Code's own file list takes the place of the box for a while.
        if (browsing?.isOpen !== true || answer.kind !== 'cancel') {
          finish(answer);
        }
      });
      return box;
    });
  }

  pick<T>(frame: QuickFrame, question: PickQuestion<T>): Promise<Answer<T>> {
    return settle((disposables, finish) => {
      endWith(question.signal, disposables, finish);
      const pick = disposables.add(vscode.window.createQuickPick<ChoiceItem<T>>());
      dress(pick, frame);
      pick.placeholder = question.placeholder;
      pick.matchOnDescription = true;
      pick.matchOnDetail = true;
      pick.items = toItems(question.choices);
      const active = pick.items.filter(
        ({ choice }) => choice !== undefined && choice.value === question.active,
      );
      if (active.length > 0) {
        // An empty list would take the row away that VS Code starts on.
        pick.activeItems = active;
      }
      disposables.add(
        pick.onDidAccept(() => {
          const choice = pick.selectedItems[0]?.choice;
          if (choice !== undefined) {
            finish({ kind: 'value', value: choice.value });
          }
        }),
      );
      if (question.updates !== undefined) {
        disposables.add(question.updates((choices) => replaceItems(pick, choices)));
      }
      listenForEnds(pick, disposables, finish);
      return pick;
    });
  }

  pickMany<T>(frame: QuickFrame, question: PickQuestion<T>): Promise<Answer<readonly T[]>> {
    return settle((disposables, finish) => {
      const pick = disposables.add(vscode.window.createQuickPick<ChoiceItem<T>>());
      dress(pick, frame);
      pick.placeholder = question.placeholder;
      pick.canSelectMany = true;
      pick.items = toItems(question.choices);
      pick.selectedItems = pick.items.filter(({ choice }) => choice?.picked === true);
      const ticked = (): T[] =>
        pick.selectedItems.flatMap(({ choice }) => (choice ? [choice.value] : []));
      offerCommand(pick, disposables, () => question.command?.(ticked()), question.command);
      disposables.add(pick.onDidChangeSelection(() => question.ticked?.(ticked())));
      disposables.add(pick.onDidAccept(() => finish({ kind: 'value', value: ticked() })));
      listenForEnds(pick, disposables, finish);
      return pick;
    });
  }
}

function settle<T>(
  open: (
    disposables: DisposableStore,
    finish: (answer: Answer<T>) => void,
  ) => Pick<vscode.QuickInput, 'show'>,
): Promise<Answer<T>> {
  const disposables = new DisposableStore();
  return new Promise<Answer<T>>((resolve) => {
    open(disposables, resolve).show();
  }).finally(() => disposables.dispose());
}

/** Cancels a question that nobody waits for any more. */
function endWith<T>(
  signal: AbortSignal | undefined,
  disposables: DisposableStore,
  finish: (answer: Answer<T>) => void,
): void {
  const cancel = (): void => finish({ kind: 'cancel' });
  signal?.addEventListener('abort', cancel, { once: true });
  disposables.add({ dispose: () => signal?.removeEventListener('abort', cancel) });
}

function dress(
  input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>,
  { title, step, totalSteps, canGoBack }: QuickFrame,
): void {
  input.title = title;
  if (totalSteps > 1) {
    input.step = step;
    input.totalSteps = totalSteps;
  }
  // What was typed must not be lost by a click elsewhere.
  input.ignoreFocusOut = true;
  input.buttons = canGoBack ? [vscode.QuickInputButtons.Back] : [];
}

/** A button that copies the docker command that does the same, where there is one. */
function offerCommand(
  input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>,
  disposables: DisposableStore,
  command: () => string | undefined,
  offered: unknown,
): void {
  if (offered === undefined) {
    return;
  }
  const button = { iconPath: new vscode.ThemeIcon('copy'), tooltip: copyCommandLabel() };
  input.buttons = [...input.buttons, button];
  disposables.add(
    input.onDidTriggerButton((pressed) => {
      const text = pressed === button ? command() : undefined;
      if (text !== undefined) {
        void copyCommand(text);
      }
    }),
  );
}

/** Copies a docker command, and tells it in the status bar. */
export async function copyCommand(command: string): Promise<void> {
  await vscode.env.clipboard.writeText(command);
  vscode.window.setStatusBarMessage(l10n.t('Copied: {0}', toPlainLine(command, 80)), TOLD_MS);
}

/** The label of whatever copies a docker command. */
export function copyCommandLabel(): string {
  return l10n.t('Copy as Docker Command');
}

/** A button that puts the path of a chosen file into the box. */
function addBrowsing(
  box: vscode.InputBox,
  disposables: DisposableStore,
): { readonly isOpen: boolean } {
  const browsing = { isOpen: false };
  const button = {
    iconPath: new vscode.ThemeIcon('folder-opened'),
    tooltip: l10n.t('Choose a file…'),
  };
  box.buttons = [...box.buttons, button];
  disposables.add(
    box.onDidTriggerButton(async (pressed) => {
      if (pressed !== button) {
        return;
      }
      browsing.isOpen = true;
      try {
        const [file] = (await vscode.window.showOpenDialog({ title: box.title ?? '' })) ?? [];
        box.value = file?.fsPath ?? box.value;
      } finally {
        box.show();
        browsing.isOpen = false;
      }
    }),
  );
  return browsing;
}

function listenForEnds<T>(
  input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>,
  disposables: DisposableStore,
  finish: (answer: Answer<T>) => void,
): void {
  disposables.add(
    input.onDidTriggerButton((button) => {
      if (button === vscode.QuickInputButtons.Back) {
        finish({ kind: 'back' });
      }
    }),
  );
  disposables.add(input.onDidHide(() => finish({ kind: 'cancel' })));
}

/** Shows other rows and stays on the row that the person is on. */
function replaceItems<T>(
  pick: vscode.QuickPick<ChoiceItem<T>>,
  choices: readonly QuickChoice<T>[],
): void {
  const on = pick.activeItems[0]?.choice?.value;
  const items = toItems(choices);
  pick.keepScrollPosition = true;
  pick.items = items;
  const active = items.filter(({ choice }) => choice !== undefined && choice.value === on);
  if (active.length > 0) {
    pick.activeItems = active;
  }
}

function toItems<T>(choices: readonly QuickChoice<T>[]): ChoiceItem<T>[] {
  const items: ChoiceItem<T>[] = [];
  let group: string | undefined;
  for (const choice of choices) {
    if (choice.group !== undefined && choice.group !== group) {
      items.push({ label: choice.group, kind: vscode.QuickPickItemKind.Separator });
    }
    group = choice.group;
    items.push({
      label: choice.label,
      choice,
      ...(choice.description === undefined ? {} : { description: choice.description }),
      ...(choice.detail === undefined ? {} : { detail: choice.detail }),
    });
  }
  return items;
}

/** The frame of a question that is no part of a series. */
export function singleFrame(title: string): QuickFrame {
  return { title, step: 1, totalSteps: 1, canGoBack: false };
}
