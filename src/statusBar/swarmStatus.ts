import * as l10n from '@vscode/l10n';
import type { ErrorCode } from '../common/errors';
import { describeError } from '../common/errorText';
import type { SwarmSnapshot } from '../model/snapshot';
import type { SwarmState } from '../store/swarmState';
import { withoutIcons } from './savedStatus';
import type { StatusItem, StatusLine } from './statusItem';

type Opened = Exclude<SwarmState, { phase: 'disconnected' }>;

/** How one swarm is; the greatest is told first. */
interface Health {
  readonly level: 'good' | 'busy' | 'warning' | 'bad';
  /** What is wrong or going on; empty when all is well. */
  readonly words: string;
}

const WORST_FIRST: readonly Health['level'][] = ['bad', 'warning', 'busy', 'good'];

/**
 * The status bar's item for the open swarms: name, manager and health of the only one, or of the one
 * that is worst off. `failingOf` gives the number of published ports that fail while a swarm is probed.
 */
export function swarmStatus(
  states: readonly SwarmState[],
  failingOf: (connectionId: string) => number | undefined,
): StatusItem | undefined {
  const swarms = states
    .filter((state) => state.phase !== 'disconnected')
    .map((state) => ({ state, health: healthOf(state, failingOf(state.connection.id)) }))
    .toSorted((a, b) => WORST_FIRST.indexOf(a.health.level) - WORST_FIRST.indexOf(b.health.level));
  const [first] = swarms;
  if (first === undefined) {
    return undefined;
  }
  const { state, health } = first;
  const name = withoutIcons(state.connection.name);
  const others = swarms.length - 1;
  const head = others === 0 ? [name, ...managerOf(state)].join(' · ') : name;
  const more = others === 0 ? '' : ` ${l10n.t('+{0}', others)}`;
  const words = health.words === '' ? '' : `: ${health.words}`;
  return {
    text: `$(${iconOf(state, health)}) ${head}${words}${more}`,
    lines: swarms.map((swarm) => lineOf(swarm.state, swarm.health)),
    severity: severityOf(
      swarms.map((swarm) => swarm.state),
      health,
    ),
    accessibleLabel: [
      'Swarmscope',
      ...swarms.map((swarm) =>
        [swarm.state.connection.name, ...lineOf(swarm.state, swarm.health).facts].join(', '),
      ),
    ].join('; '),
  };
}

function healthOf(state: Opened, failing: number | undefined): Health {
  switch (state.phase) {
    case 'connecting':
      return { level: 'busy', words: l10n.t('connecting') };
    case 'failed':
      return { level: 'bad', words: l10n.t('not connected') };
    case 'connected':
      return connectedHealth(state, failing);
  }
}

function connectedHealth(
  { snapshot, lost, via, slowMs }: Extract<SwarmState, { phase: 'connected' }>,
  failing: number | undefined,
): Health {
  if (lost !== undefined) {
    return lossHealth(lost.error.code);
  }
  if (failing !== undefined && failing > 0) {
    const ports = failing === 1 ? l10n.t('1 port fails') : l10n.t('{0} ports fail', failing);
    const short = shortText(snapshot);
    return { level: 'warning', words: short === '' ? ports : `${ports}, ${short}` };
  }
  const down = [...snapshot.nodes.values()].filter(({ state }) => state !== 'ready').length;
  if (down > 0) {
    return {
      level: 'warning',
      words: down === 1 ? l10n.t('1 node is down') : l10n.t('{0} nodes are down', down),
    };
  }
  if (slowMs !== undefined) {
    return { level: 'warning', words: l10n.t('slow') };
  }
  if (via !== undefined) {
    return { level: 'warning', words: l10n.t('through {0}', withoutIcons(via.name)) };
  }
  const short = shortText(snapshot);
  return { level: short === '' ? 'good' : 'busy', words: short };
}

function lossHealth(code: ErrorCode): Health {
  switch (code) {
    case 'electing':
      return { level: 'warning', words: l10n.t('electing a leader') };
    case 'no-quorum':
      return { level: 'bad', words: l10n.t('no leader') };
    default:
      return { level: 'bad', words: l10n.t('no answer') };
  }
}

/** How many services do not run as many tasks as they should; empty when all do. */
function shortText({ services }: SwarmSnapshot): string {
  const short = [...services.values()].filter(({ converging }) => converging).length;
  return short === 0
    ? ''
    : short === 1
      ? l10n.t('1 service short')
      : l10n.t('{0} services short', short);
}

function iconOf(state: Opened, { level }: Health): string {
  if (state.phase === 'connecting') {
    return 'loading~spin';
  }
  if (level === 'bad') {
    return 'debug-disconnect';
  }
  return level === 'warning' ? 'warning' : 'server-environment';
}

function severityOf(states: readonly Opened[], { level }: Health): StatusItem['severity'] {
  if (level === 'bad') {
    return 'error';
  }
  // Production is to be seen before anything is done to it.
  const production = states.some(({ connection }) => connection.production === true);
  return level === 'warning' || production ? 'warning' : 'normal';
}

function managerOf(state: Opened): readonly string[] {
  // What was last seen of a manager that went away is not the one in use.
  if (state.phase !== 'connected' || state.via !== undefined) {
    return [];
  }
  const { nodes, info } = state.snapshot;
  return [withoutIcons(nodes.get(info.swarm.nodeId)?.hostname ?? info.engineName)];
}

function lineOf(state: Opened, health: Health): StatusLine {
  const { connection } = state;
  const { title } = state.phase === 'failed' ? describeError(state.error) : { title: '' };
  return {
    name: connection.name,
    facts: [
      connection.production === true ? l10n.t('production') : '',
      connection.readOnly === true ? l10n.t('read-only') : '',
      connection.source === 'demo' ? l10n.t('simulated') : '',
      ...managerOf(state).map((manager) => l10n.t('manager {0}', manager)),
      title === '' ? health.words || l10n.t('all well') : title,
    ].filter((fact) => fact !== ''),
  };
}
