import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable';
import { DOCUMENT_SCHEME } from '../../contributions';
import { isLogPath } from '../../logs/logAddress';

/** How an editor stands to its growing text. */
interface Standing {
  atEnd: boolean;
  top: number;
}

/** Keeps editors of logs at the newest line while they stand there, as a terminal does. */
export class EndKeeper implements Disposable {
  private readonly own = new DisposableStore();
  private readonly standings = new WeakMap<vscode.TextEditor, Standing>();

  constructor() {
    this.own.add(
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.look(textEditor)),
    );
    this.own.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        for (const editor of vscode.window.visibleTextEditors) {
          if (editor.document === document && isLog(document) && this.standingOf(editor).atEnd) {
            this.toEnd(editor);
          }
        }
      }),
    );
  }

  /** Shows the newest line. */
  toEnd(editor: vscode.TextEditor): void {
    this.standingOf(editor).atEnd = true;
    const last = Math.max(0, editor.document.lineCount - 1);
    editor.revealRange(new vscode.Range(last, 0, last, 0));
  }

  dispose(): void {
    this.own.dispose();
  }

  /** A person who scrolls up stays there; one who comes back to the end goes along again. */
  private look(editor: vscode.TextEditor): void {
    const { document, visibleRanges } = editor;
    const [first] = visibleRanges;
    const last = visibleRanges.at(-1);
    if (!isLog(document) || first === undefined || last === undefined) {
      return;
    }
    const standing = this.standingOf(editor);
    if (last.end.line >= document.lineCount - 2) {
      standing.atEnd = true;
    } else if (first.start.line < standing.top) {
      standing.atEnd = false;
    }
    standing.top = first.start.line;
  }

  private standingOf(editor: vscode.TextEditor): Standing {
    const known = this.standings.get(editor);
    if (known !== undefined) {
      return known;
    }
    const standing = { atEnd: true, top: 0 };
    this.standings.set(editor, standing);
    return standing;
  }
}

function isLog({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === DOCUMENT_SCHEME && isLogPath(uri.path);
}
