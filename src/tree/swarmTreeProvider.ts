import * as vscode from 'vscode';
import type { Clock } from '../common/clock';
import { DisposableStore, type Disposable } from '../common/disposable';
import type { SwarmscopeError } from '../common/errors';
import type { ErrorDescription } from '../common/errorText';
import type { Swarms } from '../store/swarms';
import { buildTree } from './buildTree';
import { ShownTree } from './shownTree';
import { toTooltip, toTreeItem } from './toTreeItem';
import type { TreeOptions } from './swarmNode';
import type { TreeNode } from './treeNode';

/** What the provider needs besides the store. */
export interface SwarmTreeOptions {
  readonly clock: Clock;
  /** The sentences for a person. */
  readonly describeError: (error: SwarmscopeError) => ErrorDescription;
}

/** While the engine does not answer the row of the swarm says for how long. */
const AGE_EVERY_MS = 5_000;
/**
 * A row that changes while VS Code is about to draw the rows below it keeps the old ones (seen in 1.139):
 * its change is told once more after this time.
 */
const EXPANDING_MS = 1_000;

/** Hands the tree of all open swarms to VS Code and names the smallest rows that changed. */
export class SwarmTreeProvider implements vscode.TreeDataProvider<TreeNode>, Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changeEmitter: vscode.EventEmitter<TreeNode | TreeNode[] | undefined>;
  private readonly shown: ShownTree;
  private ageTimer: Disposable | undefined;
  /** When the rows below a row were asked for last, by its id. */
  private readonly askedAt = new Map<string, number>();
  private again: Disposable | undefined;
  private groups: TreeOptions['groups'];
  private stacked = false;

  readonly onDidChangeTreeData: vscode.Event<TreeNode | TreeNode[] | undefined>;

  constructor(
    private readonly swarms: Pick<Swarms, 'states' | 'onDidChange'>,
    private readonly options: SwarmTreeOptions,
  ) {
    this.changeEmitter = this.disposables.add(new vscode.EventEmitter());
    this.onDidChangeTreeData = this.changeEmitter.event;
    this.shown = new ShownTree(this.build());
    this.disposables.add(swarms.onDidChange(() => this.update()));
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return toTreeItem(this.shown.latestOf(node));
  }

  getChildren(node?: TreeNode): TreeNode[] {
    if (node !== undefined) {
      this.askedAt.set(node.id, this.options.clock.now());
    }
    return this.shown.childrenOf(node);
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return this.shown.parentOf(node);
  }

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const tooltip = toTooltip(this.shown.latestOf(node));
    if (tooltip !== undefined) {
      item.tooltip = tooltip;
    }
    return item;
  }

  /** Puts what belongs to a stack below it, or not. */
  async groupByStack(on: boolean): Promise<void> {
    this.stacked = on;
    const groups = on ? (await import('./stackNodes')).stackedGroups : undefined;
    if (on === this.stacked && groups !== this.groups) {
      this.groups = groups;
      this.update();
    }
  }

  dispose(): void {
    this.again?.dispose();
    this.ageTimer?.dispose();
    this.disposables.dispose();
  }

  private build(): readonly TreeNode[] {
    return buildTree(this.swarms.states, {
      now: this.options.clock.now(),
      groups: this.groups,
      describeError: this.options.describeError,
    });
  }

  private update(): void {
    this.ageTimer?.dispose();
    const lost = this.swarms.states.some(
      (state) => state.phase === 'connected' && state.lost !== undefined,
    );
    if (lost) {
      this.ageTimer = this.options.clock.after(AGE_EVERY_MS, () => this.update());
    }
    const changed = this.shown.update(this.build());
    if (changed === 'all') {
      this.changeEmitter.fire(undefined);
    } else if (changed.length > 0) {
      this.changeEmitter.fire([...changed]);
      this.fireAgain(changed);
    }
  }

  private fireAgain(changed: readonly TreeNode[]): void {
    const { clock } = this.options;
    const now = clock.now();
    const young = changed.filter(({ id }) => now - (this.askedAt.get(id) ?? 0) < EXPANDING_MS);
    this.askedAt.clear();
    if (young.length > 0) {
      this.again?.dispose();
      this.again = clock.after(EXPANDING_MS, () => this.changeEmitter.fire([...young]));
    }
  }
}
