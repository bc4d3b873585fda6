import * as vscode from 'vscode';
import type { Disposable } from '../common/disposable';
import type { SwarmMark } from './treeNode';

/** Scheme of the addresses that only carry a swarm's colour to VS Code. */
const MARK_SCHEME = 'swarmscope-mark';

const COLORS: Readonly<Record<SwarmMark, string>> = {
  blue: 'charts.blue',
  green: 'charts.green',
  // charts.orange is see-through in VS Code's own dark themes.
  orange: 'symbolIcon.classForeground',
  purple: 'charts.purple',
  red: 'charts.red',
  yellow: 'charts.yellow',
};

/** The address that makes a row wear a swarm's colour. */
export function swarmMarkUri(mark: SwarmMark, rowId: string): vscode.Uri {
  return vscode.Uri.from({ scheme: MARK_SCHEME, authority: mark, path: `/${rowId}` });
}

/** Draws the colour marks: the label coloured, a dot at its end. */
export function registerMarkDecorations(): Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration({ scheme, authority }) {
      const color = scheme === MARK_SCHEME ? COLORS[authority as SwarmMark] : undefined;
      return color === undefined
        ? undefined
        : { badge: '●', color: new vscode.ThemeColor(color), propagate: false };
    },
  });
}
