import * as l10n from '@vscode/l10n';

import { certainty, compare, type Comparison, type Expectation } from '../src/shared/expectation';
import type {
  CellVerdict,
  NotProbedReason,
  PortRoute,
  ProbeCell,
  RouteEntry,
} from '../src/shared/routingView';

/** How a state looks: every tone has a colour, an icon of its own shape, and always a text beside it. */
export type Tone = 'good' | 'partial' | 'bad' | 'waiting' | 'neutral';

/** One state for people. */
export interface Verdict {
  readonly tone: Tone;
  readonly text: string;
  /** The same in a full sentence, for titles and screen readers. */
  readonly sentence: string;
}

/**
 * Wording of one cell against what its node should do; `unreachable` is the page-wide state in which no
 * cell says anything of its node.
 */
export function describeVerdict(
  verdict: CellVerdict | undefined,
  { expected, tasks }: Pick<RouteEntry, 'expected' | 'tasks'>,
  unreachable: boolean,
): Verdict {
  if (verdict?.kind === 'not-probed') {
    return describeNotProbed(verdict.why);
  }
  if (unreachable) {
    return say(
      'neutral',
      l10n.t('out of reach'),
      l10n.t('The node cannot be reached from where probes start'),
    );
  }
  if (verdict === undefined || verdict.kind === 'waiting') {
    return say('waiting', l10n.t('waiting'), l10n.t('Waiting for the first probe'));
  }
  switch (expected.kind) {
    case 'answer':
      return describeAnswers(verdict, tasks);
    case 'refusal':
      return describeClosed(verdict, expected.why);
    case 'nothing':
      return describeDown(verdict);
    case 'unpromised':
      return say(
        'neutral',
        l10n.t('not promised'),
        l10n.t(
          '{0}; the mesh does not promise IPv6: the ingress network is IPv4',
          describeAnswers(verdict, 0).sentence,
        ),
      );
    case 'other':
      return say(
        'neutral',
        l10n.t('other service'),
        l10n.t('This port of the node belongs to {0} (host mode)', expected.serviceName),
      );
  }
}

type Observed = Extract<CellVerdict, { kind: 'all' | 'none' | 'some' }>;

function describeNotProbed(why: NotProbedReason): Verdict {
  switch (why) {
    case 'udp':
      return say(
        'neutral',
        l10n.t('not probed'),
        l10n.t('Not probed: UDP gives no sign of an open port'),
      );
    case 'sctp':
      return say(
        'neutral',
        l10n.t('not probed'),
        l10n.t('Not probed: the probes do not speak SCTP'),
      );
    case 'off':
      return say('neutral', l10n.t('off'), l10n.t('Not probed: switched off in the settings'));
    case 'no-address':
      return say('neutral', l10n.t('no address'), l10n.t('Not probed: no usable address is known'));
    case 'no-port':
      return say(
        'neutral',
        l10n.t('no port'),
        l10n.t('Not probed: no task of this node has opened a port'),
      );
  }
}

function describeAnswers(verdict: Observed, tasks: number): Verdict {
  const { of, asked } = verdict;
  switch (verdict.kind) {
    case 'all':
      return say(
        'good',
        l10n.t('{0} of {1}', of, of),
        `${allSentence(of, asked)}${surety(of, tasks)}`,
      );
    case 'none':
      return say(
        'bad',
        l10n.t('none of {0}', of),
        verdict.connected === undefined
          ? l10n.t('None of the last {0} probes connected', of)
          : l10n.t(
              'None of the last {0} answers was as asked for, though {1} probes connected',
              of,
              verdict.connected,
            ),
      );
    case 'some':
      return say(
        'partial',
        l10n.t('{0} of {1}', verdict.answered, of),
        asked === true
          ? l10n.t('{0} of the last {1} answers were as asked for', verdict.answered, of)
          : l10n.t('{0} of the last {1} probes connected', verdict.answered, of),
      );
  }
}

function allSentence(of: number, asked: true | undefined): string {
  return asked === true
    ? l10n.t('All of the last {0} answers were as asked for', of)
    : l10n.t('All of the last {0} probes connected', of);
}

/** How sure a cell is in which everything answers. */
function surety(of: number, tasks: number): string {
  return tasks > 1
    ? `; ${l10n.t(
        'a failing one of the {0} tasks would have shown itself with {1} %',
        tasks,
        Math.floor(100 * certainty(of, tasks)),
      )}`
    : '';
}

function describeClosed(
  verdict: Observed,
  why: Extract<Expectation, { kind: 'refusal' }>['why'],
): Verdict {
  const reason =
    why === 'not-here' ? l10n.t('no task runs on this node (host mode)') : l10n.t('no task runs');
  if (verdict.kind !== 'none' || verdict.connected !== undefined) {
    return say('bad', l10n.t('answers'), l10n.t('Something answers, yet {0}', reason));
  }
  return why === 'down'
    ? say('bad', l10n.t('closed'), l10n.t('Closed: no task runs, though some should'))
    : say('neutral', l10n.t('closed'), l10n.t('Closed, as it should be: {0}', reason));
}

function describeDown(verdict: Observed): Verdict {
  return verdict.kind === 'none' && verdict.connected === undefined
    ? say(
        'neutral',
        l10n.t('no answer'),
        l10n.t('No probe connected, and the managers do not know this node as ready'),
      )
    : say(
        'partial',
        l10n.t('still answers'),
        l10n.t('Probes connect, yet the managers do not know this node as ready'),
      );
}

function say(tone: Tone, text: string, sentence: string): Verdict {
  return { tone, text, sentence };
}

/** Verdict over all nodes of a route: how many of those that should answer do. */
export function describeRoute(
  route: PortRoute,
  cells: ReadonlyMap<string, ProbeCell>,
  unreachable: boolean,
): Verdict {
  const isMesh = route.mode === 'ingress';
  // Of a node with both families the mesh promises IPv4 alone; in host mode it counts twice.
  const counted = route.entries.filter(({ family }) => !isMesh || family !== 6);
  const nodes = isMesh || counted.every(({ family }) => family === undefined);
  const states = counted.map((entry) => ({
    expected: entry.expected,
    comparison: comparisonOf(route, entry, cells),
  }));
  const total = states.length;
  if (total > 0 && states.every(({ comparison }) => comparison === 'not-probed')) {
    return both('neutral', l10n.t('not probed'));
  }
  if (unreachable) {
    return both('neutral', l10n.t('out of reach'));
  }
  const wrong = states.filter(
    ({ expected, comparison }) => expected.kind === 'refusal' && comparison === 'unexpected',
  ).length;
  if (wrong > 0) {
    return both(
      'bad',
      nodes
        ? l10n.t('{0} of {1} nodes answer, and should not', wrong, total)
        : l10n.t('{0} of {1} addresses answer, and should not', wrong, total),
    );
  }
  const wanted = states.filter(({ expected }) => expected.kind === 'answer');
  const judged = wanted.filter(({ comparison }) => !OPEN.has(comparison));
  if (wanted.length === 0 && states.some(({ comparison }) => comparison === 'down')) {
    return both('bad', l10n.t('closed: {0} of {1} tasks run', route.running, route.desired));
  }
  if (wanted.length === 0) {
    const isClosed = states.some(({ comparison }) => comparison === 'as-expected');
    return isClosed
      ? both('neutral', l10n.t('closed: no task runs'))
      : both('waiting', l10n.t('waiting'));
  }
  return describeWanted(
    {
      all: judged.filter(({ comparison }) => comparison === 'as-expected').length,
      some: judged.filter(({ comparison }) => comparison === 'partly').length,
      judged: judged.length,
      waiting: wanted.some(({ comparison }) => comparison === 'waiting'),
    },
    wanted.length,
    nodes,
  );
}

const OPEN: ReadonlySet<Comparison> = new Set(['waiting', 'not-probed', 'open']);

function describeWanted(
  count: {
    readonly all: number;
    readonly some: number;
    readonly judged: number;
    readonly waiting: boolean;
  },
  total: number,
  nodes: boolean,
): Verdict {
  const answer = nodes
    ? l10n.t('{0} of {1} nodes answer', count.all, total)
    : l10n.t('{0} of {1} addresses answer', count.all, total);
  if (count.judged === 0 || (count.all + count.some === 0 && count.waiting)) {
    return both('waiting', l10n.t('waiting'));
  }
  if (count.all === count.judged) {
    return both('good', answer);
  }
  if (count.all + count.some === 0) {
    return both('bad', nodes ? l10n.t('no node answers') : answer);
  }
  if (count.some === 0) {
    return both('partial', answer);
  }
  return both(
    'partial',
    count.all > 0
      ? l10n.t('{0}, {1} at times', answer, count.some)
      : nodes
        ? l10n.t('{0} of {1} nodes answer at times', count.some, total)
        : l10n.t('{0} of {1} addresses answer at times', count.some, total),
  );
}

/** What an entry's cell comes to; before its first message an entry that is never probed is known as such. */
export function comparisonOf(
  { probe }: Pick<PortRoute, 'probe'>,
  entry: RouteEntry,
  cells: ReadonlyMap<string, ProbeCell>,
): Comparison {
  const cell = cells.get(entry.id);
  return cell === undefined && probe.kind === 'none'
    ? 'not-probed'
    : compare(entry.expected, cell?.verdict);
}

function both(tone: Tone, text: string): Verdict {
  return say(tone, text, text);
}
