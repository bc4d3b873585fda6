import * as l10n from '@vscode/l10n';
import type { SwarmSnapshot, SwarmTask } from '../model/snapshot';
import {
  buildRow,
  formatTime,
  plainText,
  tooltipLines,
  withoutPrefix,
  type Fact,
  type TooltipLines,
} from './row';
import { hostnameOf } from './treeContext';
import type { TreeNode } from './treeNode';

/** Under which kind of row a task stands; decides which facts are news there. */
export type TaskPlace =
  | { readonly kind: 'service' }
  | { readonly kind: 'node' }
  | { readonly kind: 'network'; readonly networkId: string };

/** One task below `parentId`. */
export function taskNode(
  parentId: string,
  task: SwarmTask,
  snapshot: SwarmSnapshot,
  place: TaskPlace,
): TreeNode {
  return buildRow({
    id: `${parentId}/task/${task.id}`,
    kind: task.isAttachment ? l10n.t('Container') : l10n.t('Task'),
    label: task.name,
    facts: taskFacts(task, snapshot, place),
    icon: taskIcon(task),
    tokens: ['task', 'inspectable', 'hasId', ...(task.isAttachment ? [] : ['logs' as const])],
    tooltip: () => taskTooltip(task, snapshot),
    object: { kind: 'task', id: task.id, name: plainText(task.name) },
  });
}

function taskFacts(task: SwarmTask, snapshot: SwarmSnapshot, place: TaskPlace): readonly Fact[] {
  const node = hostnameOf(snapshot, task.nodeId);
  const state = task.state === 'unknown' ? l10n.t('state unknown') : task.state;
  const earlier = task.current ? '' : l10n.t('earlier');
  switch (place.kind) {
    case 'service':
      return [earlier, node, state, task.error];
    case 'node':
      return [state, ...addressesOf(task), task.error];
    case 'network': {
      const addresses = addressesOf(task, place.networkId);
      const address = addresses.length === 0 ? [l10n.t('no address')] : addresses;
      return [...address, node, state === 'running' ? '' : state];
    }
  }
}

function addressesOf(task: SwarmTask, networkId?: string): string[] {
  return task.attachments
    .filter((attachment) => networkId === undefined || attachment.networkId === networkId)
    .flatMap(({ addresses }) => addresses.map(withoutPrefix));
}

/** State as shape and colour. */
export function taskIcon(task: SwarmTask): TreeNode['icon'] {
  switch (task.state) {
    case 'running':
      return task.current
        ? { id: 'play-circle', tone: 'good' }
        : { id: 'debug-stop', tone: 'muted' };
    case 'complete':
      return { id: 'pass', tone: 'good' };
    case 'failed':
    case 'rejected':
      return { id: 'error', tone: 'bad' };
    case 'shutdown':
    case 'remove':
    case 'orphaned':
      return { id: 'circle-slash', tone: 'muted' };
    case 'unknown':
      return { id: 'question', tone: 'muted' };
    default:
      return task.error === '' ? { id: 'sync', tone: 'busy' } : { id: 'warning', tone: 'warning' };
  }
}

function taskTooltip(task: SwarmTask, snapshot: SwarmSnapshot): TooltipLines {
  return tooltipLines(
    [l10n.t('Task'), task.name],
    [l10n.t('Image'), task.image],
    [l10n.t('Node'), hostnameOf(snapshot, task.nodeId)],
    [l10n.t('State'), `${task.state} (${l10n.t('wanted: {0}', task.desiredState)})`],
    [l10n.t('Since'), formatTime(task.stateAt)],
    [l10n.t('Error'), task.error],
    [l10n.t('Message'), task.message],
    // A task that was never started has no exit code of its own.
    [l10n.t('Exit code'), task.state === 'rejected' ? undefined : task.exitCode?.toString()],
    ...task.attachments.map(
      ({ networkId, addresses }) =>
        [
          l10n.t('Address on {0}', plainText(snapshot.networks.get(networkId)?.name ?? networkId)),
          addresses.join(', '),
        ] as const,
    ),
    [
      l10n.t('Host ports'),
      task.hostPorts
        .map((port) => `${port.publishedPort}→${port.targetPort}/${port.protocol}`)
        .join(', '),
    ],
    [l10n.t('Container'), task.containerId],
    [l10n.t('ID'), task.id],
  );
}
