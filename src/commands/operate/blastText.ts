import * as l10n from '@vscode/l10n';
import { groupBy } from '../../common/groupBy';
import type { BlastRadius, ClosingPort, LostNames } from '../../routing/blastRadius';
import { listText } from './listText';

/** What an act takes away, in sentences, the worst first. */
export function blastLines(radius: BlastRadius): readonly string[] {
  const { stopping, closing, homeless, interrupted, reduced, stuck, tight, lost } = radius;
  const gone = stopping.filter(({ elsewhere }) => !elsewhere);
  const moving = stopping.filter(({ elsewhere }) => elsewhere);
  return [
    ...closingLines(closing),
    ...(homeless.length === 0
      ? []
      : [
          l10n.t(
            'No node is left for {0}: it runs nowhere until there is one.',
            listText(homeless),
          ),
        ]),
    ...tight.map(({ service, room, desired }) =>
      room === 0
        ? l10n.t(
            'No node can take {0} as it is to be: what stops is not replaced until there is one.',
            service,
          )
        : l10n.t(
            'There is room for {1} of {2} tasks of {0} as it is to be: what stops beyond that is not replaced.',
            service,
            room,
            desired,
          ),
    ),
    ...reduced.map(({ service, left, desired }) =>
      l10n.t(
        '{0} goes on with {1} of {2} tasks: there is no room for more.',
        service,
        left,
        desired,
      ),
    ),
    ...lost.map(lostLine),
    ...(interrupted.length === 0
      ? []
      : [
          l10n.t(
            'All running tasks of {0} stop at once; it is away until others have started elsewhere.',
            listText(interrupted),
          ),
        ]),
    ...(gone.length === 0 ? [] : [stoppingLine(gone)]),
    ...(moving.length === 0 ? [] : [movingLine(moving)]),
    ...(stuck.length === 0
      ? []
      : [l10n.t('No other node may run {0}: a task that ends is not replaced.', listText(stuck))]),
  ];
}

function lostLine({ network, names, by }: LostNames): string {
  return by.length === 1
    ? l10n.t('On network "{0}", {1} no longer finds {2}.', network, listText(by), listText(names))
    : l10n.t('On network "{0}", {1} no longer find {2}.', network, listText(by), listText(names));
}

function stoppingLine(gone: BlastRadius['stopping']): string {
  const count = total(gone);
  const of = listText(gone.map(({ service }) => service));
  return count === 1
    ? l10n.t('1 running task of {0} stops.', of)
    : l10n.t('{0} running tasks of {1} stop.', count, of);
}

function movingLine(moving: BlastRadius['stopping']): string {
  const count = total(moving);
  const of = listText(moving.map(({ service }) => service));
  return count === 1
    ? l10n.t('1 task of {0} stops there, and another starts on a node that is left.', of)
    : l10n.t(
        '{0} tasks of {1} stop there, and others start on the nodes that are left.',
        count,
        of,
      );
}

function total(stopping: BlastRadius['stopping']): number {
  return stopping.reduce((sum, { tasks }) => sum + tasks, 0);
}

function closingLines(closing: readonly ClosingPort[]): readonly string[] {
  const groups = groupBy(closing, ({ nodes, forAWhile }) => `${nodes?.join('\n')}/${forAWhile}`);
  return [...groups.values()].map((ports) => {
    const [first] = ports;
    const names = listText(
      ports.map(({ port, protocol, service }) => `${port}/${protocol} (${service})`),
    );
    const nodes = first?.nodes;
    if (nodes !== undefined) {
      return l10n.t('Published ports that close on {0}: {1}.', listText(nodes), names);
    }
    return first?.forAWhile === true
      ? l10n.t('Published ports that close everywhere until a task runs elsewhere: {0}.', names)
      : l10n.t('Published ports that close on every node: {0}.', names);
  });
}

/** Lines of a dialog, told apart where there are several. */
export function listed(lines: readonly string[]): string {
  return lines.length > 1 ? lines.map((line) => `• ${line}`).join('\n') : lines.join('\n');
}

/** What an act takes away, after what is worth a word beside it. */
export function withWarnings(consequence: string, warnings: readonly string[]): string {
  return warnings.length === 0
    ? consequence
    : listed([...warnings, ...consequence.split('\n').map((line) => line.replace(/^• /, ''))]);
}
