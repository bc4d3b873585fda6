import * as l10n from '@vscode/l10n';
import { groupBy } from '../../common/groupBy';
import { shellCommand } from '../../common/shellQuote';
import { toPlainLine } from '../../common/text';
import type { ObjectKind } from '../../docker/engine';
import type { ObjectReference } from '../../model/objectReference';
import type { SwarmSnapshot } from '../../model/snapshot';
import { radiusOfNodes, radiusOfStopping } from '../../routing/blastRadius';
import { blastLines } from './blastText';
import { listText } from './listText';

/** Why an object cannot be removed now; undefined when it can. */
type Hindrance = string | undefined;

const ORDER: readonly ObjectKind[] = ['service', 'network', 'node', 'task'];

/** Objects in the order in which they can be removed: a network is free once its services are gone. */
export function inOrder(objects: readonly ObjectReference[]): readonly ObjectReference[] {
  return objects.toSorted((left, right) => ORDER.indexOf(left.kind) - ORDER.indexOf(right.kind));
}

/** Asks whether to remove the objects. */
export function questionOf(objects: readonly ObjectReference[], swarm: string): string {
  const [first] = objects;
  if (objects.length > 1 || first === undefined) {
    return toPlainLine(l10n.t('Remove {0} from "{1}"?', countText(objects), swarm));
  }
  const name = toPlainLine(first.name, 80);
  switch (first.kind) {
    case 'network':
      return l10n.t('Remove network "{0}" from "{1}"?', name, swarm);
    case 'service':
      return l10n.t('Remove service "{0}" from "{1}"?', name, swarm);
    case 'node':
    case 'task':
      return l10n.t('Remove node "{0}" from "{1}"?', name, swarm);
  }
}

/** `3 services`, or `3 objects` of several kinds. */
function countText(objects: readonly ObjectReference[]): string {
  const [kind, other] = new Set(objects.map((object) => object.kind));
  switch (other === undefined ? kind : undefined) {
    case 'service':
      return l10n.t('{0} services', objects.length);
    case 'network':
      return l10n.t('{0} networks', objects.length);
    case 'node':
      return l10n.t('{0} nodes', objects.length);
    default:
      return l10n.t('{0} objects', objects.length);
  }
}

/** What goes with the objects, in lines. */
export function consequences(
  objects: readonly ObjectReference[],
  snapshot: SwarmSnapshot,
): readonly string[] {
  const of = (kind: ObjectKind): readonly ObjectReference[] =>
    objects.filter((object) => object.kind === kind);
  const list = (kind: ObjectKind): string =>
    listText(
      of(kind).map(({ name }) => name),
      12,
    );
  const nodes = of('node').map(({ id }) => id);
  return [
    ...(objects.length > 1
      ? [
          ...(of('service').length > 0 ? [l10n.t('Services: {0}.', list('service'))] : []),
          ...(of('network').length > 0 ? [l10n.t('Networks: {0}.', list('network'))] : []),
          ...(nodes.length > 0 ? [l10n.t('Nodes: {0}.', list('node'))] : []),
        ]
      : []),
    ...blastLines(
      radiusOfStopping(
        snapshot,
        of('service').map(({ id }) => id),
      ),
    ),
    ...blastLines(radiusOfNodes(snapshot, [], nodes)),
    ...(nodes.length > 0
      ? [l10n.t('To come back, a node that is taken off the list must join anew.')]
      : []),
    ...(of('network').length > 0 ? [l10n.t('No service is left on the network.')] : []),
    l10n.t('This cannot be undone.'),
  ];
}

/** One command per kind, as docker has it. */
export function removalCommand(objects: readonly ObjectReference[]): string {
  return [...groupBy(objects, ({ kind }) => kind)]
    .map(([kind, group]) => shellCommand(['docker', kind, 'rm', ...group.map(({ name }) => name)]))
    .join(' && ');
}

/** Why the engine would not remove an object, with who is in the way; `together` are all that go. */
export function hindrance(
  object: ObjectReference,
  together: readonly ObjectReference[],
  snapshot: SwarmSnapshot,
): Hindrance {
  switch (object.kind) {
    case 'network':
      return networkHindrance(object, together, snapshot);
    case 'service':
      return undefined;
    case 'node':
      return nodeHindrance(object, snapshot);
    case 'task':
      return l10n.t('A task cannot be removed by itself: scale or remove its service.');
  }
}

function nodeHindrance({ id, name }: ObjectReference, { nodes }: SwarmSnapshot): Hindrance {
  const node = nodes.get(id);
  if (node?.state !== 'down') {
    return l10n.t('Node "{0}" is not down. Let it leave the swarm first.', name);
  }
  return node.role === 'manager'
    ? l10n.t('Node "{0}" is a manager. Demote it first.', name)
    : undefined;
}

function networkHindrance(
  { id, name }: ObjectReference,
  together: readonly ObjectReference[],
  snapshot: SwarmSnapshot,
): Hindrance {
  const network = snapshot.networks.get(id);
  const services = (snapshot.servicesByNetwork.get(id) ?? [])
    .filter((service) => !together.some((object) => object.id === service.id))
    .map((service) => service.name);
  const containers = (snapshot.tasksByNetwork.get(id) ?? []).filter((task) => task.isAttachment);
  if (network?.ingress === true) {
    return l10n.t(
      '"{0}" carries the routing mesh. Removing it would close every published port.',
      name,
    );
  }
  if (services.length === 0 && containers.length === 0) {
    return undefined;
  }
  const users = [
    ...services.map((service) => l10n.t('service "{0}"', service)),
    ...(containers.length > 0 ? [l10n.t('{0} attached containers', containers.length)] : []),
  ];
  return l10n.t(
    'Network "{0}" is in use by {1}. Remove or detach what uses it first.',
    name,
    listText(users),
  );
}
