import * as l10n from '@vscode/l10n';
import { checkNetwork } from './checkNetwork';
import { firstProblem } from './finding';
import type { NetworkDraft } from './networkDraft';
import type { NetworkSurroundings } from './networkSurroundings';

/**
 * Why a network that was sent was probably never allocated; `around` is the swarm without it. What
 * the checks see now counts first: somebody else may have taken a range or id meanwhile.
 */
export function likelyReason(draft: NetworkDraft, around: NetworkSurroundings): string {
  const bad = firstProblem(checkNetwork(draft, around));
  if (bad !== undefined) {
    return bad.text;
  }
  const log = l10n.t('The log of the leader’s Docker daemon has the reason.');
  const { subnets = [], vxlanIds = [] } = draft;
  if (subnets.length > 0 && vxlanIds.length > 0) {
    return l10n.t(
      'A subnet or a VXLAN id is probably taken by something that Swarmscope cannot see. {0}',
      log,
    );
  }
  if (vxlanIds.length > 0) {
    return l10n.t('A VXLAN id is probably taken by something that Swarmscope cannot see. {0}', log);
  }
  return subnets.length > 0
    ? l10n.t('A subnet probably overlaps a range that Swarmscope cannot see. {0}', log)
    : l10n.t(
        'The swarm’s pools {0} probably have no free subnet of /{1} left. {2}',
        around.pools.join(', '),
        around.subnetSize,
        log,
      );
}
