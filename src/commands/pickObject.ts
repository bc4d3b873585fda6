import * as l10n from '@vscode/l10n';
import type { ObjectKind } from '../docker/engine';
import type { ObjectReference } from '../model/objectReference';
import type { SwarmSnapshot } from '../model/snapshot';
import { chooseSwarm, type SwarmUse } from './chooseSwarm';
import type { CommandContext, ConnectedSwarm } from './commandContext';
import type { QuickChoice } from './quickUi';
import { singleFrame } from './vscodeQuickUi';

const KINDS: ReadonlySet<unknown> = new Set<ObjectKind>(['network', 'service', 'node', 'task']);

/** The object that a tree row or another caller hands to a command; undefined when it hands none. */
export function objectFromArgument(argument: unknown): ObjectReference | undefined {
  if (typeof argument !== 'object' || argument === null) {
    return undefined;
  }
  const candidate = 'object' in argument ? argument.object : argument;
  if (typeof candidate !== 'object' || candidate === null) {
    return undefined;
  }
  const { kind, id, name } = candidate as Record<string, unknown>;
  return KINDS.has(kind) && typeof id === 'string' && typeof name === 'string'
    ? { kind: kind as ObjectKind, id, name }
    : undefined;
}

/** An object and the swarm that it is part of. */
export interface ChosenObject {
  readonly object: ObjectReference;
  readonly swarm: ConnectedSwarm;
}

/** What to choose from, and for what. */
export interface ObjectQuestion extends SwarmUse {
  readonly kinds: readonly ObjectKind[];
  /** Objects that can be chosen; all when omitted. */
  readonly fits?: (object: ObjectReference, snapshot: SwarmSnapshot) => boolean;
}

/** The argument's object, or the one that the person picks; its swarm with it. */
export async function objectOrPick(
  context: CommandContext,
  argument: unknown,
  question: ObjectQuestion,
): Promise<ChosenObject | undefined> {
  const swarm = await chooseSwarm(context, argument, question);
  if (swarm === undefined) {
    return undefined;
  }
  const given = objectFromArgument(argument);
  if (given !== undefined) {
    return { object: given, swarm };
  }
  const { kinds, fits = () => true, title } = question;
  const choices = kinds
    .flatMap((kind) => choicesOf(kind, swarm.snapshot))
    .filter(({ value }) => fits(value, swarm.snapshot));
  const answer = await context.ui.pick(singleFrame(title), {
    placeholder: choices.length === 0 ? l10n.t('There is nothing to choose') : l10n.t('Choose one'),
    choices,
  });
  return answer.kind === 'value' ? { object: answer.value, swarm } : undefined;
}

function choicesOf(kind: ObjectKind, snapshot: SwarmSnapshot): QuickChoice<ObjectReference>[] {
  const make = (
    icon: string,
    group: string,
    id: string,
    name: string,
    description: string,
  ): QuickChoice<ObjectReference> => ({
    // A name must not turn into an icon.
    label: `$(${icon}) ${name.replaceAll('$(', String.raw`\$(`)}`,
    description,
    group,
    value: { kind, id, name },
  });
  switch (kind) {
    case 'network':
      return [...snapshot.networks.values()].map(({ id, name, driver, subnets }) =>
        make(
          'type-hierarchy-sub',
          l10n.t('Networks'),
          id,
          name,
          `${driver} ${subnets[0]?.subnet ?? ''}`,
        ),
      );
    case 'service':
      return [...snapshot.services.values()].map(({ id, name, running, desired, image }) =>
        make('server-process', l10n.t('Services'), id, name, `${running}/${desired} ${image}`),
      );
    case 'node':
      return [...snapshot.nodes.values()].map(({ id, hostname, role, state }) =>
        make('server', l10n.t('Nodes'), id, hostname, `${role}, ${state}`),
      );
    case 'task':
      return [...snapshot.tasks.values()]
        .filter((task) => task.current)
        .map(({ id, name, state }) => make('package', l10n.t('Tasks'), id, name, state));
  }
}
