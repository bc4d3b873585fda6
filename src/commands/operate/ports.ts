import * as l10n from '@vscode/l10n';
import type { PortBody, ServiceBody } from '../../docker/bodies';
import type { ObjectReference } from '../../model/objectReference';
import type { SwarmSnapshot } from '../../model/snapshot';
import { radiusOfUnpublishing } from '../../routing/blastRadius';
import type { CommandContext } from '../commandContext';
import type { Answer } from '../quickUi';
import { accept } from '../validation/verdict';
import { listed } from './blastText';
import { carryRows, readRowsChange, type CarriedRows, type RowsChange } from './carryRows';
import { askRows } from './editRows';
import { listText } from './listText';
import { isHost, isPort, portFlags, portKind, readPort, writePort } from './portList';
import { publishPreflight } from './preflight';
import { replacement } from './replacement';
import { actOnService, type Round } from './serviceChange';
import { updateCommand } from './updateCommand';

type Ports = readonly PortBody[];
type PortsChange = RowsChange<PortBody>;

/** Lets the person add, change and remove the ports that a service publishes. */
export async function editPorts(context: CommandContext, argument?: unknown): Promise<void> {
  await actOnService<PortsChange>(
    context,
    argument,
    { title: l10n.t('Published Ports') },
    ({ service, swarm }) => ({
      form: 'ports',
      verb: l10n.t('Change Ports'),
      keeps: (change) => change,
      restore: (kept) => readRowsChange(kept, isPort),
      ask: askPorts,
      apply: (spec, { after: ports }) =>
        isSameList(portsOf(spec), ports)
          ? spec
          : { ...spec, EndpointSpec: { ...spec.EndpointSpec, Ports: ports } },
      check: (wanted, { base, swarm: { snapshot } }) =>
        publishPreflight(snapshot, { serviceId: service.id, before: base.spec, wanted }),
      command: ({ before, after }) => portsCommand(before, after, service),
      // The swarm makes tasks anew when their service's ports change (swarmkit `IsTaskDirty`).
      confirm: ({ after: ports }, { base, swarm: { snapshot } }) => ({
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
    }),
  );
}

/** Asks for the whole list; a change that came to nothing is on the list as others made it meanwhile. */
async function askPorts(round: Round<PortsChange>): Promise<Answer<PortsChange>> {
  const { base, swarm, frame, kept, draft, service } = round;
  const before = portsOf(base.spec);
  const carried: CarriedRows<PortBody> =
    kept === undefined ? { rows: before, conflicts: [] } : carryRows(kept, before, portKind);
  const isKept = !isSameList(before, carried.rows);
  const answer = await askRows<PortBody>(draft.ui, frame, {
    rows: carried.rows,
    ...(round.problem === undefined ? {} : { problem: round.problem }),
    conflicts: carried.conflicts,
    ...(isKept ? { anew: before } : {}),
    placeholder: l10n.t('Ports of "{0}": choose one to change or remove it', service.name),
    none: l10n.t('"{0}" publishes no port yet', service.name),
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
        : readPort(text, swarm.snapshot, { service: service.name, others, spec: base.spec }),
    command: (ports) =>
      isSameList(before, ports) ? undefined : portsCommand(before, ports, service),
    changed: (after) => draft.keep(isSameList(before, after) ? undefined : { before, after }),
  });
  return answer.kind === 'value'
    ? { kind: 'value', value: { before, after: answer.value } }
    : answer;
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
