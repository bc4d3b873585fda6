import * as vscode from 'vscode';
import { toPlainLine } from '../common/text';
import { DisposableStore, toDisposable, type Disposable } from '../common/disposable';
import { COMMANDS, COMPARISON_SCHEME, COMPOSE_FILES, SETTINGS } from '../contributions';
import { compareStacks, type StackComparison } from '../stacks/compareStacks';
import { readCompose, type ComposeFile, type Span } from '../stacks/composeFile';
import { diagnoseCompose } from '../stacks/diagnoseCompose';
import { stackServices } from '../stacks/runningStack';
import { stackLenses, type NotCompared, type StackStanding } from '../stacks/stackLenses';
import type { CommandContext } from './commandContext';
import { compareStack } from './compareStack';
import { deployStack } from './deployStack';
import { dockerProgram } from './dockerProgram';
import { StackConfigs } from './stackConfigs';
import { StackMemory } from './stackMemory';
import { StackSides } from './stackSides';
import { isComposeFile, stackTarget, type StackTarget } from './stackTarget';

/** Changes of a text or of the swarm within this time make one look, in milliseconds. */
const COALESCE_MS = 400;

/** What compose files show of the swarm: lines above the code, problems, comparisons, deploys. */
export class StackFiles
  implements vscode.CodeLensProvider, vscode.TextDocumentContentProvider, Disposable
{
  readonly memory: StackMemory;
  readonly configs: StackConfigs;
  readonly sides: StackSides;
  private readonly own = new DisposableStore();
  /** Ends what runs when the window closes. */
  private readonly closing = new AbortController();
  private readonly lensEmitter = this.own.add(new vscode.EventEmitter<void>());
  private readonly problems = this.own.add(
    vscode.languages.createDiagnosticCollection('swarmscope.stacks'),
  );
  private timer: NodeJS.Timeout | undefined;

  readonly onDidChangeCodeLenses = this.lensEmitter.event;
  readonly onDidChange: vscode.Event<vscode.Uri>;

  constructor(readonly context: CommandContext) {
    const { own } = this;
    this.memory = new StackMemory(context.memory);
    this.configs = new StackConfigs({ program: dockerProgram, logger: context.logger });
    this.sides = own.add(new StackSides());
    this.onDidChange = this.sides.onDidChange;
    own.add(vscode.languages.registerCodeLensProvider(COMPOSE_FILES, this));
    own.add(vscode.workspace.registerTextDocumentContentProvider(COMPARISON_SCHEME, this));
    const { workspace } = vscode;
    own.add(context.swarms.onDidChange(() => this.schedule()));
    own.add(workspace.onDidOpenTextDocument(() => this.schedule()));
    own.add(workspace.onDidChangeTextDocument(({ document }) => this.scheduleFor(document)));
    own.add(workspace.onDidSaveTextDocument((document) => this.forget(document)));
    own.add(workspace.onDidCloseTextDocument((document) => this.forget(document)));
    own.add(workspace.onDidGrantWorkspaceTrust(() => this.schedule()));
    own.add(vscode.window.onDidChangeVisibleTextEditors(() => this.follow()));
    own.add(
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(SETTINGS.dockerPath)) {
          this.configs.clear();
          this.schedule();
        }
      }),
    );
    own.add(toDisposable(() => this.close()));
    this.follow();
    this.look();
  }

  /** Aborts when the window closes. */
  get closed(): AbortSignal {
    return this.closing.signal;
  }

  async deploy(argument: unknown): Promise<void> {
    await deployStack(this, argument);
    this.schedule();
  }

  async compare(argument: unknown): Promise<void> {
    await compareStack(this, argument);
  }

  /** Writes down whether the tree is grouped by stack, where the setting stands now. */
  async group(on: boolean): Promise<void> {
    const configuration = vscode.workspace.getConfiguration();
    const { workspaceValue } = configuration.inspect(SETTINGS.groupByStack) ?? {};
    const { Global, Workspace } = vscode.ConfigurationTarget;
    await configuration.update(
      SETTINGS.groupByStack,
      on,
      workspaceValue === undefined ? Global : Workspace,
    );
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const file = readCompose(document.getText());
    const target = this.targetOf(document, file);
    const standing = target && this.standingOf(document, target);
    return stackLenses(file, standing).map(
      ({ span, title, act }) =>
        new vscode.CodeLens(rangeOf(document, span), {
          title,
          command: COMMANDS[act],
          arguments: [document.uri],
        }),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.sides.text(uri);
  }

  /** What the file of a document is compared with. */
  targetOf(document: vscode.TextDocument, file?: ComposeFile): StackTarget | undefined {
    return stackTarget(this.context, this.memory, document, file);
  }

  dispose(): void {
    this.own.dispose();
  }

  private standingOf(
    document: vscode.TextDocument,
    { stack, swarm: { snapshot, connection } }: StackTarget,
  ): StackStanding {
    return {
      swarm: connection.name,
      stack,
      running: stackServices(snapshot, stack),
      comparison: this.comparisonOf(document, { stack, snapshot }),
      isDirty: document.isDirty,
    };
  }

  /** Asks the CLI where it was not asked since the file was saved. */
  private comparisonOf(
    { uri: { fsPath } }: vscode.TextDocument,
    { stack, snapshot }: Pick<StackTarget, 'stack'> & Pick<StackTarget['swarm'], 'snapshot'>,
  ): StackComparison | NotCompared {
    if (!vscode.workspace.isTrusted) {
      return 'untrusted';
    }
    const config = this.configs.known(fsPath);
    if (config === undefined) {
      void this.configs.look(fsPath).then(({ kind }) => {
        if (kind !== 'cancelled') {
          this.lensEmitter.fire();
        }
      });
      return 'running';
    }
    switch (config.kind) {
      case 'cancelled':
        return 'running';
      case 'output':
        try {
          return compareStacks(config.text, snapshot, stack);
        } catch {
          return 'refused';
        }
      default:
        return config.kind;
    }
  }

  private forget(document: vscode.TextDocument): void {
    if (isComposeFile(document)) {
      this.configs.forget(document.uri.fsPath);
      this.schedule();
    }
  }

  private scheduleFor(document: vscode.TextDocument): void {
    if (!document.isDirty) {
      // Read anew: another program wrote it.
      this.forget(document);
    } else if (isComposeFile(document)) {
      this.schedule();
    }
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.look();
      this.lensEmitter.fire();
    }, COALESCE_MS);
  }

  /** A swarm is followed while a compose file shows what runs in it. */
  private follow(): void {
    this.context.swarms.setVisible(
      'compose',
      vscode.window.visibleTextEditors.some(({ document }) => isComposeFile(document)),
    );
  }

  /** Problems of the open files, and comparisons that are shown. */
  private look(): void {
    this.problems.clear();
    for (const document of vscode.workspace.textDocuments.filter(isComposeFile)) {
      const file = readCompose(document.getText());
      const target = this.targetOf(document, file);
      if (target !== undefined) {
        this.problems.set(document.uri, diagnosticsOf(document, file, target));
        this.renewSides(document, target);
      }
    }
  }

  private renewSides(document: vscode.TextDocument, { stack, swarm }: StackTarget): void {
    const config = this.configs.known(document.uri.fsPath);
    if (config?.kind === 'output') {
      this.sides.renew(document.uri, swarm.connection, () =>
        compareStacks(config.text, swarm.snapshot, stack),
      );
    }
  }

  private close(): void {
    clearTimeout(this.timer);
    this.closing.abort();
    this.configs.clear();
    this.context.swarms.setVisible('compose', false);
  }
}

function diagnosticsOf(
  document: vscode.TextDocument,
  file: ComposeFile,
  { stack, swarm: { snapshot, connection } }: StackTarget,
): vscode.Diagnostic[] {
  const found = diagnoseCompose(file, { snapshot, swarm: connection.name, stack });
  return found.map(({ span, message, code }) => {
    const diagnostic = new vscode.Diagnostic(
      rangeOf(document, span),
      toPlainLine(message, 600),
      vscode.DiagnosticSeverity.Error,
    );
    diagnostic.source = 'Swarmscope';
    diagnostic.code = code;
    return diagnostic;
  });
}

function rangeOf(document: vscode.TextDocument, { start, end }: Span): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
