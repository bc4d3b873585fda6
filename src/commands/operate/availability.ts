import * as l10n from '@vscode/l10n';
import { shellCommand } from '../../common/shellQuote';
import { toPlainLine } from '../../common/text';
import type { ObjectReference } from '../../model/objectReference';
import type { SwarmNode, SwarmSnapshot } from '../../model/snapshot';
import { radiusOfNodes } from '../../routing/blastRadius';
import { titleFor } from '../chooseSwarm';
import { sameSwarm, type CommandContext, type ConnectedSwarm } from '../commandContext';
import { confirmed } from '../confirm';
import { guarded } from '../guardAct';
import type { QuickChoice } from '../quickUi';
import { singleFrame } from '../vscodeQuickUi';
import { blastLines, listed } from './blastText';
import { listText } from './listText';
import { changeNodes, namesOf, nodesText, type WayBack } from './nodeChange';
import { selectedObjects, type Selection } from './selection';
import { servicesOn, watchDrain } from './watchDrain';

type Availability = SwarmNode['availability'];

/** Lets nodes take tasks, take no more, or give theirs away, after saying what that takes away. */
export async function setAvailability(
  context: CommandContext,
  argument?: unknown,
  selection?: unknown,
): Promise<void> {
  const title = l10n.t('Set Availability');
  const chosen = await selectedObjects(context, argument, selection, {
    title,
    toChange: true,
    kinds: ['node'],
  });
  if (chosen === undefined) {
    return;
  }
  const { swarm, objects } = chosen;
  const present = nodesOf(chosen, swarm.snapshot).map(({ availability }) => availability);
  const answer = await context.ui.pick<Availability>(singleFrame(titleFor(context, title, swarm)), {
    placeholder: l10n.t('What {0} should do', nodesText(objects)),
    choices: choicesOf(new Set(present)),
  });
  if (answer.kind !== 'value') {
    return;
  }
  const availability = answer.value;
  const command = commandOf(objects.map(({ name }) => [name, availability]));
  const now = sameSwarm(context, swarm)?.snapshot ?? swarm.snapshot;
  if (availability !== 'active') {
    const asked = question(chosen, availability, now);
    const [first] = objects;
    const word = objects.length === 1 ? first.name : swarm.connection.name;
    const act = labelOf(availability);
    if (!(await confirmed(context, swarm, { title: act, ...asked, word, command }))) {
      return;
    }
  }
  const before = sameSwarm(context, swarm) ?? swarm;
  const moved = availability === 'drain' ? servicesOn(before.snapshot, objects) : [];
  const ids = moved.map(({ id }) => id);
  await guarded(context, before, ids, async (guard) => {
    await changeNodes(context, chosen, {
      apply: (spec) => ({ ...spec, Availability: availability }),
      doing: l10n.t('Changing {0}…', nodesText(objects)),
      done: (names) => doneText(availability, names),
      ...(guard === undefined
        ? {}
        : {
            follow: async (nodes) => await watchDrain(before, nodes, moved, guard),
            wayBack: undoDrain(context, before),
          }),
      command,
    });
  });
}

/** Gives drained nodes back the availability that they had before, where they are drained still. */
function undoDrain(context: CommandContext, swarm: ConnectedSwarm): WayBack {
  const before = ({ id }: ObjectReference): Availability =>
    swarm.snapshot.nodes.get(id)?.availability ?? 'active';
  return {
    label: l10n.t('Undo Drain'),
    take: async (nodes) => {
      await changeNodes(
        context,
        { swarm, objects: nodes },
        {
          apply: (spec, node) =>
            spec.Availability === 'drain' ? { ...spec, Availability: before(node) } : spec,
          doing: l10n.t('Changing {0}…', nodesText(nodes)),
          done: (names) => l10n.t('As before the drain: {0}.', names),
          command: commandOf(nodes.map((node) => [node.name, before(node)])),
        },
      );
    },
  };
}

/** One command each: `docker node update` takes one node only. */
function commandOf(nodes: readonly (readonly [name: string, Availability])[]): string {
  return nodes
    .map(([name, availability]) =>
      shellCommand(['docker', 'node', 'update', '--availability', availability, name]),
    )
    .join(' && ');
}

function question(
  { swarm, objects }: Selection,
  availability: Exclude<Availability, 'active'>,
  snapshot: SwarmSnapshot,
): { readonly question: string; readonly consequence: string } {
  const nodes = nodesOf({ objects }, snapshot);
  const after = nodes.map((node) => ({ ...node, availability }));
  const lines = blastLines(radiusOfNodes(snapshot, after));
  const what = nodesText(objects);
  const where = swarm.connection.name;
  const plain =
    availability === 'drain'
      ? l10n.t('No running task is there.')
      : l10n.t('What runs there goes on, and no new tasks come.');
  return {
    question: toPlainLine(
      availability === 'drain'
        ? l10n.t('Drain {0} of "{1}"?', what, where)
        : l10n.t('Pause {0} of "{1}"?', what, where),
    ),
    consequence: listed([
      ...(objects.length > 1 ? [`${listText(namesOf(objects), 12)}.`] : []),
      ...(availability === 'pause' || lines.length === 0 ? [plain] : []),
      ...lines,
      ...(availability === 'drain'
        ? [l10n.t('Ports of the routing mesh with tasks elsewhere go on answering there.')]
        : []),
    ]),
  };
}

function choicesOf(present: ReadonlySet<Availability>): QuickChoice<Availability>[] {
  const only = present.size === 1;
  const details: readonly [Availability, string, string][] = [
    ['active', 'play', l10n.t('Takes tasks.')],
    ['pause', 'debug-pause', l10n.t('Keeps its tasks and takes no more.')],
    [
      'drain',
      'circle-slash',
      l10n.t('Stops its tasks, which start on other nodes, and takes no more.'),
    ],
  ];
  return details.map(([value, icon, detail]) => ({
    label: `$(${icon}) ${labelOf(value)}`,
    detail,
    value,
    ...(only && present.has(value) ? { description: l10n.t('as it is now') } : {}),
  }));
}

function labelOf(availability: Availability): string {
  switch (availability) {
    case 'active':
      return l10n.t('Active');
    case 'pause':
      return l10n.t('Pause');
    case 'drain':
      return l10n.t('Drain');
  }
}

function doneText(availability: Availability, names: string): string {
  switch (availability) {
    case 'active':
      return l10n.t('Takes tasks again: {0}.', names);
    case 'pause':
      return l10n.t('Takes no more tasks: {0}.', names);
    case 'drain':
      return l10n.t('Drained: {0}.', names);
  }
}

/** The selected nodes as the swarm has them. */
export function nodesOf(
  { objects }: Pick<Selection, 'objects'>,
  { nodes }: SwarmSnapshot,
): readonly SwarmNode[] {
  return objects.flatMap(({ id }) => nodes.get(id) ?? []);
}
