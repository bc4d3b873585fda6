import { describe, expect, it } from 'vitest';

import type { CellVerdict } from '../src/shared/routingView';
import { makeRoute } from '../test/webview/views';
import type { Tally } from './matrix';
import { describeCell, describeTally, nameLine } from './matrixWording';

const NONE: Tally = {
  waiting: 0,
  'not-probed': 0,
  'as-expected': 0,
  partly: 0,
  unexpected: 0,
  down: 0,
  open: 0,
};

describe('describeCell', () => {
  const route = makeRoute('web', 8080, 1, 2);
  const describeIt = (
    verdict: CellVerdict | undefined,
    change: Partial<(typeof route)['entries'][number]> = {},
    of = route,
  ) => {
    const [entry] = of.entries;
    if (entry === undefined) {
      throw new Error('no entry');
    }
    const cell = verdict && { entryId: entry.id, verdict, samples: [] };
    const { tone, text, sentence } = describeCell(of, { ...entry, ...change }, cell, false);
    return [tone, text, sentence];
  };

  it('says in a few letters what was seen, and how sure that is in the sentence', () => {
    expect(describeIt({ kind: 'all', of: 10 })).toEqual([
      'good',
      '10 of 10',
      'All of the last 10 probes connected; a failing one of the 2 tasks would have shown itself with 99 %',
    ]);
    expect(describeIt({ kind: 'some', answered: 7, of: 10 }).slice(0, 2)).toEqual([
      'partial',
      '7 of 10',
    ]);
    expect(describeIt({ kind: 'none', of: 10 })).toEqual([
      'bad',
      'none',
      'None of the last 10 probes connected',
    ]);
  });

  it('is red only for what is not as expected', () => {
    const closed = { expected: { kind: 'refusal', why: 'no-task' } } as const;
    const down = { expected: { kind: 'nothing' } } as const;
    expect(describeIt({ kind: 'none', of: 10 }, closed).slice(0, 2)).toEqual(['neutral', 'closed']);
    expect(describeIt({ kind: 'none', of: 10 }, down).slice(0, 2)).toEqual([
      'neutral',
      'no answer',
    ]);
    expect(describeIt({ kind: 'all', of: 10 }, closed).slice(0, 2)).toEqual(['bad', 'answers']);
    const out = { expected: { kind: 'refusal', why: 'down' } } as const;
    expect(describeIt({ kind: 'none', of: 10 }, out)).toEqual([
      'bad',
      'closed',
      'Closed: no task runs, though some should',
    ]);
  });

  it('names a protocol that is not probed, before the first message too', () => {
    const dns = makeRoute('dns', 53, 1, 1, { protocol: 'udp' });
    expect(describeIt(undefined, {}, dns).slice(0, 2)).toEqual(['neutral', 'udp']);
    const sctp = makeRoute('signalling', 2905, 1, 1, { protocol: 'sctp' });
    expect(describeIt({ kind: 'not-probed', why: 'sctp' }, {}, sctp)[1]).toBe('sctp');
    expect(describeIt(undefined)[1]).toBe('waiting');
  });
});

describe('describeTally', () => {
  it('says the worst of it, and all of it in the sentence', () => {
    const tally = { ...NONE, 'as-expected': 3, partly: 1, unexpected: 2, open: 1, 'not-probed': 4 };
    expect(describeTally(tally, false)).toEqual({
      tone: 'bad',
      text: '3 of 6',
      sentence:
        '3 of 6 as expected, 1 at times, 2 not as expected, 1 where nothing is expected, 4 not probed',
    });
    expect(describeTally({ ...NONE, 'as-expected': 3, partly: 1 }, false).tone).toBe('partial');
    expect(describeTally({ ...NONE, 'as-expected': 3, waiting: 2 }, false)).toMatchObject({
      tone: 'good',
      text: '3 of 3',
    });
  });

  it('says nothing of what is not known', () => {
    expect(describeTally({ ...NONE, waiting: 2 }, false).tone).toBe('waiting');
    expect(describeTally({ ...NONE, open: 2 }, false)).toMatchObject({
      tone: 'neutral',
      text: '–',
    });
    expect(describeTally({ ...NONE, unexpected: 9 }, true).tone).toBe('neutral');
  });
});

it('names rows and columns with their marks', () => {
  const route = makeRoute('web', 8080, 1, 1, { mode: 'host' });
  expect(nameLine({ kind: 'port', id: route.id, route, tally: NONE })).toBe(
    '8080→80 web, host mode',
  );
  const [entry] = route.entries;
  expect(
    entry &&
      nameLine({ kind: 'node', id: 'n', entry: { ...entry, nodeState: 'down' }, tally: NONE }),
  ).toBe('node1, leader, down');
});
