import * as l10n from '@vscode/l10n';
import { groupBy } from '../common/groupBy';
import type { Engine } from '../docker/engine';
import type { ObjectReference } from '../model/objectReference';
import { sameSwarm, type CommandContext } from './commandContext';
import { confirmed } from './confirm';
import { listed } from './operate/blastText';
import { changeMany } from './operate/changeMany';
import { listText } from './operate/listText';
import { consequences, hindrance, inOrder, questionOf, removalCommand } from './operate/removal';
import { selectedObjects } from './operate/selection';
import { tellNotDone } from './showError';

/** Removes networks, services and nodes that are down, after one confirmation that names it all. */
export async function remove(
  context: CommandContext,
  argument?: unknown,
  selection?: unknown,
): Promise<void> {
  const title = l10n.t('Remove');
  const chosen = await selectedObjects(context, argument, selection, {
    title,
    toChange: true,
    kinds: ['network', 'service', 'node'],
    fits: (candidate, snapshot) => hindrance(candidate, [candidate], snapshot) === undefined,
  });
  if (chosen === undefined) {
    return;
  }
  const { swarm } = chosen;
  const { snapshot, connection } = sameSwarm(context, swarm) ?? swarm;
  const hindrances = chosen.objects.flatMap(
    (object) => hindrance(object, chosen.objects, snapshot) ?? [],
  );
  const objects = inOrder(
    chosen.objects.filter((object) => hindrance(object, chosen.objects, snapshot) === undefined),
  );
  const [first] = objects;
  if (first === undefined) {
    tellNotDone(context, hindrances.join(' '));
    return;
  }
  const confirmation = {
    title,
    question: questionOf(objects, connection.name),
    consequence: listed([...consequences(objects, snapshot), ...hindrances]),
    word: objects.length === 1 ? first.name : connection.name,
    command: removalCommand(objects),
  };
  if (!(await confirmed(context, swarm, confirmation))) {
    return;
  }
  // A network is free only once the services on it are gone.
  for (const group of groupBy(objects, ({ kind }) => kind).values()) {
    const done = await changeMany(context, swarm, {
      objects: group,
      doing: l10n.t('Removing {0}…', listText(group.map(({ name }) => name))),
      change: async ({ engine }, object) => await removeFrom(engine, object),
    });
    if (done === undefined) {
      return;
    }
  }
}

function removeFrom(engine: Engine, { kind, id }: ObjectReference): Promise<void> {
  switch (kind) {
    case 'network':
      return engine.removeNetwork(id);
    case 'service':
      return engine.removeService(id);
    case 'node':
      return engine.removeNode(id);
    case 'task':
      return Promise.resolve();
  }
}
