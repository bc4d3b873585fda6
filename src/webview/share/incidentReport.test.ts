import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsNamed, factsOf, hostileNames } from '../../../test/fakes/sharedFacts';
import {
  makeCell,
  makeEntry,
  makeRoute,
  makeRouting,
  repeatOutcomes,
} from '../../../test/webview/views';
import { PLAIN_ASK } from '../../shared/httpAsk';
import { sinceText } from './cellEvidence';
import { cellMarkdown, incidentReport } from './incidentReport';
import { codeBlock, codeSpan } from './markdownText';

/**
 * What is left of Markdown without code: fenced blocks and code spans (CommonMark 4.5 and 6.1), each
 * replaced by a sign.
 */
function withoutCode(markdown: string): string {
  const lines: string[] = [];
  let fence: string | undefined;
  for (const line of markdown.split('\n')) {
    if (fence === undefined) {
      fence = /^(`{3,})[^`]*$/.exec(line)?.[1];
      lines.push(fence === undefined ? withoutSpans(line) : '▮');
    } else if (new RegExp(`^ {0,3}\`{${fence.length},} *$`).test(line)) {
      fence = undefined;
    }
  }
  expect(fence).toBeUndefined();
  return lines.join('\n');
}

function withoutSpans(line: string): string {
  const opening = /(?<!`)(`+)(?!`)/.exec(line);
  if (opening?.[1] === undefined) {
    return line;
  }
  const after = line.slice(opening.index + opening[1].length);
  const closing = new RegExp(`(?<!\`)\`{${opening[1].length}}(?!\`)`).exec(after);
  expect(closing).not.toBeNull();
  return `${line.slice(0, opening.index)}▯${withoutSpans(
    after.slice((closing?.index ?? 0) + opening[1].length),
  )}`;
}

const web = makeRoute('web', 8080, 3, 2);
const cellOf = (node: number, pattern: Parameters<typeof repeatOutcomes>[0], times = 12) =>
  makeCell(web, `web:tcp:8080@node-${node}`, repeatOutcomes(pattern, times));

describe('the incident report', () => {
  it('names what is not as expected, since when, with evidence and commands', () => {
    const cells = [
      cellOf(1, ['answered']),
      makeCell(web, 'web:tcp:8080@node-2', [
        ...repeatOutcomes(['answered'], 12),
        ...repeatOutcomes(['timed-out'], 12),
      ]),
      cellOf(3, ['answered', 'refused']),
    ];
    const report = incidentReport(factsOf(makeRouting([web]), cells));
    expect(report).toMatch(/^# Incident report: `lab swarm`\n/);
    expect(report).toContain('Engine asked: `node1`, version `20.10.24`, API `1.41`');
    expect(report).toContain('Probes: `curl 7.88.1`, from `workstation`, every 5 s');
    expect(report).toContain(
      [
        '- `web` `8080→80/tcp` at `node2`: none of the last 10 probes connected. Since: 2026-01-15T11:56:00.000Z, the first probe after the last that fitted',
        '- `web` `8080→80/tcp` at `node3`: 5 of the last 10 probes connected. Since: at times, first at 2026-01-15T11:55:05.000Z among the probes kept since 2026-01-15T11:55:00.000Z',
        '',
        'All nodes of all ports: 1 as expected, 1 not as expected, 1 partly as expected',
      ].join('\n'),
    );
    expect(report.match(/^### .*$/gm)).toEqual([
      '### `web` `8080→80/tcp` at `node2`',
      '### `web` `8080→80/tcp` at `node3`',
    ]);
    expect(report).toContain('- Outcomes of the last 24 probes: 12 × HTTP 200, 12 × timed out');
    expect(report).toContain('- Last failure: 2026-01-15T11:56:55.000Z, timed out');
    expect(report).toContain(
      "```sh\ncurl -q -sS -g -o /dev/null -w '%{http_code} %{time_total}s\\n' --noproxy '*' --max-time 3 http://192.168.56.12:8080/\n```",
    );
    expect(report).toContain('- Nodes: 3; managers: 1, reachable 1, leader `node1`');
  });

  it('says so where all is as expected, and where nothing can be reached', () => {
    const fine = incidentReport(factsOf(makeRouting([web])));
    expect(fine).toContain('Nothing among what is probed.');
    expect(fine).not.toContain('## Evidence');
    const facts = factsOf(makeRouting([web]), [cellOf(1, ['timed-out'])]);
    const lost = incidentReport({
      ...facts,
      probes: { ...facts.probes, nothingReachable: true },
    });
    expect(lost).toContain('Not one address of the swarm can be reached');
    expect(lost).not.toContain('## Evidence');
  });

  it('repeats no secret in its commands', () => {
    const route = {
      ...web,
      probe: {
        kind: 'http' as const,
        problems: [],
        ask: {
          ...PLAIN_ASK,
          path: '/?key=s3cret',
          headers: [['Authorization', 's3cret']] as const,
        },
      },
    };
    const report = incidentReport(factsOf(makeRouting([route]), [cellOf(1, ['refused'])]));
    expect(report).toContain("-H 'Authorization: ***'");
    expect(report).not.toContain('s3cret');
  });

  it('counts what is too much to tell', () => {
    const many = makeRoute('web', 8080, 130, 1);
    const cells = many.entries.map(({ id }) => makeCell(many, id, ['refused']));
    const report = incidentReport(factsOf(makeRouting([many]), cells));
    expect(report.match(/^### /gm)).toHaveLength(100);
    expect(report).toContain('- and 30 more');
  });

  it('is the same Markdown whatever things are called', () => {
    const harmless = withoutCode(incidentReport(factsNamed('x')));
    expect(harmless).toContain('### ▯ ▯ at ▯');
    fc.assert(
      fc.property(hostileNames, (name) => {
        // A name without anything to see is told as a dash.
        const report = withoutCode(incidentReport(factsNamed(`x${name}`)));
        expect(report).toBe(harmless);
      }),
    );
  });
});

describe('one cell as Markdown', () => {
  it('is its evidence with a heading', () => {
    const facts = factsOf(makeRouting([web]), [cellOf(2, ['answered'])]);
    const text = cellMarkdown(facts, 'web:tcp:8080@node-2');
    expect(text).toMatch(/^### `web` `8080→80\/tcp` at `node2`\n/);
    expect(text).toContain('- Seen: all of the last 10 probes connected (as expected)');
    expect(text).toContain('- Answered by: 6 × `web.1`, 6 × `web.2`');
    expect(text).not.toContain('Since');
    expect(cellMarkdown(facts, 'other')).toBeUndefined();
  });
});

describe('since when', () => {
  const entry = makeEntry('web:tcp:8080', 1, 8080);
  const closed = { ...entry, expected: { kind: 'refusal', why: 'no-task' } as const };

  it('reaches as far back as the samples do', () => {
    expect(sinceText(entry, cellOf(1, ['refused']))).toBe(
      'Since: 2026-01-15T11:55:00.000Z or earlier, when the oldest kept probe was sent',
    );
  });

  it('turns around where a refusal is expected', () => {
    expect(sinceText(closed, cellOf(1, ['refused']))).toBeUndefined();
    const open = makeCell(web, entry.id, [
      ...repeatOutcomes(['refused'], 3),
      ...repeatOutcomes(['answered'], 12),
    ]);
    expect(sinceText(closed, open)).toBe(
      'Since: 2026-01-15T11:55:15.000Z, the first probe after the last that fitted',
    );
  });

  it('is unknown where nothing is expected or nothing was seen', () => {
    const down = { ...entry, expected: { kind: 'nothing' } as const };
    expect(sinceText(down, cellOf(1, ['refused']))).toBeUndefined();
    expect(sinceText(entry, undefined)).toBeUndefined();
  });
});

describe('code', () => {
  it('holds backticks in longer fences', () => {
    expect(codeSpan('a``b`')).toBe('``` a``b` ```');
    expect(codeSpan(' \n ')).toBe('–');
    expect(codeBlock('a\n````\nb', 'sh')).toBe('`````sh\na\n````\nb\n`````');
  });
});
