/**
 * Entry of the bundle with services as YAML documents, which is loaded when the first one opens.
 */
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../common/disposable';
import { toPlainLine } from '../common/text';
import { SERVICE_SCHEME } from '../contributions';
import type { ServiceBody } from '../docker/bodies';
import type { ServiceState } from '../docker/engine';
import { applyDraft } from '../spec/changeServiceBody';
import { fromServiceBody } from '../spec/readServiceDraft';
import { isSameJson } from '../spec/reapply';
import type { ServiceDraft } from '../spec/serviceDraft';
import { askApply, loginLines } from './applyReview';
import { changedFields } from './changedFields';
import { changeService, type ChangeOutcome } from './changeService';
import { chooseSwarm } from './chooseSwarm';
import { clusterOf, sameSwarm, type CommandContext, type ConnectedSwarm } from './commandContext';
import { confirmed } from './confirm';
import { createFromDraft } from './createFromDraft';
import type { DeployAnswers } from './deployAnswers';
import { commandLines, createWords } from './deployReview';
import { closeTab, replaceImage, replaceText } from './documentEdits';
import { isOfAnotherSwarm } from './drafts';
import { tellUnsent } from './formNotices';
import { guarded } from './guardAct';
import { listed } from './operate/blastText';
import { objectOrPick } from './pickObject';
import { pinned } from './pinnedImage';
import { loginForUpdate, type FoundLogin } from './registryLogin';
import { servicePath } from './serviceAddress';
import { ServiceDocuments, type ServiceSession } from './serviceDocuments';
import { ServiceLanguage, toRange } from './serviceLanguage';
import { readService } from './serviceReading';
import { stillThere } from './stillThere';
import { replacedTasks, updateLosses } from './updateLosses';
import { copyCommand } from './vscodeQuickUi';
import { watchDeploy } from './watchDeploy';

/** A document with what it says, when that can be sent. */
interface Ready {
  readonly session: ServiceSession;
  readonly document: vscode.TextDocument;
  readonly draft: ServiceDraft;
}

/** A change of a running service on its way. */
interface Sending {
  readonly base: ServiceState;
  readonly wanted: ServiceBody;
  /** What is sent with it; undefined leaves the service the login that it has. */
  readonly login: FoundLogin | undefined;
}

/** Services as YAML documents: opens, previews and applies them. */
export class ServiceEditor implements Disposable {
  readonly documents: ServiceDocuments;
  private readonly own = new DisposableStore();

  constructor(private readonly context: CommandContext) {
    this.documents = this.own.add(new ServiceDocuments(context));
    const language = this.own.add(new ServiceLanguage(this.documents));
    this.own.add(context.swarms.onDidChange(() => language.checkAll()));
  }

  dispose(): void {
    this.own.dispose();
  }

  /** Opens a running service; what was typed and not applied is there again. */
  async edit(argument: unknown): Promise<void> {
    const chosen = await objectOrPick(this.context, argument, {
      title: l10n.t('Edit Service as YAML'),
      toChange: true,
      kinds: ['service'],
    });
    if (chosen === undefined) {
      return;
    }
    const { object, swarm } = chosen;
    const address = { connectionId: swarm.connection.id, kind: 'service', id: object.id } as const;
    const uri = vscode.Uri.from({
      scheme: SERVICE_SCHEME,
      path: servicePath(address, object.name),
    });
    // Read here, a failure keeps its words; VS Code would wrap it in its own.
    const session = await this.documents.sessionOf(uri);
    if (session !== undefined) {
      await this.documents.renew(session, swarm);
    }
    await open(uri);
  }

  /** Opens what a form has gathered of a new service. */
  async editNew(
    swarm: ConnectedSwarm,
    { draft, registryAuth }: Pick<DeployAnswers, 'draft' | 'registryAuth'>,
  ): Promise<void> {
    await open(await this.documents.createNew(swarm, draft, registryAuth));
  }

  /** Shows what would change beside what runs now; for a new service its docker command. */
  async preview(argument: unknown): Promise<void> {
    const uri = uriOf(argument);
    const session = await (uri && this.documents.sessionOf(uri));
    if (session?.address.kind === 'new') {
      await this.showCommand(session);
      return;
    }
    const swarm = session && (await this.swarmOf(session));
    if (session !== undefined && swarm !== undefined) {
      await this.compare(session, await swarm.engine.serviceState(session.address.id));
    }
  }

  private async showCommand(session: ServiceSession): Promise<void> {
    const ready = await this.ready(session.uri);
    if (ready !== undefined) {
      const { draft } = ready;
      const words = createWords({ draft, registryAuth: session.registryAuth }, false);
      const text = `${commandLines(words).join(' \\\n  ')}\n`;
      const uri = this.documents.show({ ...session.address, kind: 'command' }, draft.name, text);
      await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside });
    }
  }

  /** Sends what the document says: creates the service, or changes it after a last look. */
  async apply(argument: unknown): Promise<void> {
    const ready = await this.ready(argument);
    const swarm = ready && (await this.swarmOf(ready.session));
    if (ready === undefined || swarm === undefined) {
      return;
    }
    await ready.session.lists.refresh(swarm.engine);
    if (ready.session.base === undefined) {
      if (await this.isMeantHere(ready, swarm)) {
        await this.create(ready, swarm);
      }
    } else {
      await this.update(ready, ready.session.base, swarm);
    }
  }

  /** Goes back to what runs now; undo brings the text back. */
  async reset(argument: unknown): Promise<void> {
    const uri = uriOf(argument);
    const session = await (uri && this.documents.sessionOf(uri));
    const swarm = session && (await this.swarmOf(session));
    if (session?.address.kind !== 'service' || swarm === undefined) {
      return;
    }
    const now = await swarm.engine.serviceState(session.address.id);
    const document = await vscode.workspace.openTextDocument(session.uri);
    const text = this.documents.textOf(session, now);
    await replaceText(document, text);
    await this.settle(session, now, text, document);
  }

  /** Asks before a new service goes to another swarm than the one that it was begun for. */
  private async isMeantHere({ session, draft }: Ready, swarm: ConnectedSwarm): Promise<boolean> {
    const here = clusterOf(swarm.snapshot);
    if (!isOfAnotherSwarm(session, here)) {
      return true;
    }
    const isMeant = await confirmed(this.context, swarm, {
      title: l10n.t('Apply'),
      question: l10n.t('Deploy "{0}" to "{1}"?', draft.name, swarm.connection.name),
      consequence: l10n.t('It was entered for another swarm, to which this connection led then.'),
      word: draft.name,
    });
    session.cluster = isMeant ? here : session.cluster;
    return isMeant;
  }

  private async create({ session, document, draft }: Ready, chosen: ConnectedSwarm): Promise<void> {
    const swarm = sameSwarm(this.context, chosen);
    const why = tellUnsent(this.context, chosen, swarm, draft.name);
    if (swarm === undefined || why !== undefined) {
      return;
    }
    const created = await createFromDraft(swarm, draft, session.lists.names, session.registryAuth);
    await document.save();
    await this.documents.forget(session);
    await closeTab(session.uri);
    await watchDeploy(this.context, swarm, { id: created.id, name: draft.name }, created.warnings);
  }

  private async update(ready: Ready, base: ServiceState, swarm: ConnectedSwarm): Promise<void> {
    const { session, draft } = ready;
    const { names } = session.lists;
    const before = fromServiceBody(base.spec, names);
    const wanted = applyDraft(base.spec, before, draft, names);
    if (isSameJson(wanted, base.spec)) {
      void vscode.window.showInformationMessage(
        l10n.t('There is nothing to apply: "{0}" is as the document says.', draft.name),
      );
      return;
    }
    const imageChanges = imageOf(wanted) !== imageOf(base.spec);
    const login = imageChanges ? await loginForUpdate(draft.image) : undefined;
    const review = await askApply(
      this.context.ui,
      { before, after: draft, login },
      session,
      copyCommand,
    );
    if (review.kind === 'preview') {
      await this.preview(session.uri);
    }
    if (review.kind !== 'apply') {
      return;
    }
    const change: Sending = { base, wanted, login: review.login };
    if (await this.isAgreed(ready, change, swarm)) {
      await this.send(ready, change, swarm);
    }
  }

  /** Asks before something is taken away, in production before any change. */
  private async isAgreed(
    { session, draft }: Ready,
    { base, wanted, login }: Sending,
    swarm: ConnectedSwarm,
  ): Promise<boolean> {
    const { connection } = swarm;
    const { snapshot } = sameSwarm(this.context, swarm) ?? swarm;
    const losses = updateLosses(snapshot, session.address.id, wanted);
    if (connection.production !== true && losses.length === 0) {
      return true;
    }
    const fields = changedFields(fromServiceBody(base.spec, session.lists.names), draft);
    return await confirmed(this.context, swarm, {
      title: l10n.t('Apply'),
      question: l10n.t('Change "{0}" of "{1}"?', draft.name, connection.name),
      consequence: listed([
        l10n.t('What changes: {0}.', fields.map(({ label }) => label).join(', ')),
        ...loginLines(login),
        ...losses,
        ...replacedTasks(snapshot, session.address.id, { base: base.spec, wanted }),
      ]),
      word: draft.name,
    });
  }

  private async send(ready: Ready, change: Sending, chosen: ConnectedSwarm): Promise<void> {
    const { session, draft } = ready;
    const service = { id: session.address.id, name: draft.name };
    const { base, wanted, login } = change;
    const imageChanges = imageOf(wanted) !== imageOf(base.spec);
    const { body, warnings } = imageChanges
      ? await pinned((sameSwarm(this.context, chosen) ?? chosen).engine, wanted, login?.header)
      : { body: wanted, warnings: [] };
    // What failed while the document was edited says nothing of the change.
    const swarm = stillThere(this.context, chosen, draft);
    if (swarm === undefined) {
      return;
    }
    await guarded(this.context, swarm, [service.id], async (guard) => {
      const outcome = await changeService(swarm, {
        ...service,
        base,
        wanted: body,
        ...(login === undefined ? {} : { registryAuth: login.header }),
      });
      if (outcome.kind === 'conflict') {
        guard?.dispose();
        return await this.tellConflict(ready, change, outcome, swarm);
      }
      await this.takeOver(ready, swarm, body, imageChanges);
      const words = [...warnings, ...outcome.warnings];
      await watchDeploy(this.context, swarm, service, words, 'update', guard);
    });
  }

  /** Writes into the document what the service has now besides what was sent. */
  private async takeOver(
    { session, document }: Ready,
    swarm: ConnectedSwarm,
    body: ServiceBody,
    imageChanges: boolean,
  ): Promise<void> {
    const now = await swarm.engine.serviceState(session.address.id);
    const { names } = session.lists;
    if (!isSameJson(fromServiceBody(now.spec, names), fromServiceBody(body, names))) {
      // What others changed meanwhile is in the service now: it must not be taken back by the next change.
      await replaceText(document, this.documents.textOf(session, now));
    } else if (imageChanges) {
      await replaceImage(document, imageOf(now.spec) ?? '');
    }
    await this.settle(session, now, document.getText(), document);
  }

  /** Somebody else was faster: both sides are shown, and the person decides. Nothing was sent. */
  private async tellConflict(
    ready: Ready,
    { base, login }: Sending,
    { paths, now }: Extract<ChangeOutcome, { kind: 'conflict' }>,
    swarm: ConnectedSwarm,
  ): Promise<void> {
    const { session, draft } = ready;
    await this.compare(session, now);
    const mine = l10n.t('Apply Mine');
    const chosen = await vscode.window.showWarningMessage(
      toPlainLine(
        l10n.t(
          'Nothing was applied: somebody else changed "{0}" meanwhile ({1}). Left is what runs now, right is yours. Change yours and apply it again, or apply it as it is: only what you changed goes over theirs.',
          draft.name,
          paths.map((path) => path.split('.').at(-1)).join(', '),
        ),
        600,
      ),
      mine,
    );
    if (chosen === mine) {
      const { names } = session.lists;
      // Only what this document changes goes over what runs now.
      const before = fromServiceBody(base.spec, names);
      const wanted = applyDraft(now.spec, before, draft, names);
      const change: Sending = { base: now, wanted, login };
      if (await this.isAgreed(ready, change, swarm)) {
        await this.send(ready, change, swarm);
      }
    }
  }

  private showRunning(session: ServiceSession, now: ServiceState): vscode.Uri {
    const text = this.documents.textOf(session, now);
    return this.documents.show({ ...session.address, kind: 'running' }, now.spec.Name, text);
  }

  /** What runs now, left, and the document, right. */
  private async compare(session: ServiceSession, now: ServiceState): Promise<void> {
    const name = now.spec.Name;
    const left = this.showRunning(session, now);
    await vscode.commands.executeCommand(
      'vscode.diff',
      left,
      session.uri,
      l10n.t('{0}: running ↔ edited', toPlainLine(name)),
    );
  }

  /** What a document says, if it can be sent; else its first problem is shown. */
  private async ready(argument: unknown): Promise<Ready | undefined> {
    const uri = uriOf(argument);
    const session = await (uri && this.documents.sessionOf(uri));
    if (session === undefined) {
      return undefined;
    }
    const document = await vscode.workspace.openTextDocument(session.uri);
    const { draft, problems } = readService(document.getText(), session);
    if (draft !== undefined) {
      return { session, document, draft };
    }
    const first = problems.find(({ severity }) => severity === 'error');
    if (first !== undefined) {
      const range = toRange(document, first.range);
      await vscode.window.showTextDocument(document, { selection: range, preview: false });
      void vscode.window.showErrorMessage(
        toPlainLine(l10n.t('Line {0}: {1}', range.start.line + 1, first.text), 600),
      );
    }
    return undefined;
  }

  private swarmOf({ address }: ServiceSession): Promise<ConnectedSwarm | undefined> {
    return chooseSwarm(this.context, address, {
      title: l10n.t('Edit Service as YAML'),
      toChange: true,
    });
  }

  /** The document says what runs: it is saved, and nothing is left to keep. */
  private async settle(
    session: ServiceSession,
    base: ServiceState,
    text: string,
    document: vscode.TextDocument,
  ): Promise<void> {
    await this.documents.settle(session, base, text);
    this.showRunning(session, base);
    await document.save();
    await this.documents.settle(session, base, text);
  }
}

function uriOf(argument: unknown): vscode.Uri | undefined {
  return argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
}

async function open(uri: vscode.Uri): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: false });
}

function imageOf(body: ServiceBody): string | undefined {
  return body.TaskTemplate?.ContainerSpec?.Image;
}
