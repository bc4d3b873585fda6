import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../common/disposable';
import { isLogPath } from '../logs/logAddress';

/** What of a file system read-only documents need. */
export type ReadOnlyFiles = Pick<
  vscode.FileSystemProvider,
  'onDidChangeFile' | 'watch' | 'stat' | 'readFile'
>;

/** All documents of Swarmscope's scheme: inspected objects, and logs, which are loaded when first read. */
export class DocumentFiles implements ReadOnlyFiles, Disposable {
  private readonly own = new DisposableStore();
  private readonly changeEmitter = this.own.add(
    new vscode.EventEmitter<vscode.FileChangeEvent[]>(),
  );
  private logs: Promise<ReadOnlyFiles> | undefined;

  readonly onDidChangeFile = this.changeEmitter.event;

  constructor(
    private readonly objects: ReadOnlyFiles,
    private readonly loadLogs: () => Promise<ReadOnlyFiles>,
  ) {
    this.forward(objects);
  }

  watch(uri: vscode.Uri, options: Parameters<ReadOnlyFiles['watch']>[1]): vscode.Disposable {
    return isLogPath(uri.path)
      ? // A log tells of itself while it is open.
        new vscode.Disposable(() => {})
      : this.objects.watch(uri, options);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return await (await this.filesOf(uri)).stat(uri);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return await (await this.filesOf(uri)).readFile(uri);
  }

  dispose(): void {
    this.own.dispose();
  }

  private async filesOf(uri: vscode.Uri): Promise<ReadOnlyFiles> {
    if (!isLogPath(uri.path)) {
      return this.objects;
    }
    this.logs ??= this.loadLogs().then((files) => {
      this.forward(files);
      return files;
    });
    return await this.logs;
  }

  private forward(files: ReadOnlyFiles): void {
    this.own.add(files.onDidChangeFile((changes) => this.changeEmitter.fire([...changes])));
  }
}
