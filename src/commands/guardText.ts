import * as l10n from '@vscode/l10n';
import { toPlainLine } from '../common/text';
import type { GuardedPlaces, GuardResult } from '../probe/actGuard';

/** What the probes around an act found, in a sentence; undefined when nothing was watched. */
export function guardText(result: GuardResult | undefined): string | undefined {
  if (result === undefined) {
    return undefined;
  }
  const { silent, unsure } = result;
  const said = [
    foundText(result),
    ...deadTexts(result),
    silent.ports.length > 0
      ? l10n.t('Not watched, as it did not answer before: {0}.', placesText(silent))
      : undefined,
    unsure.ports.length > 0
      ? l10n.t('Not judged, as too little was known from before: {0}.', placesText(unsure))
      : undefined,
  ].filter((text) => text !== undefined);
  return said.length === 0 ? undefined : said.join(' ');
}

/** What was found where it was watched; undefined when that was nowhere. */
function foundText({ ports, failures, failedPorts }: GuardResult): string | undefined {
  const [worst, ...others] = failures;
  if (worst !== undefined) {
    const { count, spanMs } = worst;
    const where = toPlainLine(worst.hostname, 80);
    const seconds = (spanMs / 1_000).toFixed(1);
    const told =
      count === 1
        ? l10n.t('1 failed probe on {0} ({1})', where, portsText(failedPorts))
        : l10n.t(
            '{0} failed probes in {1} s on {2} ({3})',
            count,
            seconds,
            where,
            portsText(failedPorts),
          );
    const more = others.reduce((sum, node) => sum + node.count, 0);
    return others.length === 0
      ? l10n.t('{0}.', told)
      : others.length === 1
        ? l10n.t('{0}, {1} more on another node.', told, more)
        : l10n.t('{0}, {1} more on {2} other nodes.', told, more, others.length);
  }
  return ports.length > 0 ? l10n.t('No failed probe on {0}.', portsText(ports)) : undefined;
}

/** The ports that answered nowhere at the end: a count of failed probes does not tell that. */
function deadTexts({ deadPorts, silent }: GuardResult): readonly string[] {
  const isWatchedAlone = (port: number): boolean => silent.ports.includes(port);
  const all = deadPorts.filter((port) => !isWatchedAlone(port));
  const watched = deadPorts.filter(isWatchedAlone);
  return [
    ...(all.length > 0 ? [l10n.t('At the end {0} answered on no node.', portsText(all))] : []),
    ...(watched.length > 0
      ? [l10n.t('At the end {0} answered on no watched node.', portsText(watched))]
      : []),
  ];
}

/** Some ports, and the node or the number of nodes that they are of. */
function placesText({ ports, hostnames }: GuardedPlaces): string {
  const [first = '', ...others] = hostnames;
  return others.length === 0
    ? l10n.t('{0} on {1}', portsText(ports), toPlainLine(first, 80))
    : l10n.t('{0} on {1} nodes', portsText(ports), others.length + 1);
}

/** Ports that are told one by one. */
const TOLD = 4;

function portsText(ports: readonly number[]): string {
  const listed = ports.slice(0, TOLD).join(', ');
  return ports.length === 1
    ? l10n.t('port {0}', listed)
    : ports.length <= TOLD
      ? l10n.t('ports {0}', listed)
      : l10n.t('ports {0} and {1} more', listed, ports.length - TOLD);
}
