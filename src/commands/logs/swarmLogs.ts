import * as vscode from 'vscode';
import { systemClock } from '../../common/clock';
import { DisposableStore, type Disposable } from '../../common/disposable';
import { SwarmscopeError } from '../../common/errors';
import { CONTEXT_KEYS, DOCUMENT_SCHEME } from '../../contributions';
import type { ReadOnlyFiles } from '../../documents/documentFiles';
import { logUriParts, parseLogUri, type LogAddress } from '../../logs/logAddress';
import type { Swarms } from '../../store/swarms';
import { connected } from '../commandContext';
import { LoopbackRelays } from '../loopbackRelay';
import { stateWhere } from '../stateWhere';
import { EndKeeper } from './endKeeper';
import { LogView } from './logView';
import { toEngineTime } from './sinceText';
import { tasksOf } from './tasksOf';

/** After a reload the connection comes back first; a log waits so long for it, in milliseconds. */
const CONNECTION_MS = 15_000;

/** Read-only documents with logs, live while they have a tab; and the relays to published ports. */
export class SwarmLogs implements ReadOnlyFiles, Disposable {
  readonly relays: LoopbackRelays;
  private readonly own = new DisposableStore();
  private readonly changeEmitter = this.own.add(
    new vscode.EventEmitter<vscode.FileChangeEvent[]>(),
  );
  /** By the address of their document. */
  private readonly views = new Map<string, LogView>();
  private readonly ends = this.own.add(new EndKeeper());

  readonly onDidChangeFile = this.changeEmitter.event;

  constructor(private readonly swarms: Swarms) {
    this.relays = this.own.add(new LoopbackRelays(systemClock));
    this.own.add(
      swarms.onDidChange((connectionId) => {
        if (swarms.find(connectionId) === undefined) {
          this.relays.leave(connectionId);
        }
      }),
    );
    // VS Code keeps a document for minutes after its last tab was closed.
    this.own.add(
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) =>
        this.endHidden(closed.flatMap(uriOf)),
      ),
    );
    this.own.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.endHidden([uri])));
  }

  /** Opens the document of these logs, or brings it to the front. */
  async open(address: LogAddress): Promise<void> {
    const uri = vscode.Uri.from({ scheme: DOCUMENT_SCHEME, ...logUriParts(address) });
    this.viewOf(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document, { preview: false });
    this.ends.toEnd(editor);
  }

  /** The logs of a document that is open; those in front when none is named. */
  find(uri: unknown): LogView | undefined {
    const active = vscode.window.activeTextEditor?.document.uri;
    const wanted = uri instanceof vscode.Uri ? uri : active;
    return this.views.get(wanted?.toString() ?? '');
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const view = this.viewOf(uri);
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime: view.mtime,
      size: view.bytes.length,
      permissions: vscode.FilePermission.Readonly,
    };
  }

  readFile(uri: vscode.Uri): Uint8Array {
    return this.viewOf(uri).bytes;
  }

  dispose(): void {
    for (const view of this.views.values()) {
      view.dispose();
    }
    this.views.clear();
    this.own.dispose();
  }

  private viewOf(uri: vscode.Uri): LogView {
    const key = uri.toString();
    const known = this.views.get(key);
    if (known !== undefined) {
      return known;
    }
    const address = parseLogUri(uri.path, uri.query);
    if (address === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    const view = this.newView(uri, address);
    this.views.set(key, view);
    view.start();
    return view;
  }

  private newView(uri: vscode.Uri, address: LogAddress): LogView {
    const { connectionId, options } = address;
    const { follow, tail, stderrOnly } = options;
    const since = toEngineTime(options.since, systemClock.now());
    return new LogView(
      address,
      {
        look: async (signal) => {
          await this.settled(connectionId);
          return await tasksOf(address, connected(this.swarms.find(connectionId)), signal);
        },
        open: (id, wanted, signal) => {
          const engine = this.swarms.find(connectionId)?.engine;
          if (engine === undefined) {
            throw new SwarmscopeError('connection-lost');
          }
          return engine.logs({ kind: 'task', id }, wanted, signal);
        },
      },
      {
        follow,
        stderrOnly,
        ...(tail === undefined ? {} : { tail }),
        ...(since === undefined ? {} : { since }),
      },
      systemClock,
      {
        onChange: () => this.changeEmitter.fire([{ type: vscode.FileChangeType.Changed, uri }]),
        onLive: () => this.tellLive(),
      },
    );
  }

  private async settled(connectionId: string): Promise<void> {
    const store = this.swarms.find(connectionId);
    if (store !== undefined) {
      await stateWhere(store, ({ phase }) => phase !== 'connecting', CONNECTION_MS);
    }
  }

  /** Ends those of these documents that have no tab any more. */
  private endHidden(uris: readonly vscode.Uri[]): void {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const shown = new Set(tabs.flatMap(uriOf).map(String));
    for (const key of uris.map(String)) {
      const view = this.views.get(key);
      if (view !== undefined && !shown.has(key)) {
        this.views.delete(key);
        view.dispose();
        this.tellLive();
      }
    }
  }

  /** Which documents are read now, for the buttons of their editors. */
  private tellLive(): void {
    const live = [...this.views].filter(([, view]) => view.isLive).map(([key]) => key);
    void vscode.commands.executeCommand('setContext', CONTEXT_KEYS.liveLogs, live);
  }
}

function uriOf({ input }: vscode.Tab): vscode.Uri[] {
  return input instanceof vscode.TabInputText ? [input.uri] : [];
}
