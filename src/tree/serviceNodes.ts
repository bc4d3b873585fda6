import * as l10n from '@vscode/l10n';
import { assertNever } from '../common/assertNever';
import type { ContextToken } from '../contributions';
import type { PublishedPort } from '../docker/records/service';
import type { SwarmService, SwarmSnapshot, SwarmTask } from '../model/snapshot';
import {
  buildRow,
  childrenOf,
  formatTime,
  plainText,
  tooltipLines,
  type Fact,
  type TooltipLines,
} from './row';
import { taskNode } from './taskNodes';
import type { TreeContext } from './treeContext';
import type { TreeNode } from './treeNode';

/** Earlier failures shown below a service, newest first. */
const LONGEST_HISTORY = 10;

/** Rows of the group Services. */
export function serviceNodes({
  rootId,
  snapshot,
  listed = snapshot,
}: TreeContext): readonly TreeNode[] {
  return [...listed.services.values()].map((service) => {
    const id = `${rootId}/services/${service.id}`;
    const tasks = tasksToShow(snapshot.tasksByService.get(service.id) ?? []);
    return serviceNode(
      id,
      service,
      snapshot,
      serviceFacts(service, snapshot),
      () => tasks.map((task) => taskNode(id, task, snapshot, { kind: 'service' })),
      tasks.length,
    );
  });
}

/** One service row anywhere in the tree; `facts` are what matters at that place. */
export function serviceNode(
  id: string,
  service: SwarmService,
  snapshot: SwarmSnapshot,
  facts: readonly Fact[],
  buildChildren: () => readonly TreeNode[] = () => [],
  childCount = 0,
): TreeNode {
  return buildRow({
    id,
    kind: l10n.t('Service'),
    label: service.name,
    facts,
    icon: serviceIcon(service, snapshot.tasksByService.get(service.id) ?? []),
    tokens: serviceTokens(service),
    tooltip: () => serviceTooltip(service, snapshot),
    children: childrenOf(childCount, buildChildren),
    object: { kind: 'service', id: service.id, name: plainText(service.name) },
  });
}

/** What is running first, then the newest failures of the past. */
function tasksToShow(tasks: readonly SwarmTask[]): readonly SwarmTask[] {
  const failures = tasks
    .filter((task) => !task.current && (task.state === 'failed' || task.state === 'rejected'))
    .toSorted((left, right) => Date.parse(right.stateAt) - Date.parse(left.stateAt));
  return [...tasks.filter((task) => task.current), ...failures.slice(0, LONGEST_HISTORY)];
}

function serviceFacts(service: SwarmService, snapshot: SwarmSnapshot): readonly Fact[] {
  return [
    countFact(service, snapshot),
    ...portsOf(service).map(portFact),
    updateFact(service.updateStatus?.state ?? ''),
  ];
}

function countFact(service: SwarmService, snapshot: SwarmSnapshot): Fact {
  const { mode, running, desired } = service;
  const spoken = l10n.t('{0} of {1} running', running, desired);
  switch (mode.kind) {
    case 'replicated':
      return { text: `${l10n.t('replicated')} ${running}/${desired}`, spoken };
    case 'global':
      return { text: `${l10n.t('global')} ${running}/${desired}`, spoken };
    case 'replicated-job':
    case 'global-job': {
      const current = (snapshot.tasksByService.get(service.id) ?? []).filter((t) => t.current);
      const complete = current.filter((task) => task.state === 'complete').length;
      const total = mode.kind === 'replicated-job' ? mode.total : current.length;
      return {
        text: `${l10n.t('job')} ${complete}/${total}`,
        spoken: l10n.t('job, {0} of {1} complete', complete, total),
      };
    }
    default:
      return assertNever(mode);
  }
}

/** What was allocated; what was asked for when nothing was. */
function portsOf(service: SwarmService): readonly PublishedPort[] {
  return service.ports.length > 0 ? service.ports : service.wantedPorts;
}

function portFact({ protocol, targetPort, publishedPort, mode }: PublishedPort): Fact {
  const published = publishedPort?.toString() ?? l10n.t('any');
  const host = mode === 'host' ? ` ${l10n.t('on its host only')}` : '';
  return {
    text: `${published}→${targetPort}/${protocol}${mode === 'host' ? ` ${l10n.t('host')}` : ''}`,
    spoken: `${l10n.t('port {0} to {1} {2}', published, targetPort, protocol)}${host}`,
  };
}

function updateFact(state: string): string {
  switch (state) {
    case 'updating':
      return l10n.t('updating');
    case 'paused':
      return l10n.t('update paused');
    case 'rollback_started':
      return l10n.t('rolling back');
    case 'rollback_paused':
      return l10n.t('rollback paused');
    case 'rollback_completed':
      return l10n.t('rolled back');
    default:
      // `completed` is the ordinary state after any update.
      return '';
  }
}

/** State as shape and colour. */
export function serviceIcon(service: SwarmService, tasks: readonly SwarmTask[]): TreeNode['icon'] {
  const { running, desired, updateStatus } = service;
  if (updateStatus?.state.endsWith('paused') === true) {
    return { id: 'warning', tone: 'warning' };
  }
  if (!service.converging) {
    return desired === 0
      ? { id: 'circle-slash', tone: 'muted' }
      : { id: 'layers-active', tone: 'good' };
  }
  const troubled = tasks.some((task) => task.current && task.error !== '');
  const failing = running === 0 && tasks.some((task) => task.error !== '');
  if (failing) {
    return { id: 'error', tone: 'bad' };
  }
  return troubled ? { id: 'warning', tone: 'warning' } : { id: 'sync', tone: 'busy' };
}

function serviceTokens(service: SwarmService): readonly ContextToken[] {
  return [
    'service',
    'inspectable',
    'removable',
    'hasId',
    'dockerCommand',
    'updatable',
    ...(service.mode.kind === 'replicated' || service.mode.kind === 'replicated-job'
      ? (['scalable'] as const)
      : []),
    ...(service.hasPrevious === true ? (['rollable'] as const) : []),
    ...(service.networks.length > 0 ? (['attached'] as const) : []),
    ...(service.env.length > 0 ? (['environment'] as const) : []),
    ...(portsOf(service).length > 0 ? (['published'] as const) : []),
    ...(portsOf(service).some((port) => port.protocol === 'tcp') ? (['openable'] as const) : []),
    'logs',
  ];
}

function serviceTooltip(service: SwarmService, snapshot: SwarmSnapshot): TooltipLines {
  const networkName = (id: string): string => plainText(snapshot.networks.get(id)?.name ?? id);
  const aliases = service.networks.flatMap((network) => network.aliases);
  return tooltipLines(
    [l10n.t('Service'), service.name],
    [l10n.t('Image'), service.image],
    [l10n.t('Endpoint mode'), service.endpointMode],
    ...service.virtualIps.map(
      ({ networkId, address }) => [l10n.t('VIP on {0}', networkName(networkId)), address] as const,
    ),
    [l10n.t('Aliases'), aliases.join(', ')],
    [l10n.t('Constraints'), service.constraints.join(', ')],
    [l10n.t('Update'), service.updateStatus?.message],
    [l10n.t('Updated'), formatTime(service.updatedAt)],
    [l10n.t('ID'), service.id],
  );
}
