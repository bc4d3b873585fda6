import path from 'node:path';
import * as vscode from 'vscode';
import { COMPOSE_FILES } from '../contributions';
import { stackServices } from '../stacks/runningStack';
import { readCompose, type ComposeFile } from '../stacks/composeFile';
import { defaultStackName } from '../stacks/stackName';
import { connected, type CommandContext, type ConnectedSwarm } from './commandContext';
import type { StackMemory } from './stackMemory';

/** The stack that a compose file stands for, and where. */
export interface StackTarget {
  readonly stack: string;
  readonly swarm: ConnectedSwarm;
}

/** True for a file that can be deployed as a stack. */
export function isComposeFile(document: vscode.TextDocument): boolean {
  return vscode.languages.match(COMPOSE_FILES, document) > 0;
}

/** The compose file that a menu, a line above the code or the editor in front means. */
export async function composeDocument(argument: unknown): Promise<vscode.TextDocument | undefined> {
  if (argument instanceof vscode.Uri) {
    return await vscode.workspace.openTextDocument(argument);
  }
  const document = vscode.window.activeTextEditor?.document;
  return document !== undefined && isComposeFile(document) ? document : undefined;
}

/** The name that a file's stack had last, or would get. */
export function stackNameOf(
  document: vscode.TextDocument,
  { name }: ComposeFile,
  memory: StackMemory,
): string {
  const folder = path.basename(path.dirname(document.uri.fsPath));
  return memory.find(document.uri.toString())?.stack ?? defaultStackName(name, folder);
}

/**
 * The stack of a file where it was deployed last; else in the only connected swarm, or in the only
 * one that runs a stack of that name.
 */
export function stackTarget(
  { swarms }: Pick<CommandContext, 'swarms'>,
  memory: StackMemory,
  document: vscode.TextDocument,
  file: ComposeFile = readCompose(document.getText()),
): StackTarget | undefined {
  const stack = stackNameOf(document, file, memory);
  const all = swarms.open.flatMap(({ store }) => connected(store) ?? []);
  const place = memory.find(document.uri.toString());
  const last = all.find(({ connection }) => connection.id === place?.connectionId);
  const running = all.filter(({ snapshot }) => stackServices(snapshot, stack).size > 0);
  const candidates = all.length === 1 ? all : running;
  const swarm = last ?? (candidates.length === 1 ? candidates[0] : undefined);
  return swarm === undefined ? undefined : { stack, swarm };
}
