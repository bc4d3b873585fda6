import * as l10n from '@vscode/l10n';
import { toPlainLine } from '../../common/text';
import { roomFor } from '../../model/placement';
import type { SwarmSnapshot } from '../../model/snapshot';
import { checkReplicas } from '../validation/replicas';
import { accept, type Verdict } from '../validation/verdict';
import { addressWarning } from './addresses';

/** Checks a number of tasks for each of `ids`, and warns where there is no room for so many. */
export function checkScale(
  text: string,
  snapshot: SwarmSnapshot | undefined,
  ids: readonly string[],
): Verdict<number> {
  const verdict = checkReplicas(text);
  if (!verdict.ok || verdict.value === 0 || snapshot === undefined) {
    return verdict;
  }
  const warning =
    ids
      .map((id) => roomWarning(snapshot, id, verdict.value))
      .find((found) => found !== undefined) ?? addressWarning(snapshot, ids, verdict.value);
  return warning === undefined ? verdict : accept(verdict.value, warning);
}

function roomWarning(snapshot: SwarmSnapshot, id: string, wanted: number): string | undefined {
  const service = snapshot.services.get(id);
  const room = service === undefined ? wanted : roomFor(service, snapshot.nodes.values(), snapshot);
  if (service === undefined || room >= wanted) {
    return undefined;
  }
  const name = toPlainLine(service.name);
  if (room === 0) {
    return l10n.t('No node can take a task of "{0}" now: they would wait for one.', name);
  }
  const port = service.wantedPorts.find(
    ({ mode, publishedPort }) => mode === 'host' && publishedPort !== undefined,
  )?.publishedPort;
  const why =
    port === undefined
      ? service.maxPerNode === undefined
        ? l10n.t('by what the nodes have left for its reservations')
        : l10n.t('with at most {0} on a node', service.maxPerNode)
      : l10n.t('as each takes port {0} of its node', port);
  return l10n.t(
    'There is room for {0} tasks of "{1}", {2}; the others would wait.',
    room,
    name,
    why,
  );
}
