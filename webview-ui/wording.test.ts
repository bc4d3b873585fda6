import { describe, expect, it } from 'vitest';

import { PLAIN_ASK } from '../src/shared/httpAsk';
import type {
  CellVerdict,
  PortRoute,
  ProbeCell,
  ProbeSample,
  RouteEntry,
} from '../src/shared/routingView';
import { readPhases } from './phases';
import { describeRoute, describeVerdict } from './verdicts';
import {
  explainSample,
  formatAge,
  formatInterval,
  formatMs,
  formatProbe,
  formatTarget,
  nameOutcome,
  nodeMarks,
  sampleKind,
  sampleTone,
} from './wording';

const ENTRY: RouteEntry = {
  id: 'e1',
  nodeId: 'n1',
  place: 'n1',
  hostname: 'node1',
  role: 'worker',
  leader: false,
  nodeState: 'ready',
  availability: 'active',
  target: { host: '10.1.2.3', port: 8080, mapped: false },
  expected: { kind: 'answer' },
  tasks: 1,
};

function makeRoute(entries: readonly RouteEntry[]): PortRoute {
  return {
    id: 'r',
    serviceId: 's',
    serviceName: 's',
    stack: '',
    mode: 'ingress',
    protocol: 'tcp',
    publishedPort: 8080,
    targetPort: 80,
    probe: { kind: 'http', ask: PLAIN_ASK, problems: [] },
    running: 1,
    desired: 1,
    vips: [],
    entries,
    backends: [],
  };
}

function summarize(verdicts: readonly CellVerdict[], unreachable = false): string {
  const entries = verdicts.map((_, index) => ({ ...ENTRY, id: `e${index}` }));
  const cells = new Map<string, ProbeCell>(
    verdicts.map((verdict, index) => [`e${index}`, { entryId: `e${index}`, verdict, samples: [] }]),
  );
  const { tone, text } = describeRoute(makeRoute(entries), cells, unreachable);
  return `${tone}: ${text}`;
}

describe('describeRoute', () => {
  it('sums up the nodes', () => {
    const all: CellVerdict = { kind: 'all', of: 6 };
    const none: CellVerdict = { kind: 'none', of: 6 };
    const some: CellVerdict = { kind: 'some', answered: 4, of: 6 };
    const udp: CellVerdict = { kind: 'not-probed', why: 'udp' };
    expect([
      summarize([all, all]),
      summarize([all, none]),
      summarize([all, some, none]),
      summarize([some, some, none]),
      summarize([none, none]),
      summarize([{ kind: 'waiting' }]),
      summarize([udp]),
      summarize([none], true),
    ]).toEqual([
      'good: 2 of 2 nodes answer',
      'partial: 1 of 2 nodes answer',
      'partial: 1 of 3 nodes answer, 1 at times',
      'partial: 2 of 3 nodes answer at times',
      'bad: no node answers',
      'waiting: waiting',
      'neutral: not probed',
      'neutral: out of reach',
    ]);
  });

  it('counts only nodes that should answer', () => {
    const closed: RouteEntry = { ...ENTRY, expected: { kind: 'refusal', why: 'not-here' } };
    const down: RouteEntry = { ...ENTRY, expected: { kind: 'nothing' } };
    const words = (entries: readonly RouteEntry[], kinds: readonly ('all' | 'none')[]): string => {
      const named = entries.map((entry, index) => ({ ...entry, id: `e${index}` }));
      const cells = new Map<string, ProbeCell>(
        kinds.map((kind, index) => [
          `e${index}`,
          { entryId: `e${index}`, verdict: { kind, of: 6 }, samples: [] },
        ]),
      );
      const { tone, text } = describeRoute(makeRoute(named), cells, false);
      return `${tone}: ${text}`;
    };
    expect([
      words([ENTRY, closed, down], ['all', 'none', 'none']),
      words([closed, closed], ['none', 'none']),
      words([closed, closed], ['none', 'all']),
      words([ENTRY, down], ['none', 'none']),
      words([closed], []),
    ]).toEqual([
      'good: 1 of 1 nodes answer',
      'neutral: closed: no task runs',
      'bad: 1 of 2 nodes answer, and should not',
      'bad: no node answers',
      'waiting: waiting',
    ]);
  });

  it('counts nodes where IPv4 alone is promised, and addresses where both families are', () => {
    const pair = (expected: RouteEntry['expected']): readonly RouteEntry[] => [
      { ...ENTRY, id: 'e0', family: 4 },
      { ...ENTRY, id: 'e1', family: 6, expected },
    ];
    const cells = (kind: 'all' | 'none'): Map<string, ProbeCell> =>
      new Map([
        ['e0', { entryId: 'e0', verdict: { kind: 'all', of: 6 }, samples: [] }],
        ['e1', { entryId: 'e1', verdict: { kind, of: 6 }, samples: [] }],
      ]);
    const mesh = makeRoute(pair({ kind: 'unpromised' }));
    const host: PortRoute = { ...makeRoute(pair({ kind: 'answer' })), mode: 'host' };
    expect([
      describeRoute(mesh, cells('none'), false).text,
      describeRoute(mesh, cells('all'), false).text,
      describeRoute(host, cells('none'), false).text,
      describeRoute(host, cells('all'), false).text,
    ]).toEqual([
      '1 of 1 nodes answer',
      '1 of 1 nodes answer',
      '1 of 2 addresses answer',
      '2 of 2 addresses answer',
    ]);
  });

  it('calls a route not probed when no entry is to be probed, before any cell has come', () => {
    const route: PortRoute = {
      ...makeRoute([ENTRY]),
      probe: { kind: 'none', why: 'udp', problems: [] },
    };
    expect(describeRoute(route, new Map(), false).text).toBe('not probed');
  });
});

describe('describeVerdict', () => {
  it('says what is as it should be, and what should not be', () => {
    const none: CellVerdict = { kind: 'none', of: 6 };
    const some: CellVerdict = { kind: 'some', answered: 1, of: 6 };
    const words = (verdict: CellVerdict, expected: RouteEntry['expected']): string => {
      const { tone, sentence } = describeVerdict(verdict, { expected, tasks: 0 }, false);
      return `${tone}: ${sentence}`;
    };
    expect([
      words(none, { kind: 'refusal', why: 'no-task' }),
      words(none, { kind: 'refusal', why: 'not-here' }),
      words(some, { kind: 'refusal', why: 'no-task' }),
      words(none, { kind: 'nothing' }),
      words(some, { kind: 'nothing' }),
      words({ kind: 'not-probed', why: 'no-port' }, { kind: 'answer' }),
      words({ kind: 'none', of: 6, asked: true, connected: 6 }, { kind: 'answer' }),
      words({ kind: 'none', of: 6, connected: 6 }, { kind: 'refusal', why: 'no-task' }),
      words(none, { kind: 'other', serviceName: 'web' }),
      words({ kind: 'all', of: 6 }, { kind: 'unpromised' }),
      words(none, { kind: 'unpromised' }),
    ]).toEqual([
      'neutral: Closed, as it should be: no task runs',
      'neutral: Closed, as it should be: no task runs on this node (host mode)',
      'bad: Something answers, yet no task runs',
      'neutral: No probe connected, and the managers do not know this node as ready',
      'partial: Probes connect, yet the managers do not know this node as ready',
      'neutral: Not probed: no task of this node has opened a port',
      'bad: None of the last 6 answers was as asked for, though 6 probes connected',
      'bad: Something answers, yet no task runs',
      'neutral: This port of the node belongs to web (host mode)',
      'neutral: All of the last 6 probes connected; the mesh does not promise IPv6: the ingress network is IPv4',
      'neutral: None of the last 6 probes connected; the mesh does not promise IPv6: the ingress network is IPv4',
    ]);
  });

  it('says k of N', () => {
    expect(describeVerdict({ kind: 'some', answered: 2, of: 6 }, ENTRY, false)).toEqual({
      tone: 'partial',
      text: '2 of 6',
      sentence: '2 of the last 6 probes connected',
    });
    expect(describeVerdict({ kind: 'none', of: 6 }, ENTRY, true).tone).toBe('neutral');
    expect(describeVerdict(undefined, ENTRY, false).text).toBe('waiting');
    expect(describeVerdict({ kind: 'all', of: 10 }, { ...ENTRY, tasks: 3 }, false).sentence).toBe(
      'All of the last 10 probes connected; a failing one of the 3 tasks would have shown itself with 98 %',
    );
  });
});

describe('formatProbe', () => {
  it('says what is asked, and what counts', () => {
    const words = (probe: PortRoute['probe']): string => formatProbe({ probe });
    const ask = {
      ...PLAIN_ASK,
      path: '/up',
      status: [
        [200, 200],
        [300, 399],
      ],
      bodyContains: 'ok',
    } as const;
    expect([
      words({ kind: 'http', ask: PLAIN_ASK, problems: [] }),
      words({ kind: 'http', ask, problems: [] }),
      words({ kind: 'tcp', problems: [] }),
      words({ kind: 'none', why: 'off', problems: [] }),
    ]).toEqual(['HTTP GET /', 'HTTP GET /up, wants 200, 300-399, "ok"', 'TCP connection', 'off']);
  });
});

describe('samples', () => {
  const sample = (change: Partial<ProbeSample>): ProbeSample => ({
    at: 0,
    outcome: 'answered',
    reachable: true,
    phases: { total: 3 },
    ...change,
  });

  it('are told apart by what failed', () => {
    expect([
      sampleKind(sample({ httpStatus: 200 })),
      sampleKind(sample({ httpStatus: 500 })),
      sampleKind(sample({ outcome: 'reset' })),
      sampleKind(sample({ outcome: 'refused', reachable: false })),
    ]).toEqual(['answered', 'app-error', 'cut', 'failed']);
    const refused = sample({ outcome: 'refused', reachable: false });
    expect([sampleTone(refused), sampleTone(refused, true)]).toEqual(['bad', 'neutral']);
  });

  it('are explained in plain words', () => {
    expect(explainSample(sample({ httpStatus: 404 }))).toBe(
      'The mesh works; the application answered 404.',
    );
    expect(explainSample(sample({ outcome: 'refused', reachable: false }))).toBe(
      'Refused: nothing listens on this port there, or a firewall on the way says so.',
    );
    expect(explainSample(sample({ outcome: 'failed', detail: 'curl: (35)' }))).toBe(
      'The probe failed: curl: (35)',
    );
    expect(nameOutcome(sample({ httpStatus: 301 }))).toBe('HTTP 301');
    expect(nameOutcome(sample({}))).toBe('connected');
  });

  it('split into phases that add up', () => {
    const steps = readPhases({ lookup: 1, connect: 3, firstByte: 8, total: 10 });
    expect(steps.map((step) => [step.name, step.ms, step.from, step.width])).toEqual([
      ['Look-up', 1, 0, 10],
      ['Connect', 2, 10, 20],
      ['First byte', 5, 30, 50],
      ['Rest', 2, 80, 20],
      ['Total', 10, 0, 100],
    ]);
    expect(readPhases({ total: 3000 }).map((step) => step.name)).toEqual(['Total']);
  });
});

describe('formats', () => {
  it('are short', () => {
    expect([formatMs(0.84), formatMs(12.4), formatMs(3000), formatMs(12_345)]).toEqual([
      '0.8 ms',
      '12 ms',
      '3.0 s',
      '12 s',
    ]);
    expect([formatAge(42_000), formatAge(600_000), formatAge(7_200_000)]).toEqual([
      '42 s',
      '10 min',
      '2 h',
    ]);
    expect([formatInterval(5000), formatInterval(60_000)]).toEqual(['every 5 s', 'every 1 min']);
  });

  it('name targets and marks of nodes', () => {
    expect(formatTarget({ ...ENTRY, target: { host: 'fd00::1', port: 80, mapped: false } })).toBe(
      '[fd00::1]:80',
    );
    const marks = nodeMarks({
      ...ENTRY,
      role: 'manager',
      leader: true,
      availability: 'drain',
      nodeState: 'down',
    });
    expect(marks.map((mark) => [mark.text, mark.tone])).toEqual([
      ['leader', 'plain'],
      ['drain', 'warn'],
      ['down', 'bad'],
    ]);
  });
});
