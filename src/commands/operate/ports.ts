import * as l10n from '@vscode/l10n';
import type { PortBody, ServiceBody } from '../../docker/bodies';
import { radiusOfUnpublishing } from '../../routing/blastRadius';
import type { CommandContext } from '../commandContext';
import { objectOrPick } from '../pickObject';
import type { Answer } from '../quickUi';
import { accept } from '../validation/verdict';
import { blastLines } from './blastText';
import { askRows } from './editRows';
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
    updateCommand(portFlags(portsOf(base.spec), ports), service);
  await changeByAct<Ports>(
    context,
    { swarm, service },
    {
      title,
      ask: (round) => askPorts(context, service.name, round),
      apply: (spec, ports) =>
        isSameList(portsOf(spec), ports)
          ? spec
          : { ...spec, EndpointSpec: { ...spec.EndpointSpec, Ports: ports } },
      command,
      confirm: (ports, { base, swarm: { snapshot } }) => {
        const gone = goneOf(portsOf(base.spec), ports);
        return gone.length === 0
          ? undefined
          : {
              question: l10n.t(
                'Publish fewer ports of "{0}" of "{1}"?',
                service.name,
                swarm.connection.name,
              ),
              consequence: [
                l10n.t('No longer published: {0}.', gone.map(writePort).join(', ')),
                ...blastLines(
                  radiusOfUnpublishing(
                    snapshot,
                    service.id,
                    gone.flatMap(({ PublishedPort: port, Protocol: protocol = 'tcp' }) =>
                      port === undefined ? [] : [{ port, protocol }],
                    ),
                  ),
                ),
              ].join('\n'),
            };
      },
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
      isSameList(before, ports)
        ? undefined
        : updateCommand(portFlags(before, ports), round.service),
  });
}

function portsOf({ EndpointSpec: endpoint }: ServiceBody): Ports {
  return endpoint?.Ports ?? [];
}

function isSameList(before: Ports, after: Ports): boolean {
  return goneOf(before, after).length + goneOf(after, before).length === 0;
}

/** What of `before` is not in `after`. */
function goneOf(before: Ports, after: Ports): Ports {
  const kept = new Set(after.map(writePort));
  return before.filter((port) => !kept.has(writePort(port)));
}
