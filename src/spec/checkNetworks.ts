import * as l10n from '@vscode/l10n';
import type { CheckContext, CheckNetwork } from './checkContext';
import { nearestWord } from './nearestWord';
import { doubtful, wrong } from './problems';
import type { DraftProblem, ServiceDraft } from './serviceDraft';

/** Networks of the tasks, and whether they have addresses left. */
export function checkNetworks(draft: ServiceDraft, context: CheckContext): readonly DraftProblem[] {
  const networks = draft.networks ?? [];
  return [
    ...networks.flatMap(({ name }, index) => {
      const path = ['networks', index, 'name'] as const;
      if (networks.findIndex((other) => other.name === name) < index) {
        return [wrong(path, l10n.t('The network "{0}" is there twice: remove one.', name))];
      }
      const network = context.networks.find((known) => known.name === name);
      return network === undefined
        ? [wrong(path, unknownNetwork(name, context))]
        : checkNetwork(path, network, draft, context);
    }),
    ...checkMesh(draft, context),
  ];
}

function unknownNetwork(name: string, { networks }: CheckContext): string {
  const near = nearestWord(
    name,
    networks.filter(({ ingress }) => !ingress).map((network) => network.name),
  );
  return near === undefined
    ? l10n.t('This swarm has no network "{0}": create it first, or choose another.', name)
    : l10n.t('This swarm has no network "{0}": did you mean "{1}"?', name, near);
}

function checkNetwork(
  path: readonly (string | number)[],
  network: CheckNetwork,
  draft: ServiceDraft,
  context: CheckContext,
): readonly DraftProblem[] {
  if (network.ingress) {
    return [
      wrong(
        path,
        l10n.t(
          'The network "{0}" is the swarm’s ingress: services join it by publishing a port, not by name. Remove it.',
          network.name,
        ),
      ),
    ];
  }
  if (!network.allocated) {
    return [
      wrong(
        path,
        l10n.t(
          'The network "{0}" never got addresses, so no task could start: remove it and create it anew.',
          network.name,
        ),
      ),
    ];
  }
  return checkRoom(path, network, draft, context);
}

function checkMesh(draft: ServiceDraft, context: CheckContext): readonly DraftProblem[] {
  const index = (draft.ports ?? []).findIndex(({ mode }) => mode !== 'host');
  const ingress = context.networks.find((network) => network.ingress);
  return index < 0 || ingress === undefined
    ? []
    : checkRoom(['ports', index], ingress, draft, context);
}

function checkRoom(
  path: readonly (string | number)[],
  { name, addresses, ingress }: CheckNetwork,
  draft: ServiceDraft,
  { nodes }: CheckContext,
): readonly DraftProblem[] {
  if (addresses === undefined) {
    return [];
  }
  const tasks = expectedTasks(draft, nodes.filter(({ usable }) => usable).length);
  const own = tasks + (draft.endpointMode === 'dnsrr' ? 0 : 1);
  const balancing = ingress ? addresses.nodes : Math.min(nodes.length, addresses.nodes + tasks);
  const left = addresses.total - addresses.taken - balancing;
  return tasks > 0 && own > left
    ? [
        doubtful(
          path,
          l10n.t(
            'The network "{0}" has {1} addresses left beside those of its nodes, and this service needs {2}: use fewer replicas, or a larger network.',
            name,
            Math.max(0, left),
            own,
          ),
        ),
      ]
    : [];
}

/** Tasks that run at a time, with the extra ones of an update that starts before it stops. */
function expectedTasks(draft: ServiceDraft, usableNodes: number): number {
  switch (draft.mode) {
    case 'global':
    case 'global-job':
      return usableNodes;
    case 'replicated-job':
      return draft.maxConcurrent ?? draft.replicas ?? 1;
    default:
      return draft.replicas ?? 1;
  }
}
