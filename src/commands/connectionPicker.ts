import * as l10n from '@vscode/l10n';
import { DisposableStore } from '../common/disposable';
import { describeError } from '../common/errorText';
import { shownAddress } from '../common/shownAddress';
import type { ConnectionEntry, ConnectionSource } from '../docker/target';
import type { Standing } from '../store/lookAt';
import type { SwarmState } from '../store/swarmState';
import type { CommandContext } from './commandContext';
import { demoEntry } from './demoEntry';
import { eachOf, LOOKS_AT_ONCE } from './eachOf';
import { withoutIcons, type Answer, type QuickChoice } from './quickUi';
import { singleFrame } from './vscodeQuickUi';

/** What the person chose: a connection, or one to describe. */
export type ConnectionChoice =
  { readonly kind: 'entry'; readonly entry: ConnectionEntry } | { readonly kind: 'enter' };

/**
 * Offers every connection with what it is right now. The list is there at once and fills in as
 * answers arrive; leaving it ends the looks.
 */
export async function pickConnection(
  context: CommandContext,
  title: string,
  found: readonly ConnectionEntry[],
): Promise<Answer<ConnectionChoice>> {
  const standings = new Map<string, Standing>();
  let rows = toRows(found, []);
  const choices = (): QuickChoice<ConnectionChoice>[] => [
    ...rows.map((row) =>
      entryChoice(
        row,
        detailOf(context.swarms.find(row.entry.id)?.state, standings.get(row.entry.id)),
      ),
    ),
    enterChoice,
    demoChoice,
  ];
  const enterChoice: QuickChoice<ConnectionChoice> = {
    label: `$(edit) ${l10n.t('Enter an address…')}`,
    group: l10n.t('Other'),
    value: { kind: 'enter' },
  };
  const demoChoice: QuickChoice<ConnectionChoice> = {
    label: `$(beaker) ${l10n.t('Start the demo swarm')}`,
    description: l10n.t('simulated on this machine'),
    group: l10n.t('Other'),
    value: { kind: 'entry', entry: demoEntry },
  };
  return await context.ui.pick<ConnectionChoice>(singleFrame(title), {
    placeholder: l10n.t('Choose how to reach a manager of the swarm'),
    choices: choices(),
    updates: (show) => {
      const disposables = new DisposableStore();
      const looks = new AbortController();
      disposables.add({ dispose: () => looks.abort() });
      disposables.add(context.swarms.onDidChange(() => show(choices())));
      const look = async (entry: ConnectionEntry): Promise<void> => {
        const standing = await context.lookAt(entry, looks.signal);
        if (!looks.signal.aborted) {
          standings.set(entry.id, standing);
          show(choices());
        }
      };
      const lookAtNew = (before: readonly Row[]): void => {
        const added = rows.filter(
          (row) => !before.includes(row) && context.swarms.find(row.entry.id) === undefined,
        );
        void eachOf(
          added.map(({ entry }) => entry),
          LOOKS_AT_ONCE,
          look,
        );
      };
      lookAtNew([]);
      disposables.add(
        context.onConnectionsChange(async () => {
          const before = rows;
          rows = toRows(await context.findConnections(), before);
          if (!looks.signal.aborted) {
            show(choices());
            lookAtNew(before);
          }
        }),
      );
      return disposables;
    },
  });
}

interface Row {
  readonly entry: ConnectionEntry;
  readonly value: ConnectionChoice;
}

/** A row of what did not change stays the same row, on which the person may be. */
function toRows(found: readonly ConnectionEntry[], before: readonly Row[]): readonly Row[] {
  return found.map((entry) => {
    const same = before.find((row) => JSON.stringify(row.entry) === JSON.stringify(entry));
    return same ?? { entry, value: { kind: 'entry', entry } };
  });
}

const SOURCE_ICON: Readonly<Record<ConnectionSource, string>> = {
  environment: 'terminal',
  context: 'layers',
  socket: 'vm',
  setting: 'settings-gear',
  entered: 'edit',
  demo: 'beaker',
};

function entryChoice({ entry, value }: Row, detail: string): QuickChoice<ConnectionChoice> {
  return {
    label: `$(${SOURCE_ICON[entry.source]}) ${withoutIcons(entry.name)}`,
    description: [
      withoutIcons(shownAddress(entry.address)),
      entry.current === true ? l10n.t('current') : '',
      entry.production === true ? l10n.t('production') : '',
      entry.readOnly === true ? l10n.t('read-only') : '',
    ]
      .filter((part) => part !== '')
      .join(' · '),
    detail,
    group: sourceName(entry.source),
    value,
  };
}

function detailOf(state: SwarmState | undefined, standing: Standing | undefined): string {
  if (state !== undefined && state.phase !== 'disconnected') {
    return openDetail(state);
  }
  if (standing === undefined) {
    return `$(loading~spin) ${l10n.t('looking…')}`;
  }
  if (standing.kind === 'problem') {
    const { title } = describeError(standing.error);
    return `$(warning) ${withoutIcons(title)}`;
  }
  const { hostname, nodes } = standing;
  if (nodes === undefined) {
    return `$(warning) ${l10n.t('manager {0}, but its swarm has no leader now', withoutIcons(hostname))}`;
  }
  const count = nodes.count === 1 ? l10n.t('1 node') : l10n.t('{0} nodes', nodes.count);
  const role = nodes.isLeader
    ? l10n.t('manager {0}, the leader', withoutIcons(hostname))
    : l10n.t('manager {0}', withoutIcons(hostname));
  return `$(pass) ${role} · ${count}`;
}

function openDetail(state: Exclude<SwarmState, { phase: 'disconnected' }>): string {
  switch (state.phase) {
    case 'connecting':
      return `$(loading~spin) ${l10n.t('connecting…')}`;
    case 'failed':
      return `$(warning) ${withoutIcons(describeError(state.error).title)}`;
    case 'connected':
      return state.lost === undefined
        ? `$(check) ${l10n.t('connected')}`
        : `$(warning) ${withoutIcons(describeError(state.lost.error).title)}`;
  }
}

function sourceName(source: ConnectionSource): string {
  switch (source) {
    case 'environment':
      return l10n.t('Environment (DOCKER_HOST)');
    case 'context':
      return l10n.t('Docker contexts');
    case 'socket':
      return l10n.t('This machine');
    case 'setting':
      return l10n.t('Your settings');
    case 'entered':
      return l10n.t('Entered');
    case 'demo':
      return l10n.t('Other');
  }
}
