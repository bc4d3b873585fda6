import * as l10n from '@vscode/l10n';
import type { SwarmSnapshot } from '../model/snapshot';
import { joined, NOTHING, radiusOfStopping } from '../routing/blastRadius';
import { radiusOfUpdate } from '../routing/updateRadius';
import { standingText, type StackComparison } from '../stacks/compareStacks';
import { keptOf, stackServices } from '../stacks/runningStack';
import { blastLines } from './operate/blastText';
import { listText } from './operate/listText';

/** What a deploy does to services that run, by their names in the file. */
export interface StackActs {
  readonly stack: string;
  readonly removed: readonly string[];
  readonly updated: readonly string[];
  /** What differs, where the docker CLI could say it. */
  readonly comparison?: StackComparison;
}

/** What deploying a stack does to services that run, and what that takes away, in lines. */
export function stackLosses(
  snapshot: SwarmSnapshot,
  { stack, removed, updated, comparison }: StackActs,
): readonly string[] {
  const running = stackServices(snapshot, stack);
  const ids = removed.flatMap((name) => running.get(name)?.id ?? []);
  const updates = updated.map((name) => {
    const service = running.get(name);
    const wanted = comparison?.wanted.get(name);
    return service === undefined || wanted === undefined
      ? NOTHING
      : radiusOfUpdate(snapshot, service.id, { ...service, ...keptOf(service, wanted, snapshot) });
  });
  return [
    ...(removed.length > 0
      ? [l10n.t('Removes what is not in the file: {0}.', listText(removed, 12))]
      : []),
    ...blastLines(radiusOfStopping(snapshot, ids)),
    ...(updated.length > 0
      ? [l10n.t('Updates what runs: {0}.', listText(updated.map(toldOf), 12))]
      : []),
    ...blastLines(updates.reduce(joined, NOTHING)),
  ];

  function toldOf(name: string): string {
    const standing = comparison?.standings.get(name);
    return standing === undefined ? name : l10n.t('{0} ({1})', name, standingText(standing));
  }
}
