import * as l10n from '@vscode/l10n';
import type { SwarmNetwork, SwarmService, SwarmSnapshot } from '../model/snapshot';
import { stackOf } from '../model/stackOf';
import { groupNodes } from './groupNodes';
import { networkNodes } from './networkNodes';
import { buildRow, childrenOf, tooltipLines, type Fact } from './row';
import { serviceNodes } from './serviceNodes';
import type { TreeContext } from './treeContext';
import type { TreeNode } from './treeNode';

interface Stack {
  readonly name: string;
  readonly services: ReadonlyMap<string, SwarmService>;
  readonly networks: ReadonlyMap<string, SwarmNetwork>;
}

/** The groups of one swarm with its stacks in front; the others list what is part of no stack. */
export function stackedGroups(context: TreeContext): readonly TreeNode[] {
  const { snapshot } = context;
  const names = new Set(
    [...snapshot.services.values(), ...snapshot.networks.values()].map(stackOf),
  );
  names.delete('');
  const stacks = [...names].toSorted().map((name) => partOf(snapshot, name));
  const loose = partOf(snapshot, '');
  return [
    stacksNode(stacks, context),
    ...groupNodes({ ...context, listed: listing(context, loose) }),
  ];
}

function partOf({ services, networks }: SwarmSnapshot, name: string): Stack {
  return { name, services: ownOf(services, name), networks: ownOf(networks, name) };
}

function ownOf<T extends SwarmService | SwarmNetwork>(
  all: ReadonlyMap<string, T>,
  stack: string,
): ReadonlyMap<string, T> {
  return new Map([...all].filter(([, one]) => stackOf(one) === stack));
}

function listing({ snapshot }: TreeContext, { services, networks }: Stack): SwarmSnapshot {
  return { ...snapshot, services, networks };
}

function stacksNode(stacks: readonly Stack[], context: TreeContext): TreeNode {
  return buildRow({
    id: `${context.rootId}/stacks`,
    kind: l10n.t('Group'),
    label: l10n.t('Stacks'),
    facts: [stacks.length === 0 ? l10n.t('none') : String(stacks.length)],
    icon: { id: 'package', tone: 'neutral' },
    tokens: ['group:stacks'],
    children: childrenOf(stacks.length, () => stacks.map((stack) => stackNode(stack, context))),
  });
}

function stackNode(stack: Stack, context: TreeContext): TreeNode {
  const { name, services, networks } = stack;
  // As every other id: nothing in it that a person could mistake for the end of the name.
  const id = `${context.rootId}/stacks/${encodeURIComponent(name)}`;
  const below = { ...context, rootId: id, listed: listing(context, stack) };
  return buildRow({
    id,
    kind: l10n.t('Stack'),
    label: name,
    facts: [
      ...healthFacts([...services.values()]),
      services.size === 1 ? l10n.t('1 service') : l10n.t('{0} services', services.size),
      networks.size === 1 ? l10n.t('1 network') : l10n.t('{0} networks', networks.size),
    ],
    icon: stackIcon([...services.values()]),
    tokens: ['stack'],
    tooltip: () =>
      tooltipLines(
        [l10n.t('Stack'), name],
        [l10n.t('Services'), [...services.values()].map((one) => one.name).join(', ')],
        [l10n.t('Networks'), [...networks.values()].map((one) => one.name).join(', ')],
      ),
    children: childrenOf(services.size + networks.size, () => [
      ...serviceNodes(below),
      ...networkNodes(below),
    ]),
  });
}

function healthFacts(services: readonly SwarmService[]): readonly Fact[] {
  if (services.length === 0) {
    return [];
  }
  const sum = (count: (service: SwarmService) => number): number =>
    services.reduce((total, service) => total + count(service), 0);
  const [running, desired] = [sum((one) => one.running), sum((one) => one.desired)];
  const converging = services.filter((one) => one.converging).length;
  return [
    {
      text: l10n.t('{0}/{1} running', running, desired),
      spoken: l10n.t('{0} of {1} running', running, desired),
    },
    converging === 0 ? '' : l10n.t('{0} converging', converging),
  ];
}

/** The stack is as well as its worst service. */
function stackIcon(services: readonly SwarmService[]): TreeNode['icon'] {
  if (services.some((one) => one.updateStatus?.state.endsWith('paused') === true)) {
    return { id: 'warning', tone: 'warning' };
  }
  if (services.some((one) => one.converging && one.running === 0)) {
    return { id: 'warning', tone: 'warning' };
  }
  if (services.some((one) => one.converging)) {
    return { id: 'sync', tone: 'busy' };
  }
  return { id: 'package', tone: services.some((one) => one.running > 0) ? 'good' : 'muted' };
}
