import * as l10n from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import type { SwarmscopeError } from '../common/errors';
import type { ErrorDescription } from '../common/errorText';
import { shownAddress } from '../common/shownAddress';
import type { ConnectionEntry } from '../docker/target';
import type { SwarmState } from '../store/swarmState';
import { failedStateOf } from '../store/failedState';
import { groupNodes } from './groupNodes';
import { buildRow, formatAge, tooltipLines } from './row';
import type { TreeNode } from './treeNode';

/** What the tree is built with besides the states. */
export interface TreeOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The rows below a connected swarm, where they are not its plain groups. */
  readonly groups?: typeof groupNodes | undefined;
  /** The sentences for a person. */
  readonly describeError: (error: SwarmscopeError) => ErrorDescription;
}

type Opened = Exclude<SwarmState, { phase: 'disconnected' }>;
type In<P extends SwarmState['phase']> = Extract<SwarmState, { phase: P }>;

/** The root row of one connection. */
export function swarmNode(state: Opened, options: TreeOptions): TreeNode {
  switch (state.phase) {
    case 'connecting':
      return connectingNode(state);
    case 'failed':
      return failedNode(state, options);
    case 'connected':
      return connectedNode(state, options);
    default:
      return assertNever(state);
  }
}

function connectedNode(
  state: In<'connected'>,
  { now, describeError, groups = groupNodes }: TreeOptions,
): TreeNode {
  const { connection, snapshot, lost, via, slowMs } = state;
  const manager = snapshot.nodes.get(snapshot.info.swarm.nodeId);
  const count = snapshot.nodes.size;
  return buildRow({
    id: connection.id,
    kind: l10n.t('Swarm'),
    label: connection.name,
    facts: [
      lost === undefined ? '' : lossFact(lost, now),
      via === undefined ? '' : l10n.t('through {0}', via.name),
      slowMs === undefined ? '' : l10n.t('slow, {0} s', (slowMs / 1000).toFixed(1)),
      ...ownFacts(connection),
      count === 1 ? l10n.t('1 node') : l10n.t('{0} nodes', count),
      l10n.t('manager {0}', manager?.hostname ?? snapshot.info.engineName),
      snapshot.info.engineVersion,
    ],
    icon: iconOf(state),
    tokens: ['swarm', 'swarmConnected', 'changeable'],
    tooltip: () =>
      tooltipLines(
        [l10n.t('Swarm'), connection.name],
        [l10n.t('Address'), shownAddress(connection.address)],
        [l10n.t('In use'), via && `${via.name} (${shownAddress(via.address)})`],
        [l10n.t('Problem'), lost === undefined ? undefined : lineOf(describeError(lost.error))],
        [l10n.t('Speed'), slowMs === undefined ? undefined : slowLine(slowMs)],
        [l10n.t('Engine'), `${snapshot.info.engineVersion} (API ${snapshot.apiVersion})`],
        [l10n.t('System'), snapshot.info.operatingSystem],
        [l10n.t('Swarm ID'), snapshot.info.swarm.cluster?.id],
      ),
    children: () =>
      groups({
        rootId: connection.id,
        snapshot,
        describeError: (error) => lineOf(describeError(error)),
      }),
    expanded: true,
  });
}

function connectingNode({ connection }: In<'connecting'>): TreeNode {
  return buildRow({
    id: connection.id,
    kind: l10n.t('Swarm'),
    label: connection.name,
    facts: [l10n.t('connecting…'), ...ownFacts(connection)],
    icon: { id: 'loading~spin', tone: 'neutral' },
    tokens: ['swarm'],
    tooltip: () => tooltipLines([l10n.t('Address'), shownAddress(connection.address)]),
  });
}

function failedNode({ connection, error }: In<'failed'>, { describeError }: TreeOptions): TreeNode {
  const { title, detail, nextStep } = describeError(error);
  return buildRow({
    id: connection.id,
    kind: l10n.t('Swarm'),
    label: connection.name,
    facts: [title, ...ownFacts(connection)],
    icon: { id: 'error', tone: 'bad' },
    tokens: ['swarm', 'swarmFailed', `failed:${failedStateOf(error.code)}`],
    tooltip: () =>
      tooltipLines(
        [l10n.t('Problem'), title],
        [l10n.t('Cause'), detail],
        [l10n.t('Next step'), nextStep],
        [l10n.t('Address'), shownAddress(connection.address)],
      ),
  });
}

function lossFact({ error, since }: NonNullable<In<'connected'>['lost']>, now: number): string {
  const age = formatAge(now - since);
  switch (error.code) {
    case 'electing':
      return l10n.t('electing a leader');
    case 'no-quorum':
      return l10n.t('no leader for {0}', age);
    default:
      return l10n.t('no answer for {0}', age);
  }
}

function iconOf({ lost, via }: In<'connected'>): TreeNode['icon'] {
  if (lost !== undefined) {
    return lost.error.code === 'electing'
      ? { id: 'sync~spin', tone: 'warning' }
      : { id: 'debug-disconnect', tone: 'bad' };
  }
  return { id: 'server-environment', tone: via === undefined ? 'neutral' : 'warning' };
}

function slowLine(ms: number): string {
  return l10n.t(
    'A look at the whole swarm takes {0} s. The log has the time of each call.',
    (ms / 1000).toFixed(1),
  );
}

function ownFacts({ source, production, readOnly }: ConnectionEntry): readonly string[] {
  return [
    source === 'demo' ? l10n.t('simulated') : '',
    production === true ? l10n.t('production') : '',
    readOnly === true ? l10n.t('read-only') : '',
  ];
}

function lineOf({ title, detail, nextStep }: ErrorDescription): string {
  return [title, detail, nextStep].filter((part) => part !== '').join(' ');
}
