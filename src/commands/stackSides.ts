import path from 'node:path';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../common/disposable';
import { COMPARISON_SCHEME } from '../contributions';
import type { ConnectionEntry } from '../docker/target';
import { comparisonSides, type StackComparison } from '../stacks/compareStacks';

/** The addresses of a comparison's two sides. */
export interface SideUris {
  readonly running: vscode.Uri;
  readonly wanted: vscode.Uri;
}

/** The read-only documents of comparisons: what runs, and what the file asks for. */
export class StackSides implements Disposable {
  private readonly own = new DisposableStore();
  private readonly changeEmitter = this.own.add(new vscode.EventEmitter<vscode.Uri>());
  private readonly texts = new Map<string, string>();

  readonly onDidChange = this.changeEmitter.event;

  constructor() {
    this.own.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.texts.delete(uri.toString())),
    );
  }

  /** Takes a comparison in and gives the addresses where it can be read. */
  show(
    file: vscode.Uri,
    { id, name }: Pick<ConnectionEntry, 'id' | 'name'>,
    comparison: StackComparison,
  ): SideUris {
    const uris = sideUris(file, id);
    const sides = comparisonSides(comparison, { swarm: name, file: path.basename(file.fsPath) });
    this.set(uris.running, sides.running);
    this.set(uris.wanted, sides.wanted);
    return uris;
  }

  /** Shows a comparison anew where it is shown. */
  renew(
    file: vscode.Uri,
    connection: Pick<ConnectionEntry, 'id' | 'name'>,
    compare: () => StackComparison,
  ): void {
    if (this.texts.has(sideUris(file, connection.id).running.toString())) {
      this.show(file, connection, compare());
    }
  }

  /** The text of one side. */
  text(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  dispose(): void {
    this.own.dispose();
  }

  private set(uri: vscode.Uri, text: string): void {
    const key = uri.toString();
    if (this.texts.get(key) !== text) {
      this.texts.set(key, text);
      this.changeEmitter.fire(uri);
    }
  }
}

function sideUris(file: vscode.Uri, connectionId: string): SideUris {
  const side = (name: string): vscode.Uri =>
    vscode.Uri.from({
      scheme: COMPARISON_SCHEME,
      path: `/${name}/${path.basename(file.path)}`,
      query: JSON.stringify([file.toString(), connectionId]),
    });
  return { running: side('running'), wanted: side('file') };
}
