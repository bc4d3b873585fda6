import * as l10n from '@vscode/l10n';
import type { PortBody, ServiceBody } from '../../docker/bodies';
import type { ObjectReference } from '../../model/objectReference';
import type { SwarmSnapshot } from '../../model/snapshot';
import { radiusOfUnpublishing } from '../../routing/blastRadius';
import type { CommandContext } from '../commandContext';
import { objectOrPick } from '../pickObject';
import type { Answer } from '../quickUi';
import { accept } from '../validation/verdict';
import { listed } from './blastText';
import { askRows } from './editRows';
import { replacement } from './forceUpdate';
import { listText } from './listText';
import { isHost, portFlags, readPort, writePort } from './portList';
import { changeByAct, updateCommand, type Round } from './serviceChange';

type Ports = readonly PortBody[];

/** Lets the person add, change and remove the ports that a service publishes. */
export async function editPorts(context: CommandContext, argument?: unknown): Promise<void> {
  const title = l10n.t('Published Ports');
  const chosen = await objectOrPick(context, argument, {
    title,
    toChange: true,
    kinds: ['service'],
  });
  if (chosen === undefined) {
    return;
  }
  const { object: service, swarm } = chosen;
  const command = (ports: Ports, { base }: Round<Ports>): string =>
    portsCommand(portsOf(base.spec), ports, service);
  await changeByAct<Ports>(
    context,
    { swarm, service },
    {
      title,
      verb: l10n.t('Change Ports'),
      ask: (round) => askPorts(context, service.name, round),
      apply: (spec, ports) =>
        isSameList(portsOf(spec), ports)
          ? spec
          : { ...spec, EndpointSpec: { ...spec.EndpointSpec, Ports: ports } },
      command,
      // The swarm makes tasks anew when their service's ports change (swarmkit `IsTaskDirty`).
      confirm: (ports, { base, swarm: { snapshot } }) => ({
        question: l10n.t(
          'Change the published ports of "{0}" of "{1}"?',
          service.name,
          swarm.connection.name,
        ),
        consequence: listed([
          ...closingLines(snapshot, service.id, goneOf(portsOf(base.spec), ports), ports),
          replacement(base.spec, snapshot.services.get(service.id)?.running ?? 0),
        ]),
      }),
    },
  );
}

async function askPorts(
  context: CommandContext,
  service: string,
  round: Round<Ports>,
): Promise<Answer<Ports>> {
  const { base, swarm, frame, kept, problem } = round;
  const before = portsOf(base.spec);
  return await askRows<PortBody>(context.ui, frame, {
    rows: kept ?? before,
    ...(problem === undefined ? {} : { problem }),
    placeholder: l10n.t('Ports of "{0}": choose one to change or remove it', service),
    none: l10n.t('"{0}" publishes no port yet', service),
    addLabel: l10n.t('Add a port…'),
    doneLabel: l10n.t('Publish These Ports'),
    icon: 'plug',
    label: writePort,
    description: (port) =>
      isHost(port) ? l10n.t('on the nodes of its tasks') : l10n.t('on every node'),
    prompt: l10n.t(
      'published:target, such as 8080:80 or 53:53/udp; with " host" behind it on the nodes of the tasks only',
    ),
    example: '8080:80',
    // As the engine keeps it, whatever this form does not know with it.
    read: (text, others, old) =>
      old !== undefined && text.trim() === writePort(old)
        ? accept(old)
        : readPort(text, swarm.snapshot, { service, others, spec: base.spec }),
    command: (ports) =>
      isSameList(before, ports) ? undefined : portsCommand(before, ports, round.service),
  });
}

function portsCommand(before: Ports, after: Ports, service: ObjectReference): string {
  return portFlags(before, after)
    .map((flags) => updateCommand(flags, service))
    .join(' && ');
}

function portsOf({ EndpointSpec: endpoint }: ServiceBody): Ports {
  return endpoint?.Ports ?? [];
}

function isSameList(before: Ports, after: Ports): boolean {
  return goneOf(before, after).length + goneOf(after, before).length === 0;
}

/** Where each port that is no longer published closes. */
function closingLines(
  snapshot: SwarmSnapshot,
  serviceId: string,
  gone: Ports,
  after: Ports,
): readonly string[] {
  const { closing } = radiusOfUnpublishing(
    snapshot,
    serviceId,
    gone.flatMap(({ PublishedPort: port, Protocol: protocol = 'tcp' }) =>
      port === undefined ? [] : [{ port, protocol }],
    ),
  );
  return gone.map((port) => {
    const stays = after.some(
      (other) =>
        other.PublishedPort === port.PublishedPort &&
        (other.Protocol ?? 'tcp') === (port.Protocol ?? 'tcp') &&
        isHost(other) === isHost(port),
    );
    const closes = stays ? undefined : closing.find((one) => one.port === port.PublishedPort);
    const name = `${port.PublishedPort ?? '?'}/${port.Protocol ?? 'tcp'}`;
    if (closes === undefined) {
      return l10n.t('No longer published: {0}.', writePort(port));
    }
    return closes.nodes === undefined
      ? l10n.t('Port {0} closes on every node.', name)
      : l10n.t('Port {0} closes on {1}.', name, listText(closes.nodes));
  });
}

/** What of `before` is not in `after`. */
function goneOf(before: Ports, after: Ports): Ports {
  const kept = new Set(after.map(writePort));
  return before.filter((port) => !kept.has(writePort(port)));
}
