import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../common/disposable';
import { toSwarmscopeError } from '../common/errors';
import { errorLine } from '../common/errorText';
import { toPlainLine } from '../common/text';
import { SERVICE_SCHEME } from '../contributions';
import type { ServiceState } from '../docker/engine';
import { serviceYamlText } from '../serviceYaml/serviceYamlText';
import { fromServiceBody } from '../spec/readServiceDraft';
import type { ServiceDraft } from '../spec/serviceDraft';
import { clusterOf, connected, type CommandContext, type ConnectedSwarm } from './commandContext';
import { readKeptService, type KeptService } from './keptService';
import { parseServicePath, servicePath, type ServiceAddress } from './serviceAddress';
import { stateWhere } from './stateWhere';
import { SwarmLists } from './swarmLists';

/** After a reload the connection comes back first; a document waits so long for it. */
const CONNECTION_MS = 15_000;
/** What is typed is kept so long after the last key, in milliseconds. */
const KEEP_MS = 300;

/** What is known of an open document. */
export interface ServiceSession {
  readonly uri: vscode.Uri;
  readonly address: ServiceAddress;
  readonly lists: SwarmLists;
  /** The service that editing began with; undefined for a new one. */
  base: ServiceState | undefined;
  /** What the document read when editing began. */
  pristine: string;
  /** What the document reads now. */
  text: string;
  mtime: number;
  registryAuth: boolean;
  /** Cluster id of the swarm that a new service was begun for, where it is known. */
  cluster: string | undefined;
  /** The registry that sending this machine's login was switched on for, for the next change. */
  loginFor: string | undefined;
}

type Files = Pick<
  vscode.FileSystemProvider,
  'onDidChangeFile' | 'watch' | 'stat' | 'readFile' | 'writeFile'
>;

/**
 * Services as documents. Saving keeps the text in VS Code's secret storage, as every pause in typing
 * does: it holds environment values and goes to no file of ours. Only "Apply" changes the swarm.
 */
export class ServiceDocuments implements Files, Disposable {
  private readonly own = new DisposableStore();
  private readonly changeEmitter = this.own.add(
    new vscode.EventEmitter<vscode.FileChangeEvent[]>(),
  );
  private readonly sessions = new Map<string, Promise<ServiceSession>>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly shown = new Map<string, { readonly text: string; readonly mtime: number }>();
  private clock = 1;

  readonly onDidChangeFile = this.changeEmitter.event;

  constructor(private readonly context: CommandContext) {
    this.own.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.scheme === SERVICE_SCHEME) {
          this.keepSoon(document);
        }
      }),
    );
    this.own.add(
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (document.uri.scheme === SERVICE_SCHEME) {
          this.leave(document);
        }
      }),
    );
    this.own.add({ dispose: () => this.timers.forEach((timer) => clearTimeout(timer)) });
  }

  /** What is known of a document that is being edited; undefined for any other. */
  sessionOf(uri: vscode.Uri): Promise<ServiceSession> | undefined {
    const address = uri.scheme === SERVICE_SCHEME ? parseServicePath(uri.path) : undefined;
    if (address?.kind !== 'service' && address?.kind !== 'new') {
      return undefined;
    }
    const key = uri.toString();
    let session = this.sessions.get(key);
    if (session === undefined) {
      session = this.begin(uri, address);
      this.sessions.set(key, session);
      session.catch(() => this.sessions.delete(key));
    }
    return session;
  }

  /** The address of a document for a draft of a new service, which it then shows. */
  async createNew(
    { connection, snapshot }: ConnectedSwarm,
    draft: ServiceDraft,
    registryAuth: boolean,
  ): Promise<vscode.Uri> {
    const connectionId = connection.id;
    const cluster = clusterOf(snapshot);
    const name = draft.name === '' ? 'service' : draft.name;
    for (let number = 1; ; number += 1) {
      const id = number === 1 ? name : `${name}-${number}`;
      const address: ServiceAddress = { connectionId, kind: 'new', id };
      const uri = vscode.Uri.from({ scheme: SERVICE_SCHEME, path: servicePath(address, id) });
      const isTaken =
        this.sessions.has(uri.toString()) ||
        (await this.context.drafts.load(formOf(address), connectionId)) !== undefined;
      if (!isTaken) {
        const text = serviceYamlText(draft, this.heading(address, name));
        const kept: KeptService = {
          text,
          pristine: text,
          registryAuth,
          ...(cluster === undefined ? {} : { cluster }),
        };
        await this.context.drafts.save(formOf(address), connectionId, kept);
        return uri;
      }
    }
  }

  /** Shows a text that nobody edits: what runs now, or a command. */
  show(address: ServiceAddress, name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: SERVICE_SCHEME, path: servicePath(address, name) });
    this.shown.set(uri.toString(), { text, mtime: (this.clock += 1) });
    this.changeEmitter.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    return uri;
  }

  /** A service as it runs now, as a document reads it. */
  textOf(session: ServiceSession, state: ServiceState): string {
    const draft = fromServiceBody(state.spec, session.lists.names);
    return serviceYamlText(draft, this.heading(session.address, draft.name));
  }

  /** Begins anew from what runs, or after an apply; the kept text goes. */
  async settle(session: ServiceSession, base: ServiceState, text: string): Promise<void> {
    this.stopTimer(session.uri);
    session.base = base;
    session.pristine = text;
    session.text = text;
    session.loginFor = undefined;
    await this.context.drafts.clear(formOf(session.address), session.address.connectionId);
  }

  /** Reads a service anew when nothing was typed since it was read: it may have changed meanwhile. */
  async renew(session: ServiceSession, swarm: ConnectedSwarm): Promise<void> {
    if (session.text === session.pristine && session.address.kind === 'service') {
      await this.load(session, swarm);
      session.mtime = this.clock += 1;
      this.changeEmitter.fire([{ type: vscode.FileChangeType.Changed, uri: session.uri }]);
    }
  }

  /** Forgets a document that has done its duty. */
  async forget({ uri, address }: ServiceSession): Promise<void> {
    this.stopTimer(uri);
    this.sessions.delete(uri.toString());
    await this.context.drafts.clear(formOf(address), address.connectionId);
  }

  /** Keeps what a document reads, now. */
  async keep(session: ServiceSession, text: string): Promise<void> {
    session.text = text;
    const { address, base, pristine, registryAuth, cluster } = session;
    const form = formOf(address);
    if (text === pristine && address.kind === 'service') {
      await this.context.drafts.clear(form, address.connectionId);
      return;
    }
    const kept: KeptService = {
      text,
      pristine,
      registryAuth,
      ...(base === undefined ? {} : { base }),
      ...(cluster === undefined ? {} : { cluster }),
    };
    await this.context.drafts.save(form, address.connectionId, kept);
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { text, mtime, isReadonly } = await this.read(uri);
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime,
      size: Buffer.byteLength(text),
      ...(isReadonly ? { permissions: vscode.FilePermission.Readonly } : {}),
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return Buffer.from((await this.read(uri)).text, 'utf8');
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const session = await this.sessionOf(uri);
    if (session === undefined) {
      throw vscode.FileSystemError.NoPermissions(uri);
    }
    this.stopTimer(uri);
    await this.keep(session, Buffer.from(content).toString('utf8'));
    session.mtime = this.clock += 1;
  }

  dispose(): void {
    this.own.dispose();
  }

  private async read(
    uri: vscode.Uri,
  ): Promise<{ readonly text: string; readonly mtime: number; readonly isReadonly: boolean }> {
    const session = this.sessionOf(uri);
    if (session !== undefined) {
      const { text, mtime } = await session;
      return { text, mtime, isReadonly: false };
    }
    const shown = this.shown.get(uri.toString());
    if (shown !== undefined) {
      return { ...shown, isReadonly: true };
    }
    const address = parseServicePath(uri.path);
    if (address?.kind !== 'running') {
      throw vscode.FileSystemError.FileNotFound(uri);
    }
    // The other side of a diff that was open when the window closed.
    const fresh = await this.begin(uri, { ...address, kind: 'service' }, { isFresh: true });
    return { text: fresh.pristine, mtime: fresh.mtime, isReadonly: true };
  }

  private async begin(
    uri: vscode.Uri,
    address: ServiceAddress,
    { isFresh = false } = {},
  ): Promise<ServiceSession> {
    const { connectionId, kind, id } = address;
    const store = this.context.swarms.watch(connectionId);
    const lists = new SwarmLists(
      () => connected(this.context.swarms.find(connectionId))?.snapshot,
      kind === 'service' ? id : undefined,
    );
    const session: ServiceSession = {
      uri,
      address,
      lists,
      base: undefined,
      pristine: '',
      text: '',
      mtime: (this.clock += 1),
      registryAuth: false,
      cluster: undefined,
      loginFor: undefined,
    };
    const kept = isFresh
      ? undefined
      : readKeptService(await this.context.drafts.load(formOf(address), connectionId));
    if (kept !== undefined) {
      Object.assign(session, kept);
      void this.refreshLater(session);
      return session;
    }
    await stateWhere(store, ({ phase }) => phase === 'connected', CONNECTION_MS);
    const swarm = connected(this.context.swarms.find(connectionId));
    if (kind === 'new' || swarm === undefined) {
      throw vscode.FileSystemError.Unavailable(
        kind === 'new'
          ? l10n.t('This draft is gone: it was deployed or never kept.')
          : l10n.t('Connect to its swarm manager to see this service.'),
      );
    }
    await this.load(session, swarm);
    return session;
  }

  private async load(session: ServiceSession, swarm: ConnectedSwarm): Promise<void> {
    try {
      await session.lists.refresh(swarm.engine);
      const base = await swarm.engine.serviceState(session.address.id);
      session.base = base;
      session.pristine = this.textOf(session, base);
      session.text = session.pristine;
    } catch (thrown) {
      const error = toSwarmscopeError(thrown);
      throw error.code === 'not-found'
        ? vscode.FileSystemError.FileNotFound(l10n.t('The service is no longer part of the swarm.'))
        : vscode.FileSystemError.Unavailable(errorLine(error, { swarm: swarm.connection.name }));
    }
  }

  /** A kept text is shown at once; what it is checked against comes when the swarm answers. */
  private async refreshLater({ address, lists }: ServiceSession): Promise<void> {
    const store = this.context.swarms.watch(address.connectionId);
    await stateWhere(store, ({ phase }) => phase === 'connected', CONNECTION_MS);
    const swarm = connected(this.context.swarms.find(address.connectionId));
    if (swarm !== undefined) {
      await lists.refresh(swarm.engine).catch(() => undefined);
    }
  }

  private heading({ connectionId, kind }: ServiceAddress, name: string): readonly string[] {
    const state = this.context.swarms.find(connectionId)?.state;
    const swarm =
      state === undefined || state.phase === 'disconnected' ? connectionId : state.connection.name;
    return (
      kind === 'new'
        ? [l10n.t('The new service "{0}" for "{1}".', name, swarm)]
        : [
            l10n.t('The service "{0}" of "{1}".', name, swarm),
            l10n.t('Fields of it that are not listed here stay as they are.'),
          ]
    ).map((line) => toPlainLine(line));
  }

  private keepSoon(document: vscode.TextDocument): void {
    const pending = this.sessionOf(document.uri);
    if (pending === undefined) {
      return;
    }
    this.stopTimer(document.uri);
    const timer = setTimeout(() => {
      void pending.then((session) => this.keep(session, document.getText()));
    }, KEEP_MS);
    this.timers.set(document.uri.toString(), timer);
  }

  /** What was typed stays kept; opened again, the rest is read anew. */
  private leave({ uri }: vscode.TextDocument): void {
    this.sessions.delete(uri.toString());
    this.shown.delete(uri.toString());
  }

  private stopTimer(uri: vscode.Uri): void {
    clearTimeout(this.timers.get(uri.toString()));
    this.timers.delete(uri.toString());
  }
}

function formOf({ kind, id }: ServiceAddress): string {
  return `serviceYaml:${kind}:${id}`;
}
