import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../common/disposable';
import { COMMANDS, SERVICE_SCHEME } from '../contributions';
import { completeServiceYaml, type Completion } from '../serviceYaml/completeServiceYaml';
import { hoverLines } from '../serviceYaml/hoverText';
import { parseServiceYaml, type TextRange } from '../serviceYaml/parseServiceYaml';
import type { ServiceDocuments, ServiceSession } from './serviceDocuments';
import { readService } from './serviceReading';

/** Problems are looked for so long after the last key, in milliseconds. */
const CHECK_MS = 250;

const SELECTOR: vscode.DocumentSelector = { scheme: SERVICE_SCHEME };

/** Completion, hover, problems and the row of acts in service documents. */
export class ServiceLanguage implements Disposable {
  private readonly own = new DisposableStore();
  private readonly diagnostics = this.own.add(
    vscode.languages.createDiagnosticCollection('swarmscope-service'),
  );
  private readonly lensEmitter = this.own.add(new vscode.EventEmitter<void>());
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(private readonly documents: ServiceDocuments) {
    const { languages, workspace } = vscode;
    this.own.add(
      languages.registerCompletionItemProvider(
        SELECTOR,
        { provideCompletionItems: (document, position) => this.complete(document, position) },
        ' ',
        '.',
        '=',
      ),
    );
    this.own.add(
      languages.registerHoverProvider(SELECTOR, {
        provideHover: (document, position) => hoverAt(document, position),
      }),
    );
    this.own.add(
      languages.registerCodeLensProvider(SELECTOR, {
        onDidChangeCodeLenses: this.lensEmitter.event,
        provideCodeLenses: (document) => this.lenses(document),
      }),
    );
    this.own.add(workspace.onDidOpenTextDocument((document) => this.checkSoon(document, 0)));
    this.own.add(
      workspace.onDidChangeTextDocument(({ document }) => this.checkSoon(document, CHECK_MS)),
    );
    this.own.add(
      workspace.onDidCloseTextDocument(({ uri }) => {
        clearTimeout(this.timers.get(uri.toString()));
        this.diagnostics.delete(uri);
      }),
    );
    this.own.add({ dispose: () => this.timers.forEach((timer) => clearTimeout(timer)) });
    workspace.textDocuments.forEach((document) => this.checkSoon(document, 0));
  }

  /** Looks at all open documents again: what they are checked against changed. */
  checkAll(): void {
    vscode.workspace.textDocuments.forEach((document) => this.checkSoon(document, CHECK_MS));
  }

  dispose(): void {
    this.own.dispose();
  }

  private checkSoon(document: vscode.TextDocument, delay: number): void {
    const session = this.documents.sessionOf(document.uri);
    if (session === undefined) {
      return;
    }
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => {
        void session.then(
          (known) => this.check(document, known),
          () => undefined,
        );
      }, delay),
    );
  }

  private check(document: vscode.TextDocument, session: ServiceSession): void {
    if (document.isClosed) {
      return;
    }
    const { problems } = readService(document.getText(), session);
    this.diagnostics.set(
      document.uri,
      problems.map(({ range, severity, text }) => {
        const diagnostic = new vscode.Diagnostic(
          toRange(document, range),
          text,
          severity === 'error'
            ? vscode.DiagnosticSeverity.Error
            : vscode.DiagnosticSeverity.Warning,
        );
        diagnostic.source = 'Swarmscope';
        return diagnostic;
      }),
    );
    this.lensEmitter.fire();
  }

  private async complete(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.CompletionItem[]> {
    const session = await this.documents.sessionOf(document.uri);
    return session === undefined
      ? []
      : completeServiceYaml(
          document.getText(),
          document.offsetAt(position),
          session.lists.offered,
        ).map((completion, index) => toItem(document, completion, index));
  }

  private async lenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const session = await this.documents.sessionOf(document.uri);
    if (session === undefined) {
      return [];
    }
    const isNew = session.address.kind === 'new';
    const top = new vscode.Range(0, 0, 0, 0);
    const lens = (title: string, command: string): vscode.CodeLens =>
      new vscode.CodeLens(top, { title, command, arguments: [document.uri] });
    return [
      lens(
        isNew ? l10n.t('Show the docker Command') : l10n.t('Preview Changes'),
        COMMANDS.previewService,
      ),
      lens(isNew ? l10n.t('Deploy') : l10n.t('Apply'), COMMANDS.applyService),
      ...(isNew || document.getText() === session.pristine
        ? []
        : [lens(l10n.t('Start Over'), COMMANDS.resetService)]),
    ];
  }
}

function toItem(
  document: vscode.TextDocument,
  { label, insert, range, kind, field }: Completion,
  index: number,
): vscode.CompletionItem {
  const item = new vscode.CompletionItem(
    label,
    kind === 'key' ? vscode.CompletionItemKind.Property : vscode.CompletionItemKind.Value,
  );
  item.range = toRange(document, range);
  item.filterText = label;
  item.sortText = String(index).padStart(4, '0');
  if (kind === 'key') {
    // Values of the swarm may hold a dollar sign: only keys have tab stops.
    item.insertText = new vscode.SnippetString(insert);
    item.detail = field.flag ?? '';
    item.documentation = [
      field.about,
      ...(field.example === undefined ? [] : [l10n.t('Such as {0}', field.example)]),
    ].join('\n');
    if (field.kind !== 'text' || field.source !== undefined) {
      item.command = { title: '', command: 'editor.action.triggerSuggest' };
    }
  } else {
    item.insertText = insert;
  }
  return item;
}

function hoverAt(
  document: vscode.TextDocument,
  position: vscode.Position,
): vscode.Hover | undefined {
  const found = parseServiceYaml(document.getText()).keyAt(document.offsetAt(position));
  const lines = found === undefined ? [] : hoverLines(found.path);
  if (found === undefined || lines.length === 0) {
    return undefined;
  }
  const [about = '', ...rest] = lines;
  const text = new vscode.MarkdownString();
  text.appendText(about);
  for (const line of rest) {
    text.appendMarkdown('\n\n').appendText(line);
  }
  return new vscode.Hover(text, toRange(document, found.range));
}

/** A place of the text as VS Code counts it. */
export function toRange(document: vscode.TextDocument, { start, end }: TextRange): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
