import * as l10n from '@vscode/l10n';
import type { CheckContext } from './checkContext';
import { doubtful, wrong } from './problems';
import { publishProblem } from './publishedPorts';
import type { DraftPort, DraftProblem, ServiceDraft } from './serviceDraft';

/** What a publish preflight is about. */
interface PreflightOptions {
  /**
   * True for a service that runs: its tasks are replaced, and an update that has no room for all of
   * them never ends; a new service only waits for nodes.
   */
  readonly ofRunning?: boolean;
}

/** The publish preflight of a draft whose words and numbers are sound. */
export function checkPorts(
  draft: ServiceDraft,
  context: CheckContext,
  { ofRunning = false }: PreflightOptions = {},
): readonly DraftProblem[] {
  const ports = draft.ports ?? [];
  return [
    ...ports.flatMap((port, index) => [
      ...checkPublished(port, index, context),
      ...checkModeOf(port, index, draft, context, ofRunning ? wrong : doubtful),
    ]),
    ...checkTwice(ports),
    ...checkIngress(ports, context),
    ...checkInternalOnly(draft, context),
  ];
}

function isIngress({ mode = 'ingress' }: DraftPort): boolean {
  return mode !== 'host';
}

function checkPublished(
  { published, protocol = 'tcp', mode = 'ingress' }: DraftPort,
  index: number,
  context: CheckContext,
): readonly DraftProblem[] {
  const problem =
    published === undefined
      ? undefined
      : publishProblem({ published, protocol, mode }, context.ports);
  return problem === undefined
    ? []
    : [
        {
          path: ['ports', index, 'published'],
          severity: problem.severity,
          text: `${problem.text} ${l10n.t('Choose another published port.')}`,
        },
      ];
}

function checkModeOf(
  port: DraftPort,
  index: number,
  draft: ServiceDraft,
  context: CheckContext,
  crowded: typeof wrong,
): readonly DraftProblem[] {
  const path = ['ports', index, 'mode'] as const;
  if (isIngress(port)) {
    return draft.endpointMode === 'dnsrr'
      ? [
          wrong(
            path,
            l10n.t(
              'Port {0} is published in ingress mode, which endpoint mode dnsrr cannot do: use mode host, or endpoint mode vip.',
              port.published ?? port.target,
            ),
          ),
        ]
      : [];
  }
  const usable = context.nodes.filter((node) => node.usable).length;
  const replicas = draft.replicas ?? 1;
  return (draft.mode ?? 'replicated') === 'replicated' &&
    port.published !== undefined &&
    replicas > usable
    ? [
        crowded(
          path,
          l10n.t(
            'Port {0} in host mode fits one task per node: {1} replicas need {1} nodes, and {2} can take tasks. Use fewer replicas, or mode global.',
            port.published,
            replicas,
            usable,
          ),
        ),
      ]
    : [];
}

function checkTwice(ports: readonly DraftPort[]): readonly DraftProblem[] {
  const seen = new Set<string>();
  return ports.flatMap(({ published, protocol = 'tcp' }, index) => {
    const key = `${published}/${protocol}`;
    if (published === undefined || !seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [
      wrong(
        ['ports', index, 'published'],
        l10n.t('Port {0} is published twice: remove one, or choose another published port.', key),
      ),
    ];
  });
}

function checkIngress(
  ports: readonly DraftPort[],
  { networks }: CheckContext,
): readonly DraftProblem[] {
  return ports.some(isIngress) && !networks.some(({ ingress }) => ingress)
    ? [
        wrong(
          ['ports'],
          l10n.t(
            'This swarm has no ingress network, so no port can be published in ingress mode: create one, or use mode host.',
          ),
        ),
      ]
    : [];
}

/** Tasks with nothing but internal networks get no gateway, and host ports lead nowhere. */
function checkInternalOnly(
  { ports = [], networks = [] }: ServiceDraft,
  context: CheckContext,
): readonly DraftProblem[] {
  const index = ports.findIndex((port) => !isIngress(port));
  const isInternal = (name: string): boolean =>
    context.networks.some((network) => network.name === name && network.internal);
  return index >= 0 && networks.length > 0 && networks.every(({ name }) => isInternal(name))
    ? [
        wrong(
          ['ports', index, 'mode'],
          l10n.t(
            'A port in host mode is dead when all networks of the service are internal: add a network that is not, or use mode ingress.',
          ),
        ),
      ]
    : [];
}
