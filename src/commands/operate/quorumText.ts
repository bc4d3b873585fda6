import * as l10n from '@vscode/l10n';
import type { SwarmNode, SwarmSnapshot } from '../../model/snapshot';
import { lossesBorne, quorumOf } from '../../model/quorum';
import { listText } from './listText';

/** What more or fewer managers mean, or why the swarm would not have it. */
export type QuorumVerdict =
  | { readonly ok: true; readonly lines: readonly string[] }
  | { readonly ok: false; readonly why: string };

/** Says what promoting `nodes` means for the swarm's managers. */
export function promotion(snapshot: SwarmSnapshot, nodes: readonly SwarmNode[]): QuorumVerdict {
  const before = managersOf(snapshot).length;
  const after = before + nodes.filter(({ role }) => role === 'worker').length;
  const down = nodes.filter(({ state }) => state !== 'ready').map(({ hostname }) => hostname);
  return {
    ok: true,
    lines: [
      toleranceLine(before, after),
      ...(down.length === 0
        ? []
        : [l10n.t('{0} does not answer: it counts as a manager that is missing.', listText(down))]),
    ],
  };
}

/** Says what demoting `nodes` means for the swarm's managers; the last one cannot be demoted. */
export function demotion(snapshot: SwarmSnapshot, nodes: readonly SwarmNode[]): QuorumVerdict {
  const managers = managersOf(snapshot);
  const going = new Set(nodes.filter(({ role }) => role === 'manager').map(({ id }) => id));
  const left = managers.filter(({ id }) => !going.has(id));
  if (left.length === 0) {
    return {
      ok: false,
      why: l10n.t(
        'A swarm needs a manager, and {0} would leave none. Promote another node first.',
        listText(nodes.map(({ hostname }) => hostname)),
      ),
    };
  }
  const reachable = left.filter(({ reachability }) => reachability === 'reachable').length;
  const own = snapshot.info.swarm.nodeId;
  const lines = [toleranceLine(managers.length, left.length)];
  if (reachable < quorumOf(left.length)) {
    lines.unshift(
      l10n.t(
        'Only {0} of the {1} managers that are left can be reached, and {2} are needed: the swarm will refuse this.',
        reachable,
        left.length,
        quorumOf(left.length),
      ),
    );
  }
  if (going.has(own)) {
    lines.push(
      l10n.t('This connection leads to it: as a worker it tells nothing of the swarm any more.'),
    );
  }
  return { ok: true, lines };
}

function managersOf({ nodes }: SwarmSnapshot): readonly SwarmNode[] {
  return [...nodes.values()].filter(({ role }) => role === 'manager');
}

function toleranceLine(before: number, after: number): string {
  const from = lossesBorne(before);
  const to = lossesBorne(after);
  const counts =
    before === 1
      ? l10n.t('From 1 manager to {0}.', after)
      : l10n.t('From {0} managers to {1}.', before, after);
  if (after === 1) {
    return `${counts} ${l10n.t('If that one is lost, nothing can be changed any more.')}`;
  }
  if (after === 2) {
    return `${counts} ${l10n.t('Of two, both are needed: the loss of either stops all changes, so that two are worse than one. Three bear the loss of one.')}`;
  }
  if (after % 2 === 0) {
    return `${counts} ${l10n.t('An even number bears no more than the odd one below it: {0} managers bear the loss of {1}, as {2} do.', after, to, after - 1)}`;
  }
  return from === to
    ? `${counts} ${l10n.t('The swarm bears the loss of {0} of them, as before.', to)}`
    : `${counts} ${l10n.t('The swarm bears the loss of {0} of them instead of {1}.', to, from)}`;
}
