import * as l10n from '@vscode/l10n';
import type { Comparison, Expectation } from '../../shared/expectation';
import type { CellVerdict, PortRoute, ProbeOutcome, ProbeSample } from '../../shared/routingView';

/** What should happen at a node, as a sentence without its full stop. */
export function expectationText(expected: Expectation, tasks: number): string {
  switch (expected.kind) {
    case 'answer':
      return tasks === 1
        ? l10n.t('connections stand: the node is up and 1 running task is behind it')
        : l10n.t('connections stand: the node is up and {0} running tasks are behind it', tasks);
    case 'refusal':
      return refusalText(expected.why);
    case 'nothing':
      return l10n.t('nothing: the managers do not know this node as ready');
    case 'unpromised':
      return l10n.t('nothing: the mesh does not promise IPv6, for the ingress network is IPv4');
    case 'other':
      return l10n.t('nothing: this port of the node belongs to another service (host mode)');
  }
}

function refusalText(why: Extract<Expectation, { kind: 'refusal' }>['why']): string {
  switch (why) {
    case 'no-task':
      return l10n.t('connections are refused: no task runs');
    case 'down':
      return l10n.t('connections are refused: no task runs, though some should');
    case 'not-here':
      return l10n.t('connections are refused: no task runs on this node (host mode)');
  }
}

/** What was seen, as a sentence without its full stop. */
export function verdictText(verdict: CellVerdict | undefined): string {
  switch (verdict?.kind) {
    case 'all':
      return verdict.asked === true
        ? l10n.t('all of the last {0} answers were as asked for', verdict.of)
        : l10n.t('all of the last {0} probes connected', verdict.of);
    case 'none':
      return verdict.connected === undefined
        ? l10n.t('none of the last {0} probes connected', verdict.of)
        : l10n.t(
            'none of the last {0} answers was as asked for, though {1} probes connected',
            verdict.of,
            verdict.connected,
          );
    case 'some':
      return verdict.asked === true
        ? l10n.t('{0} of the last {1} answers were as asked for', verdict.answered, verdict.of)
        : l10n.t('{0} of the last {1} probes connected', verdict.answered, verdict.of);
    case 'not-probed':
      return l10n.t('not probed');
    default:
      return l10n.t('no probe yet');
  }
}

/** What the two come to. */
export function comparisonText(comparison: Comparison): string {
  const texts: Readonly<Record<Comparison, string>> = {
    waiting: l10n.t('no probe yet'),
    'not-probed': l10n.t('not probed'),
    'as-expected': l10n.t('as expected'),
    partly: l10n.t('partly as expected'),
    unexpected: l10n.t('not as expected'),
    down: l10n.t('closed without a task'),
    open: l10n.t('nothing expected'),
  };
  return texts[comparison];
}

/** One to three words on how a probe ended. */
export function outcomeText({ outcome, httpStatus }: ProbeSample): string {
  if (httpStatus !== undefined && (outcome === 'answered' || outcome === 'wrong-status')) {
    return outcome === 'answered'
      ? `HTTP ${httpStatus}`
      : l10n.t('HTTP {0}, not asked for', httpStatus);
  }
  const texts: Readonly<Record<ProbeOutcome, string>> = {
    answered: l10n.t('connected'),
    refused: l10n.t('refused'),
    'timed-out': l10n.t('timed out'),
    silent: l10n.t('connected, then silence'),
    reset: l10n.t('connected, then reset'),
    empty: l10n.t('connected, then closed without an answer'),
    'wrong-status': l10n.t('wrong status'),
    'wrong-body': l10n.t('answer without the text that was asked for'),
    'tls-failed': l10n.t('TLS failed'),
    'no-route': l10n.t('no route'),
    'lookup-failed': l10n.t('name not found'),
    failed: l10n.t('failed'),
  };
  return texts[outcome];
}

/** `8080→80/tcp`. */
export function portsText({ publishedPort, targetPort, protocol }: PortRoute): string {
  return `${publishedPort ?? '∗'}→${targetPort}/${protocol}`;
}

/** Milliseconds for people. */
export function msText(ms: number): string {
  return ms >= 1_000 ? `${(ms / 1_000).toFixed(1)} s` : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}
