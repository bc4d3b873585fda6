import * as l10n from '@vscode/l10n';
import type { AttachmentBody, ServiceBody } from '../../docker/bodies';
import type { SwarmNetwork, SwarmSnapshot } from '../../model/snapshot';
import { radiusOfDetaching } from '../../routing/blastRadius';
import type { CommandContext } from '../commandContext';
import { objectOrPick } from '../pickObject';
import { withoutIcons, type QuickChoice } from '../quickUi';
import { blastLines, listed } from './blastText';
import { replacement } from './forceUpdate';
import { listText } from './listText';
import { changeByAct, updateCommand } from './serviceChange';

/** Attaches a service to networks that the person ticks. */
export async function attachNetworks(context: CommandContext, argument?: unknown): Promise<void> {
  const title = l10n.t('Attach to Networks');
  const chosen = await objectOrPick(context, argument, {
    title,
    toChange: true,
    kinds: ['service'],
  });
  if (chosen === undefined) {
    return;
  }
  const { object: service, swarm } = chosen;
  const command = (ids: readonly string[], snapshot: SwarmSnapshot): string =>
    updateCommand(
      ids.flatMap((id) => ['--network-add', nameOf(id, snapshot)]),
      service,
    );
  await changeByAct<readonly string[]>(
    context,
    { swarm, service },
    {
      title,
      verb: l10n.t('Attach'),
      ask: async ({ frame, base, swarm: { snapshot }, kept, problem }) => {
        const present = attachedTo(base.spec, snapshot);
        const free = [...snapshot.networks.values()].filter(
          (network) => !network.ingress && network.allocated && !present.includes(network.id),
        );
        return await context.ui.pickMany(frame, {
          placeholder:
            problem ??
            (free.length === 0
              ? l10n.t('There is no other network to attach "{0}" to', service.name)
              : l10n.t('Tick the networks that "{0}" joins, then press Enter', service.name)),
          choices: free.map((network) => choiceOf(network, kept, snapshot)),
          command: (ids) => (ids.length === 0 ? undefined : command(ids, snapshot)),
        });
      },
      apply: (spec, ids) =>
        ids.length === 0
          ? spec
          : withNetworks(spec, [...attachments(spec), ...ids.map((id) => ({ Target: id }))]),
      command: (ids, { swarm: { snapshot } }) => command(ids, snapshot),
      confirm: (ids, { base, swarm: { snapshot } }) => ({
        question: l10n.t(
          'Attach "{0}" of "{1}" to {2}?',
          service.name,
          swarm.connection.name,
          listText(ids.map((id) => nameOf(id, snapshot))),
        ),
        consequence: replacement(base.spec, snapshot.services.get(service.id)?.running ?? 0),
      }),
    },
  );
}

/** Takes a service off networks that the person ticks, after saying who loses whom. */
export async function detachNetworks(context: CommandContext, argument?: unknown): Promise<void> {
  const title = l10n.t('Detach from Networks');
  const chosen = await objectOrPick(context, argument, {
    title,
    toChange: true,
    kinds: ['service'],
    fits: ({ id }, { services }) => (services.get(id)?.networks.length ?? 0) > 0,
  });
  if (chosen === undefined) {
    return;
  }
  const { object: service, swarm } = chosen;
  const command = (ids: readonly string[], snapshot: SwarmSnapshot): string =>
    updateCommand(
      ids.flatMap((id) => ['--network-rm', nameOf(id, snapshot)]),
      service,
    );
  await changeByAct<readonly string[]>(
    context,
    { swarm, service },
    {
      title,
      verb: l10n.t('Detach'),
      ask: async ({ frame, base, swarm: { snapshot }, kept, problem }) =>
        await context.ui.pickMany(frame, {
          placeholder:
            problem ??
            l10n.t('Tick the networks that "{0}" leaves, then press Enter', service.name),
          choices: attachedTo(base.spec, snapshot).flatMap((id) => {
            const network = snapshot.networks.get(id);
            return network === undefined ? [] : [choiceOf(network, kept, snapshot)];
          }),
          command: (ids) => (ids.length === 0 ? undefined : command(ids, snapshot)),
        }),
      apply: (spec, ids) =>
        ids.length === 0
          ? spec
          : withNetworks(
              spec,
              attachments(spec).filter(
                ({ Target: target }) => !ids.includes(idOf(target, swarm.snapshot)),
              ),
            ),
      command: (ids, { swarm: { snapshot } }) => command(ids, snapshot),
      confirm: (ids, { base, swarm: { snapshot } }) => ({
        question: l10n.t(
          'Detach "{0}" of "{1}" from {2}?',
          service.name,
          swarm.connection.name,
          listText(ids.map((id) => nameOf(id, snapshot))),
        ),
        consequence: listed([
          ...blastLines(radiusOfDetaching(snapshot, service.id, ids)),
          replacement(base.spec, snapshot.services.get(service.id)?.running ?? 0),
        ]),
      }),
    },
  );
}

function choiceOf(
  { id, name, driver, subnets }: SwarmNetwork,
  kept: readonly string[] | undefined,
  { servicesByNetwork }: SwarmSnapshot,
): QuickChoice<string> {
  const services = (servicesByNetwork.get(id) ?? []).map((service) => service.name);
  return {
    label: withoutIcons(name),
    description: [driver, subnets[0]?.subnet ?? ''].join(' ').trim(),
    ...(services.length === 0
      ? {}
      : { detail: withoutIcons(l10n.t('with {0}', listText(services))) }),
    value: id,
    picked: kept?.includes(id) === true,
  };
}

/** Before API 1.25 the networks stood outside the task template. */
function attachments({
  TaskTemplate: template,
  Networks: old,
}: ServiceBody): readonly AttachmentBody[] {
  const present = template?.Networks ?? [];
  return present.length > 0 ? present : (old ?? []);
}

function withNetworks(
  { Networks: _old, ...spec }: ServiceBody,
  networks: readonly AttachmentBody[],
): ServiceBody {
  return { ...spec, TaskTemplate: { ...spec.TaskTemplate, Networks: networks } };
}

/** Ids of the networks that a spec names. */
function attachedTo(spec: ServiceBody, snapshot: SwarmSnapshot): readonly string[] {
  return attachments(spec).map(({ Target: target }) => idOf(target, snapshot));
}

function idOf(target: string, { networks }: SwarmSnapshot): string {
  return networks.has(target)
    ? target
    : ([...networks.values()].find(({ name }) => name === target)?.id ?? target);
}

function nameOf(id: string, { networks }: SwarmSnapshot): string {
  return networks.get(id)?.name ?? id;
}
