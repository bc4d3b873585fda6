import * as l10n from '@vscode/l10n';
import { shellCommand } from '../../common/shellQuote';
import type { SwarmNode } from '../../model/snapshot';
import { radiusOfNodes } from '../../routing/blastRadius';
import { sameSwarm, type CommandContext } from '../commandContext';
import { confirmed } from '../confirm';
import { tellNotDone } from '../showError';
import { nodesOf } from './availability';
import { blastLines, listed } from './blastText';
import { listText } from './listText';
import { changeNodes, namesOf, nodesText } from './nodeChange';
import { demotion, promotion } from './quorumText';
import { selectedObjects } from './selection';

/** Makes workers managers, after saying what that means for the quorum. */
export async function promoteNode(
  context: CommandContext,
  argument?: unknown,
  selection?: unknown,
): Promise<void> {
  await changeRole(context, { argument, selection, role: 'manager' });
}

/** Makes managers workers, after saying what that means for the quorum. */
export async function demoteNode(
  context: CommandContext,
  argument?: unknown,
  selection?: unknown,
): Promise<void> {
  await changeRole(context, { argument, selection, role: 'worker' });
}

async function changeRole(
  context: CommandContext,
  asked: {
    readonly argument: unknown;
    readonly selection: unknown;
    readonly role: SwarmNode['role'];
  },
): Promise<void> {
  const { argument, selection, role } = asked;
  const isPromotion = role === 'manager';
  const title = isPromotion ? l10n.t('Promote') : l10n.t('Demote');
  const chosen = await selectedObjects(context, argument, selection, {
    title,
    toChange: true,
    kinds: ['node'],
    fits: ({ id }, { nodes }) => nodes.get(id)?.role !== role,
  });
  if (chosen === undefined) {
    return;
  }
  const { swarm, objects } = chosen;
  const snapshot = sameSwarm(context, swarm)?.snapshot ?? swarm.snapshot;
  const nodes = nodesOf(chosen, snapshot);
  const verdict = isPromotion ? promotion(snapshot, nodes) : demotion(snapshot, nodes);
  if (!verdict.ok) {
    tellNotDone(context, verdict.why);
    return;
  }
  const radius = radiusOfNodes(
    snapshot,
    nodes.map((node) => ({ ...node, role })),
  );
  const [first] = objects;
  const command = shellCommand([
    'docker',
    'node',
    isPromotion ? 'promote' : 'demote',
    ...namesOf(objects),
  ]);
  const where = swarm.connection.name;
  const what = nodesText(objects);
  const question = isPromotion
    ? l10n.t('Make {0} of "{1}" a manager?', what, where)
    : l10n.t('Make {0} of "{1}" a worker?', what, where);
  const consequence = listed([
    ...(objects.length > 1 ? [`${listText(namesOf(objects), 12)}.`] : []),
    ...verdict.lines,
    ...blastLines(radius),
  ]);
  const word = objects.length === 1 ? first.name : where;
  if (await confirmed(context, swarm, { title, question, consequence, word, command })) {
    await changeNodes(context, chosen, {
      apply: (spec) => ({ ...spec, Role: role }),
      doing: l10n.t('Changing {0}…', what),
      done: (names) =>
        isPromotion
          ? l10n.t('On the way to being a manager: {0}.', names)
          : l10n.t('On the way to being a worker: {0}.', names),
      command,
    });
  }
}
