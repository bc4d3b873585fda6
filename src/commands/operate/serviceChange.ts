import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { shellCommand } from '../../common/shellQuote';
import { isSwarmscopeError, toSwarmscopeError } from '../../common/errors';
import { errorLine } from '../../common/errorText';
import { toPlainLine } from '../../common/text';
import type { ServiceBody } from '../../docker/bodies';
import type { ServiceState } from '../../docker/engine';
import type { ObjectReference } from '../../model/objectReference';
import { isSameJson } from '../../spec/reapply';
import { changeService, type ChangeOutcome } from '../changeService';
import { refusal } from '../chooseSwarm';
import { sameSwarm, type CommandContext, type ConnectedSwarm } from '../commandContext';
import { confirmed, type Confirmation } from '../confirm';
import type { Answer, QuickFrame } from '../quickUi';
import { showError, tellNotDone } from '../showError';
import { singleFrame } from '../vscodeQuickUi';
import { watchDeploy } from '../watchDeploy';
import { tellConflict } from './conflict';
import { titleOf } from './titleOf';

/** What a question about a service begins with. */
export interface Round<A> {
  readonly swarm: ConnectedSwarm;
  readonly service: ObjectReference;
  /** The service as it is now, whole. */
  readonly base: ServiceState;
  readonly frame: QuickFrame;
  /** What was answered before it came to nothing. */
  readonly kept?: A;
  /** Why it came to nothing. */
  readonly problem?: string;
}

/** What one act on a service asks and does. */
export interface ServiceAct<A> {
  readonly title: string;
  /** The button of the confirmation; the title when omitted. */
  readonly verb?: string;
  readonly ask: (round: Round<A>) => Promise<Answer<A>>;
  /** The spec that the answers make of `spec`. */
  readonly apply: (spec: ServiceBody, answers: A) => ServiceBody;
  /** What remains to be looked up of the wanted spec, just before it is sent. */
  readonly complete?: (
    wanted: ServiceBody,
    round: Round<A>,
  ) => Promise<{ readonly body: ServiceBody; readonly warnings: readonly string[] }>;
  /** The docker command that does the same. */
  readonly command: (answers: A, round: Round<A>) => string;
  /** What to confirm first; undefined when the answers take nothing away. */
  readonly confirm?: (
    answers: A,
    round: Round<A>,
  ) => Omit<Confirmation, 'title' | 'word' | 'command'> | undefined;
}

/**
 * Asks, confirms, changes the service and follows it until it converged. What cannot be done is told,
 * and the question comes back with everything that was typed.
 */
export async function changeByAct<A>(
  context: CommandContext,
  { swarm, service }: { readonly swarm: ConnectedSwarm; readonly service: ObjectReference },
  act: ServiceAct<A>,
): Promise<void> {
  const frame = singleFrame(titleOf(context, act.title, { swarm, name: service.name }));
  let again: Pick<Round<A>, 'kept' | 'problem'> = {};
  let last: ServiceState | undefined;
  for (;;) {
    const now = stillThere(context, swarm, service);
    if (now === undefined) {
      return;
    }
    // A refused confirmation goes back to the same question: what others do meanwhile is noticed.
    const isBack = again.kept !== undefined && again.problem === undefined;
    const base: ServiceState =
      isBack && last !== undefined ? last : await presentState(now, service, last);
    last = base;
    const round: Round<A> = { swarm: now, service, base, frame, ...again };
    const answer = await act.ask(round);
    if (answer.kind !== 'value') {
      return;
    }
    const kept = answer.value;
    const wanted = act.apply(base.spec, kept);
    if (isSameJson(wanted, base.spec)) {
      tellSame(service);
      return;
    }
    const present = sameSwarm(context, now) ?? now;
    const asked = act.confirm?.(kept, { ...round, swarm: present });
    const title = act.verb ?? act.title;
    const command = act.command(kept, round);
    if (
      asked !== undefined &&
      !(await confirmed(context, now, { ...asked, title, word: service.name, command }))
    ) {
      // As from a step back: what was answered is still there.
      again = { kept };
      continue;
    }
    // What failed while the question was open says nothing of the act.
    const before = sameSwarm(context, now) ?? now;
    const { body, warnings } = (await act.complete?.(wanted, round)) ?? {
      body: wanted,
      warnings: [],
    };
    if (isSameJson(body, base.spec)) {
      tellSame(service);
      return;
    }
    const done = await sendChange(context, now, { service, base, wanted: body });
    if (done.kind === 'done') {
      const words = [...warnings, ...done.warnings];
      await watchDeploy(context, before, service, words, 'update');
      return;
    }
    if (done.kind === 'over') {
      return;
    }
    again = { kept, problem: done.problem };
  }
}

function tellSame(service: ObjectReference): void {
  const name = toPlainLine(service.name);
  void vscode.window.showInformationMessage(l10n.t('"{0}" is like that already.', name));
}

/** The service as it is now; as it was last known while the swarm does not answer, so that typing is kept. */
async function presentState(
  { engine }: ConnectedSwarm,
  { id }: ObjectReference,
  last: ServiceState | undefined,
): Promise<ServiceState> {
  try {
    return await engine.serviceState(id);
  } catch (error) {
    if (last === undefined || isSwarmscopeError(error, 'not-found')) {
      throw error;
    }
    return last;
  }
}

/** The swarm as it is now; tells when it is not connected any more. */
function stillThere(
  context: CommandContext,
  swarm: ConnectedSwarm,
  { name }: ObjectReference,
): ConnectedSwarm | undefined {
  const now = sameSwarm(context, swarm);
  if (now === undefined) {
    const { connection } = swarm;
    const text = l10n.t(
      '"{0}" is not connected any more; "{1}" was not changed.',
      connection.name,
      name,
    );
    tellNotDone(context, text);
    return undefined;
  }
  const why = refusal(now, { toChange: true });
  if (why !== undefined) {
    tellNotDone(context, why);
    return undefined;
  }
  return now;
}

/** How a change ended: done, to be asked again, or over. */
export type Sent =
  | Extract<ChangeOutcome, { kind: 'done' }>
  | { readonly kind: 'again'; readonly problem: string }
  | { readonly kind: 'over' };

/** Sends one change; tells a refusal or a conflict. */
export async function sendChange(
  context: CommandContext,
  chosen: ConnectedSwarm,
  change: {
    readonly service: ObjectReference;
    readonly base: ServiceState;
    readonly wanted: ServiceBody;
    readonly rollback?: true;
  },
): Promise<Sent> {
  const { service, ...rest } = change;
  const swarm = stillThere(context, chosen, service);
  if (swarm === undefined) {
    return { kind: 'over' };
  }
  const about = { swarm: swarm.connection.name, object: service.name };
  try {
    const outcome = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Window,
        title: l10n.t('Changing "{0}"…', toPlainLine(service.name)),
      },
      async () => await changeService(swarm, { id: service.id, name: service.name, ...rest }),
    );
    if (outcome.kind === 'done') {
      return outcome;
    }
    const { paths, now } = outcome;
    const name = service.name;
    void swarm.store.refresh('after-command');
    const problem = await tellConflict({ name, paths, now: now.spec, wanted: change.wanted });
    return problem === undefined ? { kind: 'over' } : { kind: 'again', problem };
  } catch (thrown) {
    const error = toSwarmscopeError(thrown);
    showError(context, error, about);
    void swarm.store.refresh('after-command');
    return error.code === 'not-found' || error.code === 'change-unknown'
      ? { kind: 'over' }
      : { kind: 'again', problem: errorLine(error, about) };
  }
}

/** `docker service update …` of a service, for a POSIX shell. */
export function updateCommand(flags: readonly string[], { name }: ObjectReference): string {
  return shellCommand(['docker', 'service', 'update', ...flags, name]);
}
