import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { DisposableStore, toDisposable, type Disposable } from '../common/disposable';
import { toSwarmscopeError } from '../common/errors';
import { errorLine } from '../common/errorText';
import { DOCUMENT_SCHEME } from '../contributions';
import type { Engine } from '../docker/engine';
import type { ObjectReference } from '../model/objectReference';
import type { SwarmState } from '../store/swarmState';
import type { Swarms } from '../store/swarms';
import { documentPath, parseDocumentPath, type DocumentAddress } from './documentAddress';
import { documentText } from './documentText';

/** After a reload the connection comes back first; a document waits so long for it. */
const CONNECTION_MS = 15_000;
/** Changes of the swarm within this time make one look. */
const COALESCE_MS = 300;

interface Shown {
  readonly text: string;
  readonly mtime: number;
}

type ConnectedState = Extract<SwarmState, { phase: 'connected' }>;

/** What of a file system read-only documents need. */
type InspectFiles = Pick<
  vscode.FileSystemProvider,
  'onDidChangeFile' | 'watch' | 'stat' | 'readFile'
>;

/** Read-only documents with the masked JSON of one object each, kept current while they are open. */
export class InspectFileSystem implements InspectFiles, Disposable {
  private readonly disposables = new DisposableStore();
  private readonly changeEmitter: vscode.EventEmitter<vscode.FileChangeEvent[]>;
  private readonly shown = new Map<string, Shown>();
  private readonly watched = new Map<string, number>();
  /** By connection. */
  private readonly refreshTimers = new Map<string, NodeJS.Timeout>();

  readonly onDidChangeFile: vscode.Event<vscode.FileChangeEvent[]>;

  constructor(
    private readonly swarms: Pick<Swarms, 'watch' | 'onDidChange'>,
    /** Hears whether a document is open, so that its swarm is followed for it. */
    private readonly onDidChangeOpen: (
      document: string,
      open: boolean,
      connectionId: string | undefined,
    ) => void,
  ) {
    this.changeEmitter = this.disposables.add(new vscode.EventEmitter());
    this.onDidChangeFile = this.changeEmitter.event;
    this.disposables.add(swarms.onDidChange((id) => this.scheduleRefresh(id)));
    this.disposables.add(
      toDisposable(() => this.refreshTimers.forEach((timer) => clearTimeout(timer))),
    );
  }

  /**
   * Opens an object of a connection's swarm, or brings its open document to the front.
   * @throws SwarmscopeError as `Engine.inspect` does.
   */
  async open(connectionId: string, object: ObjectReference): Promise<void> {
    const { state, engine } = this.swarms.watch(connectionId);
    if (state.phase === 'disconnected') {
      return;
    }
    const address = { ...object, connectionId };
    const path = documentPath(address, object.name);
    const uri = vscode.Uri.from({ scheme: DOCUMENT_SCHEME, path });
    if (state.phase === 'connected' && engine !== undefined && !this.shown.has(uri.toString())) {
      // Read here, a failure keeps its code; VS Code would wrap it in words of its own.
      this.keep(uri, await this.read(address, state, engine));
    }
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: false });
  }

  watch(uri: vscode.Uri): vscode.Disposable {
    const key = uri.toString();
    const connectionId = parseDocumentPath(uri.path)?.connectionId;
    this.watched.set(key, (this.watched.get(key) ?? 0) + 1);
    this.onDidChangeOpen(key, true, connectionId);
    return new vscode.Disposable(() => {
      const left = (this.watched.get(key) ?? 1) - 1;
      if (left > 0) {
        this.watched.set(key, left);
      } else {
        this.watched.delete(key);
        this.shown.delete(key);
        this.onDidChangeOpen(key, false, connectionId);
      }
    });
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { text, mtime } = await this.show(uri);
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime,
      size: Buffer.byteLength(text),
      permissions: vscode.FilePermission.Readonly,
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return Buffer.from((await this.show(uri)).text, 'utf8');
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private async show(uri: vscode.Uri): Promise<Shown> {
    const known = this.shown.get(uri.toString());
    return known ?? this.keep(uri, await this.load(uri));
  }

  private keep(uri: vscode.Uri, text: string): Shown {
    const shown = { text, mtime: Date.now() };
    this.shown.set(uri.toString(), shown);
    return shown;
  }

  private async load(uri: vscode.Uri): Promise<string> {
    const address = parseDocumentPath(uri.path);
    if (address === undefined) {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    const state = await this.connectedTo(address);
    const { engine } = this.swarms.watch(address.connectionId);
    if (state === undefined || engine === undefined) {
      throw vscode.FileSystemError.Unavailable(
        l10n.t('Connect to its swarm manager to see this object.'),
      );
    }
    try {
      return await this.read(address, state, engine);
    } catch (thrown) {
      const error = toSwarmscopeError(thrown);
      if (error.code === 'not-found') {
        throw vscode.FileSystemError.FileNotFound(
          l10n.t('The {0} is no longer part of the swarm.', address.kind),
        );
      }
      throw vscode.FileSystemError.Unavailable(errorLine(error, { swarm: state.connection.name }));
    }
  }

  private async read(
    { kind, id }: DocumentAddress,
    { connection, snapshot }: ConnectedState,
    engine: Engine,
  ): Promise<string> {
    const raw = await engine.inspect(kind, id);
    const { nodeId } = snapshot.info.swarm;
    return documentText(raw, {
      kind,
      swarm: connection.name,
      seenFrom: snapshot.nodes.get(nodeId)?.hostname ?? snapshot.info.engineName,
    });
  }

  /** The state once it is connected to the document's connection; undefined when that takes too long. */
  private connectedTo({ connectionId }: DocumentAddress): Promise<ConnectedState | undefined> {
    const swarm = this.swarms.watch(connectionId);
    const fitting = (state: SwarmState): ConnectedState | undefined =>
      state.phase === 'connected' ? state : undefined;
    const now = fitting(swarm.state);
    if (now !== undefined) {
      return Promise.resolve(now);
    }
    return new Promise((resolve) => {
      const finish = (state: ConnectedState | undefined): void => {
        clearTimeout(timer);
        subscription.dispose();
        resolve(state);
      };
      const timer = setTimeout(() => finish(undefined), CONNECTION_MS);
      const subscription = swarm.onDidChange((state) => {
        const found = fitting(state);
        if (found !== undefined || state.phase === 'failed') {
          finish(found);
        }
      });
    });
  }

  private scheduleRefresh(connectionId: string): void {
    if (this.watched.size > 0 && !this.refreshTimers.has(connectionId)) {
      const timer = setTimeout(() => {
        this.refreshTimers.delete(connectionId);
        void this.refresh(connectionId);
      }, COALESCE_MS);
      this.refreshTimers.set(connectionId, timer);
    }
  }

  private async refresh(connectionId: string): Promise<void> {
    const { state, engine } = this.swarms.watch(connectionId);
    if (state.phase !== 'connected' || engine === undefined) {
      return;
    }
    await Promise.all(
      [...this.watched.keys()].map((key) => this.refreshOne(vscode.Uri.parse(key), state, engine)),
    );
  }

  private async refreshOne(uri: vscode.Uri, state: ConnectedState, engine: Engine): Promise<void> {
    const address = parseDocumentPath(uri.path);
    if (address === undefined || address.connectionId !== state.connection.id) {
      return;
    }
    try {
      const text = await this.read(address, state, engine);
      const old = this.shown.get(uri.toString());
      if (this.watched.has(uri.toString()) && old?.text !== text) {
        this.keep(uri, text);
        this.changeEmitter.fire([{ type: vscode.FileChangeType.Changed, uri }]);
      }
    } catch (error) {
      // A lost engine keeps what is shown; a removed object is shown as deleted, as a file would be.
      if (toSwarmscopeError(error).code === 'not-found') {
        this.shown.delete(uri.toString());
        this.changeEmitter.fire([{ type: vscode.FileChangeType.Deleted, uri }]);
      }
    }
  }
}
