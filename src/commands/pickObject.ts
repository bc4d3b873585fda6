import * as l10n from '@vscode/l10n';
import type { ObjectKind } from '../docker/engine';
import type { ObjectReference } from '../model/objectReference';
import type { SwarmSnapshot } from '../model/snapshot';
import { connected, type CommandContext } from './commandContext';
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

/** The argument's object, or the one that the person picks among `kinds`. */
export async function objectOrPick(
  context: CommandContext,
  argument: unknown,
  title: string,
  kinds: readonly ObjectKind[],
  fits: (object: ObjectReference, snapshot: SwarmSnapshot) => boolean = () => true,
): Promise<ObjectReference | undefined> {
  const given = objectFromArgument(argument);
  if (given !== undefined) {
    return given;
  }
  const snapshot = connected(context)?.snapshot;
  if (snapshot === undefined) {
    return undefined;
  }
  const choices = kinds
    .flatMap((kind) => choicesOf(kind, snapshot))
    .filter(({ value }) => fits(value, snapshot));
  const answer = await context.ui.pick(singleFrame(title), {
    placeholder: choices.length === 0 ? l10n.t('There is nothing to choose') : l10n.t('Choose one'),
    choices,
  });
  return answer.kind === 'value' ? answer.value : undefined;
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
