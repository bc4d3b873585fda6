import * as vscode from 'vscode';
import { randomUUID } from 'node:crypto';
import { DisposableStore, type Disposable } from '../../common/disposable';
import { specText } from './specText';

/** Scheme of the two sides of a difference; they live as long as their tab. */
const SCHEME = 'swarmscope-spec';

/** One side of a difference: JSON, shown with environment values masked. */
export interface SpecSide {
  readonly spec: object;
  /** File name of the tab, without its ending. */
  readonly name: string;
}

/** Shows two specs in a diff editor; disposing what it gives closes the tab. */
export async function showSpecDifference(
  left: SpecSide,
  right: SpecSide,
  title: string,
): Promise<Disposable> {
  const own = new DisposableStore();
  const token = randomUUID();
  const uriOf = (side: string, name: string): vscode.Uri =>
    vscode.Uri.from({ scheme: SCHEME, path: `/${token}/${side}/${fileName(name)}.json` });
  const leftUri = uriOf('left', left.name);
  const rightUri = uriOf('right', right.name);
  const texts = new Map([
    [leftUri.path, specText(left.spec, right.spec)],
    [rightUri.path, specText(right.spec, left.spec)],
  ]);
  own.add(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: ({ path }) => texts.get(path),
    }),
  );
  const isOurs = ({ input }: vscode.Tab): boolean =>
    input instanceof vscode.TabInputTextDiff && input.modified.path === rightUri.path;
  own.add(
    vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      if (closed.some(isOurs)) {
        own.dispose();
      }
    }),
  );
  await vscode.commands.executeCommand('vscode.diff', leftUri, rightUri, title, { preview: false });
  return {
    dispose: () => {
      const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs.filter(isOurs));
      void vscode.window.tabGroups.close(tabs);
    },
  };
}

function fileName(name: string): string {
  return name.replaceAll(/[^\w.-]+/g, '_').slice(0, 80) || 'spec';
}
