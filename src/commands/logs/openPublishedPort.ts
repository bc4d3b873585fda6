import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toPlainLine } from '../../common/text';
import type { SwarmSnapshot } from '../../model/snapshot';
import { parseNodeAddresses } from '../../routing/nodeAddresses';
import { titleFor } from '../chooseSwarm';
import type { CommandContext } from '../commandContext';
import { into, runSteps, type Step } from '../multiStep';
import { objectOrPick, type ChosenObject } from '../pickObject';
import { withoutIcons, type QuickChoice } from '../quickUi';
import { openInBrowser } from './openInBrowser';
import {
  doorsOf,
  likelyScheme,
  portsOfService,
  urlOf,
  type OpenPort,
  type PortDoor,
  type Scheme,
} from './openPorts';

interface Answers {
  readonly port?: OpenPort;
  readonly door?: PortDoor;
  readonly scheme?: Scheme;
}

/** Opens a published port of a service, or of any service on a node, in the browser. */
export async function openPublishedPort(
  context: CommandContext,
  argument?: unknown,
): Promise<void> {
  const title = l10n.t('Open Published Port');
  const chosen = await objectOrPick(context, argument, {
    title,
    toChange: false,
    kinds: ['service'],
    fits: ({ id }, { services }) => portsFor({ kind: 'service', id }, services).length > 0,
  });
  if (chosen === undefined) {
    return;
  }
  const ports = portsOn(chosen, context);
  if (ports.length === 0) {
    const { name, kind } = chosen.object;
    void vscode.window.showInformationMessage(
      toPlainLine(
        kind === 'node'
          ? l10n.t('No TCP port is published on "{0}".', name)
          : l10n.t('"{0}" publishes no TCP port. Publish one to open it.', name),
      ),
    );
    return;
  }
  const answers = await ask(context, chosen, ports, title);
  if (answers?.port !== undefined && answers.door !== undefined && answers.scheme !== undefined) {
    await context.memory.update(memoryKey(answers.port, answers.door), answers.scheme);
    await openDoor(context, chosen.swarm.connection.id, answers.door, answers.scheme);
  }
}

async function ask(
  context: CommandContext,
  chosen: ChosenObject,
  ports: readonly OpenPort[],
  title: string,
): Promise<Answers | undefined> {
  const { snapshot } = chosen.swarm;
  const only = ports.length === 1 ? ports[0] : undefined;
  const doors = (port: OpenPort | undefined): readonly PortDoor[] =>
    port === undefined ? [] : doorsFor(port, chosen, snapshot, context);
  const steps: readonly Step<Answers>[] = [
    {
      when: () => only === undefined,
      ask: async (answers, frame, ui) => {
        const answer = await ui.pick(frame, {
          placeholder: l10n.t('Which port?'),
          choices: ports.map(portChoice),
          ...(answers.port === undefined ? {} : { active: answers.port }),
        });
        return into<Answers, 'port'>(answers, 'port', answer);
      },
    },
    {
      when: (answers) => answers.port === undefined || doors(answers.port).length !== 1,
      ask: async (answers, frame, ui) => {
        const choices = doors(answers.port).map(doorChoice);
        const answer = await ui.pick(frame, {
          placeholder:
            choices.length === 0
              ? l10n.t('No task of it runs, so no node has it open')
              : l10n.t('On which node?'),
          choices,
        });
        return into<Answers, 'door'>(answers, 'door', answer);
      },
    },
    {
      ask: async (answers, frame, ui) => {
        const { port } = answers;
        const door = answers.door ?? doors(port)[0];
        if (port === undefined || door === undefined) {
          return { kind: 'cancel' };
        }
        const answer = await ui.pick(frame, {
          placeholder: l10n.t('What does port {0} speak?', door.publishedPort),
          choices: schemeChoices(door),
          active: likelyScheme(port, door, context.memory.get(memoryKey(port, door))),
        });
        return into<Answers, 'scheme'>({ ...answers, door }, 'scheme', answer);
      },
    },
  ];
  return await runSteps(context.ui, {
    title: titleFor(context, `${title}: ${toPlainLine(chosen.object.name)}`, chosen.swarm),
    steps,
    initial: only === undefined ? {} : { port: only },
  });
}

function portsFor(
  { kind, id }: { readonly kind: string; readonly id: string },
  services: SwarmSnapshot['services'],
): readonly OpenPort[] {
  const wanted = kind === 'service' ? [services.get(id)] : [...services.values()];
  return wanted.flatMap((service) => (service === undefined ? [] : portsOfService(service)));
}

/** Ports to choose from; on a node only those that it has open. */
function portsOn(chosen: ChosenObject, context: CommandContext): readonly OpenPort[] {
  const { object, swarm } = chosen;
  const ports = portsFor(object, swarm.snapshot.services);
  return object.kind === 'node'
    ? ports.filter((port) => doorsFor(port, chosen, swarm.snapshot, context).length > 0)
    : ports;
}

function doorsFor(
  port: OpenPort,
  { object }: ChosenObject,
  snapshot: SwarmSnapshot,
  context: CommandContext,
): readonly PortDoor[] {
  const { map } = parseNodeAddresses(context.nodeAddresses());
  const doors = doorsOf(port, snapshot, map);
  return object.kind === 'node' ? doors.filter(({ node }) => node.id === object.id) : doors;
}

function portChoice(port: OpenPort): QuickChoice<OpenPort> {
  const published = port.publishedPort?.toString() ?? l10n.t('any');
  return {
    label: `$(globe) ${published}→${port.targetPort}`,
    description: withoutIcons(
      port.mode === 'host'
        ? l10n.t('{0}, where its tasks run', port.serviceName)
        : l10n.t('{0}, on every node', port.serviceName),
    ),
    value: port,
  };
}

function doorChoice(door: PortDoor): QuickChoice<PortDoor> {
  const { node, target, tasks } = door;
  const facts = [
    target === undefined ? l10n.t('no usable address') : shortAddress(target),
    node.state,
    node.availability === 'active' ? '' : node.availability,
    tasks === 0
      ? l10n.t('no task here')
      : tasks === 1
        ? l10n.t('1 task')
        : l10n.t('{0} tasks', tasks),
  ];
  return {
    label: `$(${node.state === 'ready' ? 'server' : 'warning'}) ${withoutIcons(node.hostname)}`,
    description: withoutIcons(facts.filter((fact) => fact !== '').join(' · ')),
    value: door,
  };
}

function schemeChoices({ target }: PortDoor): readonly QuickChoice<Scheme>[] {
  return (['http', 'https'] as const).map((scheme) => ({
    label: scheme,
    ...(target === undefined ? {} : { description: withoutIcons(urlOf(scheme, target)) }),
    value: scheme,
  }));
}

function shortAddress({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function memoryKey({ serviceId }: OpenPort, { publishedPort }: PortDoor): string {
  return `swarmscope.scheme:${serviceId}:${publishedPort}`;
}

/** Opens the page of a node, or says that it has no address. */
async function openDoor(
  context: CommandContext,
  connectionId: string,
  { node, target }: PortDoor,
  scheme: Scheme,
): Promise<void> {
  if (target === undefined) {
    void vscode.window.showErrorMessage(
      toPlainLine(
        l10n.t(
          'No address of "{0}" is known. Name one in the setting swarmscope.nodeAddresses.',
          node.hostname,
        ),
      ),
    );
    return;
  }
  await openInBrowser(context, connectionId, target, scheme);
}
