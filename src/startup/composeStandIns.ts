import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../common/disposable';
import { COMMANDS, COMPARISON_SCHEME, COMPOSE_FILES } from '../contributions';

/**
 * Stands in for what the product knows of compose files until a swarm is connected and one is open:
 * offers to deploy them, and says of a comparison from before that it must be made again.
 */
export function composeStandIns(): Disposable {
  const own = new DisposableStore();
  own.add(vscode.languages.registerCodeLensProvider(COMPOSE_FILES, { provideCodeLenses }));
  own.add(
    vscode.workspace.registerTextDocumentContentProvider(COMPARISON_SCHEME, {
      provideTextDocumentContent: () => `# ${vscode.l10n.t('Compare the file again to see this.')}`,
    }),
  );
  return own;
}

function provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
  const at = document.getText().search(/^services[ \t]*:/m);
  if (at < 0) {
    return [];
  }
  const place = document.positionAt(at);
  return [
    new vscode.CodeLens(new vscode.Range(place, place), {
      title: `$(rocket)\u{A0}${vscode.l10n.t('Deploy stack…')}`,
      command: COMMANDS.deployStack,
      arguments: [document.uri],
    }),
  ];
}
