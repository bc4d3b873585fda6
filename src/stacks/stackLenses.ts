import * as l10n from '@vscode/l10n';
import { toPlainLine } from '../common/text';
import type { SwarmService } from '../model/snapshot';
import { comparisonText, standingText, type StackComparison } from './compareStacks';
import type { ComposeFile, Span } from './composeFile';

/** Why a file cannot be compared now. */
export type NotCompared =
  | 'running'
  /** The CLI has no `stack config`. */
  | 'old-cli'
  | 'no-cli'
  /** The CLI refuses the file. */
  | 'refused'
  | 'untrusted';

/** What is known of the stack that a file describes. */
export interface StackStanding {
  readonly swarm: string;
  readonly stack: string;
  /** By their name in the file. */
  readonly running: ReadonlyMap<string, Pick<SwarmService, 'running' | 'desired'>>;
  readonly comparison: StackComparison | NotCompared;
  /** The editor holds what is not saved yet; what is compared is the file. */
  readonly isDirty: boolean;
}

/** A line above a place of the file that a person can click. */
export interface StackLens {
  readonly span: Span;
  readonly title: string;
  readonly act: 'deployStack' | 'compareStack';
}

/** The lines above `services:` and above each service. */
export function stackLenses(
  { servicesSpan: span, services }: ComposeFile,
  standing: StackStanding | undefined,
): readonly StackLens[] {
  if (span === undefined) {
    return [];
  }
  const deploy: StackLens = {
    span,
    title: titled('rocket', l10n.t('Deploy stack…')),
    act: 'deployStack',
  };
  if (standing === undefined) {
    return [deploy];
  }
  const whole: StackLens = { span, title: wholeTitle(standing), act: 'compareStack' };
  return [
    deploy,
    whole,
    ...services.map((service): StackLens => ({
      span: service.span,
      title: serviceTitle(service.name, standing),
      act: 'compareStack',
    })),
  ];
}

function wholeTitle({ swarm, stack, comparison, isDirty }: StackStanding): string {
  const where = plain(l10n.t('{0} on {1}', stack, swarm));
  if (typeof comparison === 'string') {
    const icon = comparison === 'running' ? 'sync~spin' : 'info';
    return titled(icon, `${where}: ${reasonText(comparison)}`);
  }
  const same = [...comparison.standings.values()].every(({ kind }) => kind === 'same');
  const saved = isDirty ? ` · ${l10n.t('as last saved')}` : '';
  return titled(same ? 'check' : 'diff', `${where}: ${comparisonText(comparison)}${saved}`);
}

/** An ordinary space beside an icon is not drawn there. */
function titled(icon: string, text: string): string {
  return `$(${icon})\u{A0}${text}`;
}

function reasonText(reason: NotCompared): string {
  switch (reason) {
    case 'running':
      return l10n.t('comparing…');
    case 'old-cli':
      return l10n.t('comparing needs docker CLI 23.0 or later');
    case 'no-cli':
      return l10n.t('comparing needs the docker CLI');
    case 'refused':
      return l10n.t('docker does not accept this file');
    case 'untrusted':
      return l10n.t('comparing needs a trusted workspace');
  }
}

function serviceTitle(name: string, { running, comparison }: StackStanding): string {
  const service = running.get(name);
  const standing = typeof comparison === 'string' ? undefined : comparison.standings.get(name);
  return (
    [
      service === undefined ? '' : l10n.t('{0}/{1} running', service.running, service.desired),
      standing === undefined ? '' : standingText(standing),
    ]
      .filter((part) => part !== '')
      .join(' · ') || l10n.t('not deployed')
  );
}

/** A title draws `$(name)` as an icon. */
function plain(text: string): string {
  return toPlainLine(text, 120).replaceAll('$(', '$ (');
}
