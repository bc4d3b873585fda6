import * as l10n from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import { groupBy } from '../common/groupBy';
import { toPlainLine } from '../common/text';
import { classifyTaskError } from '../docker/engineText';
import type { SwarmService, SwarmSnapshot, SwarmTask } from '../model/snapshot';
import { fullNetwork } from './operate/addresses';

/** One task on its way, as `docker service` tells of it. */
export interface TaskProgress {
  /** Slot, or the node's name where there are no slots. */
  readonly place: string;
  readonly state: string;
}

/** Why tasks do not run, with what to do; tasks of the same reason together. */
export interface FailureReason {
  /** Names of the tasks, `web.2`. */
  readonly tasks: readonly string[];
  readonly error: string;
  readonly hint: string;
  /** Whether the program itself ended, of which its logs tell. */
  readonly ofProgram: boolean;
  /** The restart policy lets the swarm not try again. */
  readonly isFinal?: true;
}

/** How far a deployed or updated service has come. */
export type Convergence =
  | { readonly kind: 'gone' }
  | {
      readonly kind: 'converging';
      readonly running: number;
      readonly desired: number;
      readonly tasks: readonly TaskProgress[];
    }
  | { readonly kind: 'running'; readonly running: number }
  /** A job whose tasks have all ended well. */
  | { readonly kind: 'completed'; readonly completed: number }
  /** Tasks fail again and again, or cannot be placed; the swarm goes on trying. */
  | { readonly kind: 'failing'; readonly reasons: readonly FailureReason[] }
  /** The swarm stopped the update, or the rollback, half way. */
  | {
      readonly kind: 'paused';
      readonly message: string;
      readonly reasons: readonly FailureReason[];
    }
  /** The update failed, and the swarm went back to the spec before. */
  | {
      readonly kind: 'rolled-back';
      readonly message: string;
      readonly reasons: readonly FailureReason[];
    };

/** Failures of one slot after which we say so, while the swarm goes on trying; the first when it does not. */
const FAILURES_TO_TELL = 2;
/** A task that nobody gave addresses by then, in milliseconds, will not get any soon. */
export const ALLOCATION_PATIENCE_MS = 10_000;

/** What the snapshot says of a service's deploy, `waitedMs` after it began. */
export function convergenceOf(
  snapshot: SwarmSnapshot,
  serviceId: string,
  waitedMs = 0,
  /** Newest `createdAt` of the tasks that were there before: what failed of them says nothing. */
  before = '',
  /** Nothing of the service itself was changed: how its last update ended says nothing. */
  isMove = false,
): Convergence {
  const service = snapshot.services.get(serviceId);
  if (service === undefined) {
    return { kind: 'gone' };
  }
  const tasks = tasksSince(snapshot, service, before);
  const { state: update = '', message = '' } = (isMove ? undefined : service.updateStatus) ?? {};
  if (update === 'paused' || update === 'rollback_paused') {
    return { kind: 'paused', message: toPlainLine(message), reasons: reasonsOf(service, tasks, 1) };
  }
  if (update === 'rollback_completed') {
    return {
      kind: 'rolled-back',
      message: toPlainLine(message),
      reasons: reasonsOf(service, tasks, 1),
    };
  }
  const end = endOf(service, tasks);
  if (end !== undefined) {
    return end;
  }
  // Once one slot fails lastingly, all that fail are told.
  const lasting = reasonsOf(service, tasks, FAILURES_TO_TELL).length > 0;
  const reasons = lasting ? reasonsOf(service, tasks, 1) : [];
  const unallocated =
    waitedMs >= ALLOCATION_PATIENCE_MS ? unallocatedReason(snapshot, service, tasks) : [];
  if (reasons.length + unallocated.length > 0 && !(isMove && isLeaving(snapshot, tasks))) {
    return { kind: 'failing', reasons: [...reasons, ...unallocated] };
  }
  const { running, desired } = service;
  return { kind: 'converging', running, desired, tasks: progressOf(snapshot, tasks) };
}

/**
 * What of a service's tasks counts as failed. A program that ends with exit code 0 is "complete" to the
 * swarm, also when it was stopped since its health check failed (seen on 20.10): only a job is done then.
 */
function failureOf(service: SwarmService): (task: SwarmTask) => boolean {
  const isJob = isJobService(service);
  return ({ state, desiredState }) =>
    state === 'failed' ||
    state === 'rejected' ||
    (!isJob && state === 'complete' && desiredState === 'shutdown');
}

function isJobService({ mode }: SwarmService): boolean {
  return mode.kind === 'replicated-job' || mode.kind === 'global-job';
}

/** Whether a task is still to stop, and answers until then; where a node does not answer nobody knows. */
function isLeaving({ nodes }: SwarmSnapshot, tasks: readonly SwarmTask[]): boolean {
  return tasks.some(
    ({ current, state, nodeId = '' }) =>
      !current && state === 'running' && nodes.get(nodeId)?.state === 'ready',
  );
}

/**
 * Whether nothing follows the tasks of a slot, of which the newest has failed. The swarm makes the
 * successor in the same step in which it gives a failed task up, also where it starts after a delay
 * (seen on 20.10 and 28.5). Jobs are tried again whatever their policy, and an update that goes on
 * tells by itself what it makes of a failure.
 */
function isGivenUp(service: SwarmService, slot: readonly SwarmTask[]): boolean {
  const age = ({ createdAt, stateAt }: SwarmTask): string => `${createdAt} ${stateAt}`;
  const [newest] = slot.toSorted((a, b) => age(b).localeCompare(age(a), 'en'));
  return (
    newest !== undefined &&
    failureOf(service)(newest) &&
    !slot.some(({ current }) => current) &&
    !isJobService(service) &&
    !isUpdating(service)
  );
}

function isUpdating({ updateStatus }: SwarmService): boolean {
  return updateStatus?.state === 'updating' || updateStatus?.state === 'rollback_started';
}

/**
 * Why tasks of a service have failed since, each slot's newest error, however seldom: for when nobody
 * waits any longer.
 */
export function failuresSince(
  snapshot: SwarmSnapshot,
  serviceId: string,
  before: string,
): readonly FailureReason[] {
  const service = snapshot.services.get(serviceId);
  return service === undefined ? [] : reasonsOf(service, tasksSince(snapshot, service, before), 1);
}

function tasksSince(
  snapshot: SwarmSnapshot,
  service: SwarmService,
  before: string,
): readonly SwarmTask[] {
  const isFailed = failureOf(service);
  return (snapshot.tasksByService.get(service.id) ?? []).filter(
    (task) => !isFailed(task) || before === '' || task.createdAt > before,
  );
}

/** The newest `createdAt` of a service's tasks; empty when it has none. */
export function newestTask(snapshot: SwarmSnapshot, serviceId: string): string {
  const tasks = snapshot.tasksByService.get(serviceId) ?? [];
  return tasks.reduce((newest, { createdAt }) => (createdAt > newest ? createdAt : newest), '');
}

function endOf(service: SwarmService, tasks: readonly SwarmTask[]): Convergence | undefined {
  const { mode, running, desired } = service;
  const current = tasks.filter((task) => task.current);
  if (isJobService(service)) {
    const completed = current.filter(({ state }) => state === 'complete').length;
    const wished = mode.kind === 'replicated-job' ? mode.total : current.length;
    return current.length > 0 && completed >= wished ? { kind: 'completed', completed } : undefined;
  }
  const placed = current.length > 0 || desired === 0;
  return running >= desired && placed && !isUpdating(service)
    ? { kind: 'running', running }
    : undefined;
}

function progressOf(snapshot: SwarmSnapshot, tasks: readonly SwarmTask[]): TaskProgress[] {
  return tasks
    .filter((task) => task.current)
    .map(({ slot, nodeId = '', state }) => ({
      place: slot === undefined ? (snapshot.nodes.get(nodeId)?.hostname ?? '?') : String(slot),
      state,
    }));
}

/**
 * The newest error of each slot that does not run: of one that failed so often, and of a task that no
 * node can take.
 */
function reasonsOf(
  service: SwarmService,
  tasks: readonly SwarmTask[],
  failuresToTell: number,
): FailureReason[] {
  const isFailed = failureOf(service);
  const bySlot = groupBy(tasks, (task) => String(task.slot ?? task.nodeId));
  const troubled = [...bySlot.values()].flatMap((slot) => {
    const stuck = slot.find(
      (task) => task.current && task.state === 'pending' && task.error !== '',
    );
    const failed = slot
      .filter(isFailed)
      .toSorted((a, b) => b.stateAt.localeCompare(a.stateAt, 'en'));
    const isUp = slot.some((task) => task.current && task.state === 'running');
    const isFinal = isGivenUp(service, slot);
    const isLasting = !isUp && (isFinal || failed.length >= failuresToTell);
    const task = stuck ?? (isLasting ? failed[0] : undefined);
    return task === undefined ? [] : [{ task, isFinal }];
  });
  const newestFirst = troubled.toSorted((a, b) =>
    b.task.stateAt.localeCompare(a.task.stateAt, 'en'),
  );
  const byError = groupBy(newestFirst, ({ task }) => errorOf(task));
  return [...byError].map(([error, members]) => ({
    tasks: members.map(({ task }) => task.name).toSorted((a, b) => a.localeCompare(b, 'en')),
    error,
    hint: hintOf(service, members[0]?.task),
    ofProgram: members.some(({ task }) => isOfProgram(task)),
    ...(members.every(({ isFinal }) => isFinal) ? { isFinal: true } : {}),
  }));
}

function hintOf(service: SwarmService, task: SwarmTask | undefined): string {
  return task?.state === 'complete' ? endedHint(service) : taskHint(task?.error ?? '');
}

function isOfProgram({ state, error }: SwarmTask): boolean {
  return state === 'complete' || ['exited', 'unhealthy'].includes(classifyTaskError(error));
}

function errorOf({ state, error, message }: SwarmTask): string {
  return state === 'complete' && error === ''
    ? l10n.t('The program ended with exit code 0.')
    : toPlainLine(error || message);
}

function endedHint({ hasHealthcheck }: SwarmService): string {
  return hasHealthcheck === true
    ? l10n.t(
        'It ended by itself, or was stopped because its health check fails: look at the check and at the task’s logs.',
      )
    : l10n.t('A service needs a program that goes on running: look at the task’s logs.');
}

/** Tasks in state `new` have no error: the swarm gave them no addresses (moby issue 43052). */
function unallocatedReason(
  snapshot: SwarmSnapshot,
  { id, networks }: SwarmService,
  tasks: readonly SwarmTask[],
): FailureReason[] {
  const waiting = tasks.filter((task) => task.current && task.state === 'new');
  if (waiting.length === 0) {
    return [];
  }
  const broken = networks
    .map(({ target }) => snapshot.networks.get(target))
    .find((network) => network?.allocated === false);
  const why =
    broken === undefined
      ? noAddresses(fullNetwork(snapshot, id)?.name)
      : {
          error: l10n.t('The network "{0}" was never given a subnet.', toPlainLine(broken.name)),
          hint: l10n.t('Remove the network and create it with another subnet.'),
        };
  return [{ tasks: waiting.map(({ name }) => name), ...why, ofProgram: false }];
}

function noAddresses(full: string | undefined): Pick<FailureReason, 'error' | 'hint'> {
  return {
    error: l10n.t('The swarm gives them no addresses.'),
    hint:
      full === undefined
        ? l10n.t(
            'A network of the service has probably no free addresses: use a larger one, or fewer replicas. The log of the leader’s Docker daemon has the reason.',
          )
        : l10n.t(
            'The network "{0}" has no free address: use a larger one, or fewer replicas.',
            toPlainLine(full),
          ),
  };
}

/** What to do about a task's error. */
export function taskHint(error: string): string {
  const problem = classifyTaskError(error);
  switch (problem) {
    case 'image-missing':
      return l10n.t('Check the image’s name and tag, and that every node can pull it.');
    case 'no-suitable-node':
      return l10n.t('Check constraints, resources, and that nodes are active and ready.');
    case 'port-in-use':
      return l10n.t('Publish another port, or free it on the nodes.');
    case 'addresses-exhausted':
      return l10n.t('The network has no free addresses: use a larger one, or fewer replicas.');
    case 'network-overlap':
      return l10n.t('The network’s subnet is in use on that node: create it with another subnet.');
    case 'unhealthy':
      return l10n.t('Its health check fails: look at the check and at the task’s logs.');
    case 'exited':
      return l10n.t('The program ended by itself: look at the task’s logs.');
    case 'other':
      return l10n.t('Inspect the task for the whole story.');
    default:
      return assertNever(problem);
  }
}
