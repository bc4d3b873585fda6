import * as vscode from 'vscode';
import { DisposableStore, toDisposable, type Disposable } from '../common/disposable';

/** What documents are read from once the product is loaded. */
export type LoadedFileSystem = Pick<
  vscode.FileSystemProvider,
  'onDidChangeFile' | 'watch' | 'stat' | 'readFile'
> &
  Partial<Pick<vscode.FileSystemProvider, 'writeFile'>>;

/** Stands in for documents until one is read, which loads the product. */
export class LazyFileSystem implements vscode.FileSystemProvider, Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changeEmitter = this.disposables.add(
    new vscode.EventEmitter<vscode.FileChangeEvent[]>(),
  );
  private readonly opening = new Set<{ readonly uri: vscode.Uri; watch?: vscode.Disposable }>();
  private loaded: LoadedFileSystem | undefined;

  readonly onDidChangeFile = this.changeEmitter.event;

  constructor(private readonly load: () => Promise<LoadedFileSystem>) {}

  watch(
    uri: vscode.Uri,
    options: Parameters<LoadedFileSystem['watch']>[1] = { recursive: false, excludes: [] },
  ): vscode.Disposable {
    const opened: { readonly uri: vscode.Uri; watch?: vscode.Disposable } = { uri };
    this.opening.add(opened);
    const start = (files: LoadedFileSystem): void => {
      if (this.opening.has(opened)) {
        opened.watch = files.watch(uri, options);
      }
    };
    if (this.loaded === undefined) {
      // Reading the document, which follows, says what went wrong.
      void this.files().then(start, () => undefined);
    } else {
      start(this.loaded);
    }
    return toDisposable(() => {
      this.opening.delete(opened);
      opened.watch?.dispose();
    });
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    return await (await this.files()).stat(uri);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return await (await this.files()).readFile(uri);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  async writeFile(
    ...[uri, ...rest]: Parameters<vscode.FileSystemProvider['writeFile']>
  ): Promise<void> {
    const files = await this.files();
    if (files.writeFile === undefined) {
      throw vscode.FileSystemError.NoPermissions(uri);
    }
    await files.writeFile(uri, ...rest);
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async files(): Promise<LoadedFileSystem> {
    const files = await this.load();
    if (this.loaded === undefined) {
      this.loaded = files;
      this.disposables.add(
        files.onDidChangeFile((changes) => this.changeEmitter.fire([...changes])),
      );
    }
    return files;
  }
}
