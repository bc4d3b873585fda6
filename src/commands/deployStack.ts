import * as l10n from '@vscode/l10n';
import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { toSwarmscopeError } from '../common/errors';
import { errorLine } from '../common/errorText';
import { toPlainLine } from '../common/text';
import type { ConnectionEntry } from '../docker/target';
import { isHint } from '../stacks/cliText';
import { readCompose } from '../stacks/composeFile';
import {
  cliEnvironment,
  cliObstacle,
  commandLine,
  commandLines,
  deployArguments,
  type StackDeploy,
} from '../stacks/dockerCli';
import { runCli, type CliEnd } from '../stacks/runCli';
import type { SwarmSnapshot } from '../model/snapshot';
import { compareStacks, type StackComparison } from '../stacks/compareStacks';
import type { RunningGuard } from '../probe/actGuard';
import { changedServices, stackServices } from '../stacks/runningStack';
import { chooseSwarm, titleFor } from './chooseSwarm';
import { refusal } from './refusal';
import { sameSwarm, type CommandContext, type ConnectedSwarm } from './commandContext';
import { freshConfig, offeredToConnect, tellNoFile } from './compareStack';
import { confirmed } from './confirm';
import { dockerProgram, offerDocker, refusedAsUntrusted } from './dockerProgram';
import { deployStackSteps, type StackAnswers } from './deployStackSteps';
import { runSteps } from './multiStep';
import { tellDisconnected, tellNotDone } from './showError';
import { guarded } from './guardAct';
import { listed } from './operate/blastText';
import type { StackConfig } from './stackConfigs';
import type { StackFiles } from './stackFiles';
import { elsewhereText } from './stackElsewhere';
import { stackLosses } from './stackLosses';
import { composeDocument, stackNameOf } from './stackTarget';
import { watchServices } from './watchServices';

/** After a deploy the swarm is looked at every second for so long, in milliseconds. */
const WATCH_MS = 60_000;

/** Asks for stack and options, shows the command, and has the docker CLI deploy a compose file. */
export async function deployStack(files: StackFiles, argument: unknown): Promise<void> {
  const { context, memory } = files;
  const title = l10n.t('Deploy Stack');
  const document = await composeDocument(argument);
  if (document === undefined) {
    tellNoFile();
    return;
  }
  if ((await refusedAsUntrusted()) || (await offeredToConnect(files))) {
    return;
  }
  // Where it was deployed last, and nowhere else because that one cannot be changed just now.
  const last = memory.find(document.uri.toString());
  const place = context.swarms.find(last?.connectionId ?? '') === undefined ? undefined : last;
  const start = await chooseSwarm(context, place, {
    title,
    toChange: true,
    ...(place === undefined ? questionOf(last !== undefined, context) : {}),
  });
  if (start === undefined || refusedByCli(files, start)) {
    return;
  }
  const run = new StackRun(files, document, start);
  let answers: StackAnswers = {
    stack: stackNameOf(document, readCompose(document.getText()), memory),
    prune: false,
    registryAuth: false,
  };
  let startAt = 0;
  for (;;) {
    const given = await runSteps(context.ui, {
      title: titleFor(context, title, start),
      steps: deployStackSteps({
        services: () => run.services,
        isDirty: () => document.isDirty,
        removed: (stack) => run.removed(stack),
        command: (chosen) => run.command(chosen),
        swarm: start.connection.name,
      }),
      initial: answers,
      startAt,
    });
    if (given === undefined) {
      return;
    }
    const problem = await run.deploy(given);
    if (problem === undefined) {
      return;
    }
    // Everything that was entered is there again, at the last step.
    answers = { ...given, problem };
    startAt = 2;
  }
}

/** A file that may be meant for another swarm goes nowhere without a question. */
function questionOf(
  isElsewhere: boolean,
  { swarms }: Pick<CommandContext, 'swarms'>,
): { readonly question?: string } {
  if (isElsewhere) {
    return {
      question: l10n.t('It was deployed last through a connection that is not open. Which swarm?'),
    };
  }
  return swarms.open.length > 1 ? { question: l10n.t('Which swarm?') } : {};
}

/** Says why the docker CLI cannot go through a connection; false when it can. */
function refusedByCli({ context }: StackFiles, { connection }: ConnectedSwarm): boolean {
  switch (cliObstacle(connection)) {
    case 'demo':
      tellNotDone(
        context,
        l10n.t('The demo swarm is simulated and takes no stacks. Connect to a real manager.'),
      );
      return true;
    case 'server-name':
      tellNotDone(
        context,
        l10n.t(
          'The docker CLI cannot check a certificate for another name ("serverName" of "{0}"). Connect through an address that the certificate is for.',
          connection.name,
        ),
      );
      return true;
    case undefined:
      return false;
  }
}

/** One compose file on its way to one swarm. */
class StackRun {
  constructor(
    private readonly files: StackFiles,
    private readonly document: vscode.TextDocument,
    private readonly start: ConnectedSwarm,
  ) {}

  /** Names of the file's services. */
  get services(): readonly string[] {
    return readCompose(this.document.getText()).services.map(({ name }) => name);
  }

  /** Services that run in a stack and are not in the file, which `--prune` removes. */
  removed(stack: string): readonly string[] {
    const { snapshot } = sameSwarm(this.files.context, this.start) ?? this.start;
    const here = new Set(this.services);
    return [...stackServices(snapshot, stack).keys()].filter((name) => !here.has(name));
  }

  /** The command that is going to run, in lines. */
  command(answers: StackAnswers): readonly string[] {
    return commandLines(dockerProgram(), this.way, this.deployOf(answers));
  }

  /** Deploys; gives the problem when the form is to be shown again. */
  async deploy(answers: StackAnswers): Promise<string | undefined> {
    const { context } = this.files;
    const { connection } = this.start;
    const swarm = sameSwarm(context, this.start);
    const why = swarm && refusal(swarm, { toChange: true });
    if (swarm === undefined || why !== undefined) {
      const about = { swarm: connection.name, object: answers.stack };
      return why === undefined ? tellDisconnected(context, about) : tellNotDone(context, why);
    }
    // First: what it changes is read from the file.
    if (this.document.isDirty && !(await this.document.save())) {
      return tellNotDone(context, l10n.t('{0} could not be saved.', this.fileName));
    }
    if (!(await this.isAgreed(answers, swarm))) {
      return '';
    }
    // What is asked and what deploys take the same way, whatever becomes of the connection meanwhile.
    const { way } = this;
    let args: readonly string[];
    try {
      args = deployArguments(way, this.deployOf(answers));
    } catch (thrown) {
      return tellNotDone(context, errorLine(toSwarmscopeError(thrown)));
    }
    const elsewhere = await elsewhereText(swarm, way, this.files.closed);
    if (elsewhere !== undefined) {
      return tellNotDone(context, elsewhere);
    }
    const before = sameSwarm(context, swarm) ?? swarm;
    const running = [...stackServices(before.snapshot, answers.stack).values()];
    const ids = running.map(({ id }) => id);
    return await guarded(context, before, ids, async (guard) => {
      const end = await this.run({ args, way }, answers, swarm);
      return await this.tell(answers, before, end, guard);
    });
  }

  private get fileName(): string {
    return toPlainLine(path.basename(this.document.uri.fsPath), 80);
  }

  /** The manager in use, which may be another than the person chose. */
  private get way(): ConnectionEntry {
    const { state } = this.start.store;
    return (state.phase === 'connected' ? state.via : undefined) ?? this.start.connection;
  }

  private deployOf(answers: StackAnswers): StackDeploy {
    return { ...answers, file: this.document.uri.fsPath };
  }

  /** Asks before running services are removed, in production also before they are updated. */
  private async isAgreed({ stack, prune }: StackAnswers, swarm: ConnectedSwarm): Promise<boolean> {
    const { context } = this.files;
    const removed = prune ? this.removed(stack) : [];
    const running = [...stackServices(swarm.snapshot, stack).keys()];
    const updated =
      swarm.connection.production === true ? running.filter((name) => !removed.includes(name)) : [];
    if (removed.length + updated.length === 0) {
      return true;
    }
    const config =
      updated.length > 0 ? await freshConfig(this.files, this.document.uri.fsPath) : undefined;
    if (config?.kind === 'cancelled') {
      return false;
    }
    const { snapshot } = sameSwarm(context, swarm) ?? swarm;
    const comparison = config === undefined ? undefined : comparisonOf(config, snapshot, stack);
    const acts = { stack, removed, updated, ...(comparison === undefined ? {} : { comparison }) };
    return await confirmed(context, swarm, {
      title: removed.length > 0 ? l10n.t('Deploy and Remove') : l10n.t('Deploy'),
      question: l10n.t('Deploy the stack "{0}" to "{1}"?', stack, swarm.connection.name),
      consequence: listed(stackLosses(snapshot, acts)),
      word: stack,
    });
  }

  private async run(
    { args, way }: { readonly args: readonly string[]; readonly way: ConnectionEntry },
    { stack }: StackAnswers,
    { connection }: ConnectedSwarm,
  ): Promise<CliEnd> {
    const { context, closed } = this.files;
    const program = dockerProgram();
    context.logger.info(`Runs ${commandLine(program, args)}`);
    return await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: l10n.t('Deploying the stack "{0}" to "{1}"', stack, connection.name),
        cancellable: true,
      },
      async (progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        return await runCli({
          program,
          args,
          env: cliEnvironment(process.env, way),
          cwd: homedir(),
          signal: AbortSignal.any([abort.signal, closed]),
          onLine: (line) => {
            context.logger.info(`docker: ${line}`);
            if (!isHint(line)) {
              progress.report({ message: line.slice(0, 120) });
            }
          },
        });
      },
    );
  }

  private async tell(
    { stack }: StackAnswers,
    before: ConnectedSwarm,
    end: CliEnd,
    guard: RunningGuard | undefined,
  ): Promise<string | undefined> {
    const { context, memory } = this.files;
    const { store, connection } = before;
    if (end.kind !== 'ended' || end.code !== 0) {
      guard?.dispose();
    }
    if (end.kind === 'missing') {
      return (await offerDocker(end.reason)) ? '' : undefined;
    }
    // A deploy that failed or was cancelled may have done a part.
    store.expectChange(WATCH_MS);
    if (end.kind === 'cancelled') {
      void store.refresh('after-command');
      void vscode.window.showInformationMessage(
        l10n.t(
          'Stopped deploying the stack "{0}". What the docker CLI had done by then stays; deploy again to complete it.',
          stack,
        ),
      );
      return undefined;
    }
    if (end.code !== 0) {
      void store.refresh('after-command');
      return tellNotDone(
        context,
        l10n.t(
          'The stack "{0}" was not deployed. The docker CLI says: {1}',
          stack,
          end.tail || l10n.t('nothing (exit code {0})', end.code),
        ),
      );
    }
    await memory.keep(this.document.uri.toString(), { stack, connectionId: connection.id });
    await store.refresh('after-command');
    await this.watch(stack, before, guard);
    return undefined;
  }

  /** Follows what the deploy changed until it runs. */
  private async watch(
    stack: string,
    before: ConnectedSwarm,
    guard: RunningGuard | undefined,
  ): Promise<void> {
    const { context } = this.files;
    const now = sameSwarm(context, before);
    const changed = now && changedServices(before.snapshot, now.snapshot, stack);
    if (changed === undefined || changed.size === 0) {
      guard?.dispose();
      const showLog = l10n.t('Show Log');
      const chosen = await vscode.window.showInformationMessage(
        l10n.t(
          'Deployed the stack "{0}" to "{1}". No service of it is seen to have changed; the tree shows what runs.',
          stack,
          before.connection.name,
        ),
        showLog,
      );
      if (chosen === showLog) {
        context.showLog();
      }
      return;
    }
    const watched = {
      services: [...changed].map(([shortName, { id, name }]) => ({ id, name, shortName })),
      title: l10n.t('Stack "{0}"', stack),
      told: (ends: string) =>
        l10n.t('Deployed the stack "{0}" to "{1}": {2}', stack, before.connection.name, ends),
      offersLog: true,
    };
    await watchServices(context, before, watched, guard);
  }
}

/** The comparison, as far as the docker CLI and the file allow one. */
function comparisonOf(
  config: StackConfig,
  snapshot: SwarmSnapshot,
  stack: string,
): StackComparison | undefined {
  try {
    return config.kind === 'output' ? compareStacks(config.text, snapshot, stack) : undefined;
  } catch {
    return undefined;
  }
}
