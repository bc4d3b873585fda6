import * as l10n from '@vscode/l10n';
import type { AttachmentBody, ServiceBody } from '../../docker/bodies';
import type { SwarmNetwork, SwarmSnapshot } from '../../model/snapshot';
import { radiusOfDetaching } from '../../routing/blastRadius';
import { networkWord } from '../../spec/commandWords';
import { attachmentsOf } from '../../spec/readServiceDraft';
import { withoutIcons, type Answer, type QuickChoice } from '../quickUi';
import { isTexts, readAliases, readAttachments, type Attachments } from './attachments';
import { blastLines, listed } from './blastText';
import { listText } from './listText';
import { publishPreflight } from './preflight';
import { replacement } from './replacement';
import type { ChosenService, Round, ServiceAct } from './serviceChange';
import { updateCommand } from './updateCommand';

type Ids = readonly string[];
type Act<A> = Omit<ServiceAct<A>, 'title'>;

/** Attaches a service to networks that the person ticks, and names it there. */
export function attachAct({ service, swarm }: ChosenService): Act<Attachments> {
  return {
    form: 'attach',
    verb: l10n.t('Attach'),
    keeps: (chosen) => chosen,
    restore: readAttachments,
    ask: askAttachments,
    apply: (spec, chosen) =>
      chosen.length === 0
        ? spec
        : withNetworks(spec, [
            ...attachmentsOf(spec),
            ...chosen.map(({ id, aliases }) => ({
              Target: id,
              ...(aliases.length === 0 ? {} : { Aliases: aliases }),
            })),
          ]),
    check: (wanted, { base, swarm: { snapshot } }) =>
      publishPreflight(snapshot, { serviceId: service.id, before: base.spec, wanted }),
    command: attachCommand,
    confirm: (chosen, { base, swarm: { snapshot } }) => ({
      question: l10n.t(
        'Attach "{0}" of "{1}" to {2}?',
        service.name,
        swarm.connection.name,
        listText(chosen.map(({ id }) => nameOf(id, snapshot))),
      ),
      consequence: listed([
        ...chosen
          .filter(({ aliases }) => aliases.length > 0)
          .map(({ id, aliases }) =>
            l10n.t('On "{0}" it is also {1}.', nameOf(id, snapshot), listText(aliases)),
          ),
        replacement(base.spec, snapshot.services.get(service.id)?.running ?? 0),
      ]),
    }),
  };
}

/** Asks for the networks, and for the aliases on each; Back goes to the question before. */
async function askAttachments(round: Round<Attachments>): Promise<Answer<Attachments>> {
  const { frame, base, swarm, service, draft } = round;
  const { snapshot } = swarm;
  const present = attachedTo(base.spec, snapshot);
  const free = [...snapshot.networks.values()].filter(
    (network) => !network.ingress && network.allocated && !present.includes(network.id),
  );
  let { problem } = round;
  let ticks: Ids = (round.kept ?? [])
    .map(({ id }) => id)
    .filter((id) => free.some((network) => network.id === id));
  // Beside the ticks, so that they outlive a network that is unticked and ticked again.
  const aliases = new Map((round.kept ?? []).map((one) => [one.id, one.aliases]));
  const withAliases = (ids: Ids): Attachments =>
    ids.map((id) => ({ id, aliases: aliases.get(id) ?? [] }));
  for (;;) {
    const ticked = await draft.ui.pickMany(frame, {
      key: 'networks',
      placeholder:
        problem ??
        (free.length === 0
          ? l10n.t('There is no other network to attach "{0}" to', service.name)
          : l10n.t('Tick the networks that "{0}" joins, then press Enter', service.name)),
      choices: free.map((network) => choiceOf(network, ticks, snapshot)),
      command: (ids) => (ids.length === 0 ? undefined : attachCommand(withAliases(ids), round)),
    });
    if (ticked.kind !== 'value') {
      return ticked;
    }
    ticks = ticked.value;
    draft.keep(ticks.length === 0 ? undefined : withAliases(ticks));
    const named = await askAliases(round, withAliases(ticks), (id, given) =>
      aliases.set(id, given),
    );
    if (named.kind !== 'back') {
      return named;
    }
    problem = undefined;
  }
}

/** Asks for the aliases on one network after the other; tells each that is accepted. */
async function askAliases(
  { frame, swarm: { snapshot }, service, draft }: Round<Attachments>,
  chosen: Attachments,
  accepted: (id: string, aliases: readonly string[]) => void,
): Promise<Answer<Attachments>> {
  let answers = chosen;
  for (let index = 0; index < chosen.length;) {
    const { id = '', aliases = [] } = answers[index] ?? {};
    const answer = await draft.ui.input(
      { ...frame, canGoBack: true },
      {
        key: `aliases ${id}`,
        prompt: l10n.t(
          'Aliases of "{0}" on "{1}": further names that others there find it by; empty for none',
          service.name,
          nameOf(id, snapshot),
        ),
        placeholder: 'api backend',
        value: aliases.join(' '),
        check: readAliases,
      },
    );
    if (answer.kind === 'cancel' || (answer.kind === 'back' && index === 0)) {
      return answer;
    }
    if (answer.kind === 'value') {
      answers = answers.map((one) => (one.id === id ? { id, aliases: answer.value } : one));
      accepted(id, answer.value);
      draft.keep(answers);
    }
    index += answer.kind === 'value' ? 1 : -1;
  }
  return { kind: 'value', value: answers };
}

function attachCommand(
  chosen: Attachments,
  { service, swarm: { snapshot } }: Round<Attachments>,
): string {
  const words = chosen.map(({ id, aliases }) => {
    const name = nameOf(id, snapshot);
    return networkWord(aliases.length === 0 ? { name } : { name, aliases });
  });
  return updateCommand(
    words.flatMap((word) => ['--network-add', word]),
    service,
  );
}

/** Takes a service off networks that the person ticks, after saying who loses whom. */
export function detachAct({ service, swarm }: ChosenService): Act<Ids> {
  const command = (ids: Ids, { swarm: { snapshot } }: Round<Ids>): string =>
    updateCommand(
      ids.flatMap((id) => ['--network-rm', nameOf(id, snapshot)]),
      service,
    );
  return {
    form: 'detach',
    verb: l10n.t('Detach'),
    keeps: (ids) => ids,
    restore: (kept) => (isTexts(kept) ? kept : undefined),
    ask: async (round) => {
      const { frame, base, swarm: now, draft, kept, problem } = round;
      return await draft.ui.pickMany(frame, {
        key: 'networks',
        placeholder:
          problem ?? l10n.t('Tick the networks that "{0}" leaves, then press Enter', service.name),
        choices: attachedTo(base.spec, now.snapshot).flatMap((id) => {
          const network = now.snapshot.networks.get(id);
          return network === undefined ? [] : [choiceOf(network, kept, now.snapshot)];
        }),
        command: (ids) => (ids.length === 0 ? undefined : command(ids, round)),
      });
    },
    apply: (spec, ids) =>
      ids.length === 0
        ? spec
        : withNetworks(
            spec,
            attachmentsOf(spec).filter(
              ({ Target: target }) => !ids.includes(idOf(target, swarm.snapshot)),
            ),
          ),
    check: (wanted, { base, swarm: { snapshot } }) =>
      publishPreflight(snapshot, { serviceId: service.id, before: base.spec, wanted }),
    command,
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
  };
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

function withNetworks(
  { Networks: _old, ...spec }: ServiceBody,
  networks: readonly AttachmentBody[],
): ServiceBody {
  return { ...spec, TaskTemplate: { ...spec.TaskTemplate, Networks: networks } };
}

/** Ids of the networks that a spec names. */
function attachedTo(spec: ServiceBody, snapshot: SwarmSnapshot): readonly string[] {
  return attachmentsOf(spec).map(({ Target: target }) => idOf(target, snapshot));
}

function idOf(target: string, { networks }: SwarmSnapshot): string {
  return networks.has(target)
    ? target
    : ([...networks.values()].find(({ name }) => name === target)?.id ?? target);
}

function nameOf(id: string, { networks }: SwarmSnapshot): string {
  return networks.get(id)?.name ?? id;
}
