import * as l10n from '@vscode/l10n';
import { SwarmscopeError } from '../common/errors';
import { errorLine } from '../common/errorText';
import { toPlainLine } from '../common/text';
import type { OpenSwarm } from '../store/swarms';
import type { SwarmState } from '../store/swarmState';
import { connected, type CommandContext, type ConnectedSwarm } from './commandContext';
import type { QuickChoice } from './quickUi';
import { nameOf, refusal } from './refusal';
import { tellNotDone } from './showError';
import { stateWhere } from './stateWhere';
import { singleFrame } from './vscodeQuickUi';

/** A swarm that is being connected to is waited for so long, in milliseconds. */
const CONNECTING_MS = 15_000;

/** What a command is going to do with the swarm that it asks for. */
export interface SwarmUse {
  /** Title of the quick pick, where there are several swarms. */
  readonly title: string;
  /** True for an act that changes the swarm: not offered on read-only or lost ones. */
  readonly toChange: boolean;
  /** Asked even where only one swarm can be used now, since another may be meant. */
  readonly question?: string;
}

/** The connection that a tree row or another caller names. */
export function connectionOf(argument: unknown): string | undefined {
  return typeof argument === 'object' &&
    argument !== null &&
    'connectionId' in argument &&
    typeof argument.connectionId === 'string'
    ? argument.connectionId
    : undefined;
}

/**
 * The swarm that a command is about: the one that its argument names, the only one, or the one that
 * the person picks. Says why when the swarm cannot be used so, and gives undefined.
 */
export async function chooseSwarm(
  context: CommandContext,
  argument: unknown,
  use: SwarmUse,
): Promise<ConnectedSwarm | undefined> {
  const { swarms } = context;
  const named = connectionOf(argument);
  const open = swarms.open.filter(
    ({ connectionId }) => named === undefined || connectionId === named,
  );
  const isUsable = (swarm: OpenSwarm): boolean => refusal(swarm, use) === undefined;
  if (!open.some(isUsable)) {
    await Promise.all(open.map(untilSettled));
  }
  const usable = open.filter(isUsable);
  const candidates = usable.length > 0 ? usable : open.slice(0, 1);
  const isAsked = candidates.length > 1 || (usable.length > 0 && use.question !== undefined);
  // Asked for its own sake, those are shown too that cannot be used now, and why.
  const others = use.question === undefined ? [] : open.filter((swarm) => !isUsable(swarm));
  const chosen = isAsked
    ? await pickSwarm(context, [...candidates, ...others], use)
    : candidates[0];
  if (chosen === undefined) {
    return undefined;
  }
  const why = refusal(chosen, use);
  if (why !== undefined) {
    tellNotDone(context, why);
    return undefined;
  }
  return connected(chosen.store);
}

/** The title of a form; names the swarm where there are several. */
export function titleFor(
  { swarms }: Pick<CommandContext, 'swarms'>,
  title: string,
  { connection }: Pick<ConnectedSwarm, 'connection'>,
): string {
  return swarms.open.length > 1 || connection.production === true
    ? `${title}: ${toPlainLine(connection.name)}`
    : title;
}

/** Tells that nothing is changed through a connection that is marked read-only; false otherwise. */
export function refusedAsReadOnly(
  context: Pick<CommandContext, 'showLog'>,
  { store: { state } }: Pick<OpenSwarm, 'store'>,
): boolean {
  if (state.phase === 'disconnected' || state.connection.readOnly !== true) {
    return false;
  }
  const error = new SwarmscopeError('read-only', { name: state.connection.name });
  tellNotDone(context, errorLine(error));
  return true;
}

async function untilSettled({ store }: OpenSwarm): Promise<void> {
  await stateWhere(store, ({ phase }) => phase !== 'connecting', CONNECTING_MS);
}

async function pickSwarm(
  { ui }: CommandContext,
  swarms: readonly OpenSwarm[],
  { title, question }: SwarmUse,
): Promise<OpenSwarm | undefined> {
  const answer = await ui.pick(singleFrame(title), {
    placeholder: question ?? l10n.t('Which swarm?'),
    choices: swarms.map((swarm) => swarmChoice(swarm)),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

/** A row of a quick pick for an open swarm. */
export function swarmChoice(swarm: OpenSwarm): QuickChoice<OpenSwarm> {
  const { state } = swarm.store;
  return {
    // A name must not turn into an icon.
    label: `$(server-environment) ${nameOf(state).replaceAll('$(', String.raw`\$(`)}`,
    description: descriptionOf(state),
    value: swarm,
  };
}

function descriptionOf(state: SwarmState): string {
  if (state.phase !== 'connected') {
    return l10n.t('not connected');
  }
  const { production, readOnly } = state.connection;
  const { nodes, services } = state.snapshot;
  return [
    state.lost === undefined ? '' : l10n.t('does not answer'),
    production === true ? l10n.t('production') : '',
    readOnly === true ? l10n.t('read-only') : '',
    nodes.size === 1 ? l10n.t('1 node') : l10n.t('{0} nodes', nodes.size),
    services.size === 1 ? l10n.t('1 service') : l10n.t('{0} services', services.size),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
