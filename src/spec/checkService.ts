import type { CheckContext } from './checkContext';
import { checkContainer } from './checkContainer';
import { checkFiles } from './checkFiles';
import { checkMode } from './checkMode';
import { checkNetworks } from './checkNetworks';
import { checkPlacement } from './checkPlacement';
import { checkPorts } from './checkPorts';
import type { DraftProblem, ServiceDraft } from './serviceDraft';
import { parseServiceDraft } from './serviceSchema';

/**
 * Everything that is wrong with a draft in this swarm, or worth a word, before anything is sent: the
 * engine takes much of it with 201 and then stays silent.
 */
export function checkService(draft: ServiceDraft, context: CheckContext): readonly DraftProblem[] {
  // Engines take an unknown protocol for tcp, an unknown mode for ingress, and port 70000 as it is.
  const { problems } = parseServiceDraft(draft);
  if (problems.length > 0) {
    return problems;
  }
  return [
    ...checkMode(draft, context),
    ...checkPorts(draft, context),
    ...checkNetworks(draft, context),
    ...checkContainer(draft, context),
    ...checkFiles(draft, context),
    ...checkPlacement(draft, context),
  ];
}
