import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { isSwarmscopeError, toSwarmscopeError } from '../../common/errors';
import { errorLine } from '../../common/errorText';
import { toPlainLine } from '../../common/text';
import type { ServiceBody } from '../../docker/bodies';
import type { ServiceState } from '../../docker/engine';
import type { ObjectReference } from '../../model/objectReference';
import type { RunningGuard } from '../../probe/actGuard';
import { isSameJson } from '../../spec/reapply';
import { warningText, type ActWarning } from '../actWarning';
import { changeService, type ChangeOutcome } from '../changeService';
import { sameSwarm, type CommandContext, type ConnectedSwarm } from '../commandContext';
import { confirmed, type Confirmation } from '../confirm';
import { guarded } from '../guardAct';
import { objectOrPick, type ObjectQuestion } from '../pickObject';
import type { Answer, QuickFrame } from '../quickUi';
import { showError, tellNotDone } from '../showError';
import { stillThere } from '../stillThere';
import { singleFrame } from '../vscodeQuickUi';
import { watchDeploy } from '../watchDeploy';
import { ActDraft } from './actDraft';
import { withWarnings } from './blastText';
import { tellConflict } from './conflict';
import { refusedChange } from './refusedChange';
import { titleOf } from './titleOf';

/** What a question about a service begins with. */
export interface Round<A> {
  readonly swarm: ConnectedSwarm;
  readonly service: ObjectReference;
  /** The service as it is now, whole. */
  readonly base: ServiceState;
  readonly frame: QuickFrame;
  /** Asks and keeps what is typed and ticked until the act is done. */
  readonly draft: ActDraft;
  /** What was answered before it came to nothing, or in an act that was left. */
  readonly kept?: A;
  /** Why it came to nothing. */
  readonly problem?: string;
}

/** What a check says of a wanted spec before it is sent. */
export interface Preflight {
  /** Why it is not sent, and what to do. */
  readonly refusal?: string;
  /** What is worth a word in the confirmation. */
  readonly warnings: readonly string[];
}

/** What one act on a service asks and does. */
export interface ServiceAct<A> {
  readonly title: string;
  /** Names what is kept of the act while it is not done, such as `image`. */
  readonly form: string;
  /** The button of the confirmation; the title when omitted. */
  readonly verb?: string;
  readonly ask: (round: Round<A>) => Promise<Answer<A>>;
  /** What of the answers is kept while the act is not done, as JSON; nothing when omitted. */
  readonly keeps?: (answers: A) => unknown;
  /** Answers that were kept, perhaps by another version; undefined when they do not fit. */
  readonly restore?: (kept: unknown) => A | undefined;
  /** The spec that the answers make of `spec`. */
  readonly apply: (spec: ServiceBody, answers: A) => ServiceBody;
  /** Looks at the wanted spec as a whole, before anything is confirmed or sent. */
  readonly check?: (wanted: ServiceBody, round: Round<A>) => Preflight;
  /** `X-Registry-Auth` that is sent with the change; undefined leaves the service its login. */
  readonly registryAuth?: (answers: A) => string | undefined;
  /** What remains to be looked up of the wanted spec, just before it is sent. */
  readonly complete?: (
    wanted: ServiceBody,
    answers: A,
    round: Round<A>,
  ) => Promise<{ readonly body: ServiceBody; readonly warnings: readonly ActWarning[] }>;
  /** The docker command that does the same. */
  readonly command: (answers: A, round: Round<A>) => string;
  /** What to confirm first; undefined when the answers take nothing away. */
  readonly confirm?: (
    answers: A,
    round: Round<A>,
  ) => Omit<Confirmation, 'title' | 'word' | 'command'> | undefined;
}

/** A service and the swarm that it is part of. */
export interface ChosenService {
  readonly swarm: ConnectedSwarm;
  readonly service: ObjectReference;
}

/** Does an act on the argument's service, or the one that the person picks. */
export async function actOnService<A>(
  context: CommandContext,
  argument: unknown,
  { title, fits }: Pick<ObjectQuestion, 'title' | 'fits'>,
  make: (chosen: ChosenService) => Omit<ServiceAct<A>, 'title'>,
): Promise<void> {
  const chosen = await objectOrPick(context, argument, {
    title,
    toChange: true,
    kinds: ['service'],
    ...(fits === undefined ? {} : { fits }),
  });
  if (chosen !== undefined) {
    const { swarm, object: service } = chosen;
    await changeByAct(context, { swarm, service }, { title, ...make({ swarm, service }) });
  }
}

/**
 * Asks, checks, confirms, changes the service and follows it until it converged. What cannot be done is
 * told, and the question comes back with everything that was typed.
 */
export async function changeByAct<A>(
  context: CommandContext,
  { swarm, service }: ChosenService,
  act: ServiceAct<A>,
): Promise<void> {
  const frame = singleFrame(titleOf(context, act.title, { swarm, name: service.name }));
  const draft = await ActDraft.open(context, swarm, act.form, service.id);
  const restored = draft.answers === undefined ? undefined : act.restore?.(draft.answers);
  let again: Pick<Round<A>, 'kept' | 'problem'> = restored === undefined ? {} : { kept: restored };
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
    const round: Round<A> = { swarm: now, service, base, frame, draft, ...again };
    const answer = await act.ask(round);
    if (answer.kind !== 'value') {
      return;
    }
    const kept = answer.value;
    const end = await oneRound(context, act, round, kept);
    if (end.kind === 'over') {
      return;
    }
    again = { kept, ...(end.problem === undefined ? {} : { problem: end.problem }) };
  }
}

/** How one round ended; asked again without a problem, it is as from a step back. */
type RoundEnd = { readonly kind: 'over' } | { readonly kind: 'again'; readonly problem?: string };

async function oneRound<A>(
  context: CommandContext,
  act: ServiceAct<A>,
  round: Round<A>,
  answers: A,
): Promise<RoundEnd> {
  const { swarm, service, base, draft } = round;
  const wanted = act.apply(base.spec, answers);
  const registryAuth = act.registryAuth?.(answers);
  const isSame = (body: ServiceBody): boolean =>
    registryAuth === undefined && isSameJson(body, base.spec);
  if (isSame(wanted)) {
    await draft.clear();
    tellSame(service);
    return { kind: 'over' };
  }
  draft.keep(act.keeps?.(answers));
  const present = { ...round, swarm: sameSwarm(context, swarm) ?? swarm };
  const preflight = act.check?.(wanted, present) ?? { warnings: [] };
  if (preflight.refusal !== undefined) {
    // A list cuts a long sentence off.
    return { kind: 'again', problem: tellNotDone(context, preflight.refusal) };
  }
  if (!(await isConfirmed(context, act, present, answers, preflight.warnings))) {
    return { kind: 'again' };
  }
  // What failed while the question was open says nothing of the act.
  const before = sameSwarm(context, swarm) ?? swarm;
  const { body, warnings } = (await act.complete?.(wanted, answers, {
    ...round,
    swarm: before,
  })) ?? {
    body: wanted,
    warnings: [],
  };
  if (isSame(body) && warnings.length > 0) {
    // Nobody could say whether it is like that: what was asked for is kept.
    void vscode.window.showWarningMessage(toPlainLine(warnings.map(warningText).join(' '), 600));
    return { kind: 'over' };
  }
  if (isSame(body)) {
    await draft.clear();
    tellSame(service);
    return { kind: 'over' };
  }
  return await guarded(context, before, [service.id], async (guard) => {
    const done = await sendChange(context, swarm, {
      service,
      base,
      wanted: body,
      ...(registryAuth === undefined ? {} : { registryAuth }),
      guard,
    });
    if (done.kind === 'done') {
      await draft.clear();
      const words = [...warnings, ...done.warnings];
      await watchDeploy(context, before, service, words, 'update', guard);
      return { kind: 'over' };
    }
    return done;
  });
}

async function isConfirmed<A>(
  context: CommandContext,
  act: ServiceAct<A>,
  round: Round<A>,
  answers: A,
  warnings: readonly string[],
): Promise<boolean> {
  const asked = act.confirm?.(answers, round);
  if (asked === undefined) {
    return true;
  }
  const { swarm, service } = round;
  return await confirmed(context, swarm, {
    ...asked,
    consequence: withWarnings(asked.consequence, warnings),
    title: act.verb ?? act.title,
    word: service.name,
    command: act.command(answers, round),
  });
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
    readonly registryAuth?: string;
    readonly rollback?: true;
    /** Probes around the change; nothing is left to watch once it was refused. */
    readonly guard: RunningGuard | undefined;
  },
): Promise<Sent> {
  const { service, guard, ...rest } = change;
  const swarm = stillThere(context, chosen, service);
  if (swarm === undefined) {
    return { kind: 'over' };
  }
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
    guard?.dispose();
    const { paths, now } = outcome;
    const name = service.name;
    void swarm.store.refresh('after-command');
    const problem = await tellConflict({ name, paths, now: now.spec, wanted: change.wanted });
    return problem === undefined ? { kind: 'over' } : { kind: 'again', problem };
  } catch (thrown) {
    const error = toSwarmscopeError(thrown);
    const { about, isOver } = refusedChange(error, service, swarm);
    showError(context, error, about);
    void swarm.store.refresh('after-command');
    return isOver ? { kind: 'over' } : { kind: 'again', problem: errorLine(error, about) };
  }
}
