import * as l10n from '@vscode/l10n';

import type { Expectation } from '../src/shared/expectation';
import { formatAuthority } from '../src/shared/httpAsk';
import type {
  PortRoute,
  ProbeCell,
  ProbeOutcome,
  ProbeSample,
  RouteBackend,
  RouteEntry,
} from '../src/shared/routingView';
import { describeVerdict, type Tone } from './verdicts';

/** Class of one sample: each is drawn in a colour and a shape of its own. */
export type SampleKind = 'answered' | 'app-error' | 'cut' | 'failed' | 'closed';

/**
 * The mesh works for the first two; `cut` connected and got nothing; `failed` never connected, and
 * neither did `closed`, which is as expected of it.
 */
export function sampleKind(sample: ProbeSample, isExpected = false): SampleKind {
  if (isExpected) {
    return 'closed';
  }
  if (sample.outcome === 'answered') {
    return (sample.httpStatus ?? 0) >= 400 ? 'app-error' : 'answered';
  }
  if (sample.outcome === 'wrong-status' || sample.outcome === 'wrong-body') {
    return 'app-error';
  }
  return sample.reachable ? 'cut' : 'failed';
}

/** Tone of one sample. */
export function sampleTone(sample: ProbeSample, isExpected = false): Tone {
  const tones = {
    answered: 'good',
    'app-error': 'partial',
    cut: 'partial',
    failed: 'bad',
    closed: 'neutral',
  } as const;
  return tones[sampleKind(sample, isExpected)];
}

/** One to three words on an outcome. */
export function nameOutcome(sample: ProbeSample): string {
  if (
    (sample.outcome === 'answered' || sample.outcome === 'wrong-status') &&
    sample.httpStatus !== undefined
  ) {
    return `HTTP ${sample.httpStatus}`;
  }
  const names: Record<ProbeOutcome, string> = {
    answered: l10n.t('connected'),
    refused: l10n.t('refused'),
    'timed-out': l10n.t('timed out'),
    silent: l10n.t('no answer'),
    reset: l10n.t('reset'),
    empty: l10n.t('empty answer'),
    'wrong-status': l10n.t('wrong status'),
    'wrong-body': l10n.t('wrong body'),
    'tls-failed': l10n.t('TLS failed'),
    'no-route': l10n.t('no route'),
    'lookup-failed': l10n.t('name not found'),
    failed: l10n.t('failed'),
  };
  return names[sample.outcome];
}

/** What an outcome means, in plain words. */
export function explainSample(sample: ProbeSample): string {
  switch (sample.outcome) {
    case 'answered':
      return explainAnswer(sample.httpStatus);
    case 'refused':
      return l10n.t(
        'Refused: nothing listens on this port there, or a firewall on the way says so.',
      );
    case 'timed-out':
      return l10n.t('No connection in time: packets are dropped on the way, or the node is off.');
    case 'silent':
      return l10n.t('The connection stood, then nothing came until the deadline.');
    case 'reset':
      return l10n.t('The connection stood and was then cut off.');
    case 'empty':
      return l10n.t('The connection stood and was closed without an HTTP answer.');
    case 'wrong-status':
      return l10n.t(
        'The mesh works; the application answered {0}, which is not a status that was asked for.',
        sample.httpStatus ?? '?',
      );
    case 'wrong-body':
      return l10n.t('The mesh works; the answer does not hold the text that was asked for.');
    case 'tls-failed':
      return sample.detail === undefined
        ? l10n.t('The connection stood, but TLS could not be set up.')
        : l10n.t('The connection stood, but TLS could not be set up: {0}', sample.detail);
    case 'no-route':
      return l10n.t('No route to the address, or nobody answers for the address of the task.');
    case 'lookup-failed':
      return l10n.t('The host name could not be resolved.');
    case 'failed':
      return sample.detail === undefined
        ? l10n.t('The probe failed.')
        : l10n.t('The probe failed: {0}', sample.detail);
  }
}

function explainAnswer(status: number | undefined): string {
  if (status === undefined) {
    return l10n.t('The port accepts connections.');
  }
  return status >= 400
    ? l10n.t('The mesh works; the application answered {0}.', status)
    : l10n.t('The application answered {0}.', status);
}

/** Milliseconds as a short text. */
export function formatMs(ms: number): string {
  if (ms >= 10_000) {
    return l10n.t('{0} s', (ms / 1000).toFixed(0));
  }
  if (ms >= 1000) {
    return l10n.t('{0} s', (ms / 1000).toFixed(1));
  }
  return l10n.t('{0} ms', ms < 9.95 ? ms.toFixed(1) : ms.toFixed(0));
}

/** Local time of day with seconds. */
export function formatTime(at: number): string {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const date = new Date(at);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

/** An age in the largest fitting unit. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) {
    return l10n.t('{0} s', seconds);
  }
  return seconds < 5400
    ? l10n.t('{0} min', Math.round(seconds / 60))
    : l10n.t('{0} h', Math.round(seconds / 3600));
}

/** An interval choice. */
export function formatInterval(ms: number): string {
  return ms >= 60_000 && ms % 60_000 === 0
    ? l10n.t('every {0} min', ms / 60_000)
    : l10n.t('every {0} s', ms / 1000);
}

/** Something a second; empty when not known. */
export function formatRate(perSecond: number | undefined): string {
  return perSecond === undefined
    ? ''
    : l10n.t('{0}/s', perSecond.toFixed(perSecond >= 9.95 || perSecond === 0 ? 0 : 1));
}

/** Why a task takes no traffic: in the engine's words where it has some, else what its state means. */
export function explainIdle({ state, error }: RouteBackend): string {
  if (error !== '') {
    return error;
  }
  switch (state) {
    case 'new':
      return l10n.t('waits for addresses and resources');
    case 'pending':
      return l10n.t('waits for a node that fits');
    case 'assigned':
    case 'accepted':
    case 'preparing':
    case 'ready':
      return l10n.t('is prepared by its node');
    case 'starting':
      return l10n.t('waits for its container to be healthy');
    case 'orphaned':
      return l10n.t('was lost with its node');
    default:
      return l10n.t('has ended');
  }
}

/** A mark beside a node's name; plain ready workers carry none. */
export interface NodeMark {
  readonly text: string;
  readonly title: string;
  readonly tone: 'plain' | 'warn' | 'bad';
}

/** Role, availability and state of a node where they are worth a word. */
export function nodeMarks(entry: RouteEntry): readonly NodeMark[] {
  const marks: NodeMark[] = [];
  if (entry.leader) {
    marks.push({ text: l10n.t('leader'), title: l10n.t('Manager, leader'), tone: 'plain' });
  } else if (entry.role === 'manager') {
    marks.push({ text: l10n.t('manager'), title: l10n.t('Manager'), tone: 'plain' });
  }
  if (entry.availability === 'drain') {
    const title = l10n.t('Drained: it runs no tasks, yet it still takes traffic for the mesh');
    marks.push({ text: l10n.t('drain'), title, tone: 'warn' });
  } else if (entry.availability === 'pause') {
    const title = l10n.t('Paused: it keeps its tasks and gets no new ones');
    marks.push({ text: l10n.t('pause'), title, tone: 'warn' });
  }
  if (entry.nodeState !== 'ready') {
    const title = l10n.t('The managers report this node as {0}', entry.nodeState);
    marks.push({ text: entry.nodeState, title, tone: 'bad' });
  }
  return marks;
}

/** Host and port that probes knock at; IPv6 hosts in brackets. */
export function formatTarget(entry: RouteEntry): string {
  return entry.target === undefined ? l10n.t('no address known') : formatAuthority(entry.target);
}

/** Published and target port, with the protocol unless it is TCP. */
export function formatPorts(route: PortRoute): string {
  const ports = `${route.publishedPort ?? '∗'}→${route.targetPort}`;
  return route.protocol === 'tcp' ? ports : `${ports}/${route.protocol}`;
}

/** What a probe of a port asks, in short. */
export function formatProbe({ probe }: Pick<PortRoute, 'probe'>): string {
  switch (probe.kind) {
    case 'none':
      return probe.why === 'off' ? l10n.t('off') : l10n.t('not probed');
    case 'tcp':
      return l10n.t('TCP connection');
    case 'http': {
      const { scheme, method, path, status, bodyContains } = probe.ask;
      const asked = `${scheme.toUpperCase()} ${method} ${path}`;
      const wanted = [
        ...(status ?? []).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)),
        ...(bodyContains === undefined ? [] : [JSON.stringify(bodyContains)]),
      ];
      return wanted.length === 0 ? asked : l10n.t('{0}, wants {1}', asked, wanted.join(', '));
    }
  }
}

/** The task that a sample's answer came from, by name. */
export function nameAnswerer(
  sample: ProbeSample | undefined,
  backends: readonly RouteBackend[],
): string | undefined {
  if (sample?.answeredBy === undefined) {
    return undefined;
  }
  return (
    backends.find((backend) => backend.taskId === sample.answeredBy)?.taskName ??
    l10n.t('a task that is gone')
  );
}

/** One sentence on an entry for screen readers. */
export function describeEntry(
  entry: RouteEntry,
  cell: ProbeCell | undefined,
  route: PortRoute,
  unreachable: boolean,
): string {
  const last = cell?.samples.at(-1);
  const answerer = nameAnswerer(last, route.backends);
  return [
    entry.hostname,
    ...nodeMarks(entry).map((mark) => mark.text),
    formatTarget(entry),
    describeVerdict(cell?.verdict, entry, unreachable).sentence,
    ...(last === undefined || unreachable
      ? []
      : [l10n.t('last: {0} in {1}', nameOutcome(last), formatMs(last.phases.total))]),
    ...(answerer === undefined ? [] : [l10n.t('answered by {0}', answerer)]),
  ].join(', ');
}

/** What the swarm's own state lets a client expect of a node. */
export function describeExpected({ expected, tasks }: RouteEntry): string {
  switch (expected.kind) {
    case 'answer':
      return l10n.t('an answer; running tasks: {0}', tasks);
    case 'refusal':
      return describeRefusal(expected.why);
    case 'nothing':
      return l10n.t('nothing: the managers do not know this node as ready');
    case 'unpromised':
      return l10n.t('nothing: the mesh does not promise IPv6, for the ingress network is IPv4');
    case 'other':
      return l10n.t('an answer of {0}, which has the port here', expected.serviceName);
  }
}

function describeRefusal(why: Extract<Expectation, { kind: 'refusal' }>['why']): string {
  switch (why) {
    case 'no-task':
      return l10n.t('a refusal: no task runs');
    case 'down':
      return l10n.t('a refusal: no task runs, though some should');
    case 'not-here':
      return l10n.t('a refusal: no task runs on this node (host mode)');
  }
}
