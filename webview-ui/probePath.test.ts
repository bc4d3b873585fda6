import { describe, expect, it } from 'vitest';

import { makeBackend, makeRoute, makeSample } from '../test/webview/views';
import type { PortRoute, ProbeOutcome, ProbeSample } from '../src/shared/routingView';
import { probePath, type PathFacts } from './probePath';

const FACTS: PathFacts = { vantage: 'desk', dataPathPort: 7789, othersConnect: false };
const MESH = makeRoute('web', 8080, 3, 3);
const HOST = makeRoute('agent', 9100, 3, 1, { mode: 'host' });

function tell(
  sample: ProbeSample,
  {
    route = MESH,
    node = 0,
    facts = {},
  }: Partial<{ route: PortRoute; node: number; facts: Partial<PathFacts> }> = {},
): readonly string[] {
  const entry = route.entries[node];
  if (entry === undefined) {
    throw new Error('no such node');
  }
  return probePath(route, entry, sample, { ...FACTS, ...facts }).map(
    ({ mark, text, note }) => `${mark}: ${text}${note === undefined ? '' : ` | ${note}`}`,
  );
}

/** Marks of a failed probe by the first words of each hop. */
function marksOf(outcome: ProbeOutcome, facts: Partial<PathFacts> = {}, route = MESH): string {
  return tell(makeSample(1, { outcome }), { facts, route })
    .map((hop) => hop.split(':')[0])
    .join(' ');
}

describe('the way of an answer', () => {
  it('goes over VXLAN to a task on another node', () => {
    expect(tell(makeSample(1, { answeredBy: 'web-task-2' }))).toEqual([
      'known: desk opened a TCP connection to 192.168.56.11:8080.',
      'rule: On node1, a rule of the chain DOCKER-INGRESS leads port 8080 to the ingress sandbox of this node (DNAT).',
      'known: IPVS there chose web.2, in turn: the answer names it. The task sees 10.0.0.2 in place of the client’s address.',
      'rule: web.2 runs on node2: the packets go there through VXLAN, UDP port 7789, and so does every reply.',
      'known: At web.2 (10.0.0.22), port 8080 is redirected to its port 80.',
      'known: The answer came back through the ingress sandbox of node1.',
    ]);
  });

  it('stays on the node of the task', () => {
    const [, , , overlay] = tell(makeSample(1, { answeredBy: 'web-task-1' }));
    expect(overlay).toBe('rule: web.1 runs on node1 too: the packets stay on this node.');
  });

  it('does not say which task it was when the answer names none', () => {
    const hops = tell(makeSample(1), { facts: { dataPathPort: undefined } });
    expect(hops[2]).toContain('takes the 3 running tasks in turn; which one it chose is not known');
    expect(hops[3]).toContain('4789 unless chosen otherwise');
    expect(hops.map((hop) => hop.split(':')[0])).toEqual([
      'known',
      ...Array<string>(5).fill('rule'),
    ]);
  });

  it('names the only task, and one that is gone', () => {
    const one = makeRoute('web', 8080, 1, 1);
    expect(tell(makeSample(1), { route: one })[2]).toContain('one running task to choose, web.1');
    expect(tell(makeSample(1, { answeredBy: 'old' }))[2]).toContain('a task that is gone by now');
  });

  it('leads straight to the container in host mode', () => {
    expect(tell(makeSample(1, { answeredBy: 'agent-task-1' }), { route: HOST })).toEqual([
      'known: desk opened a TCP connection to 192.168.56.11:9100.',
      'rule: On node1, a rule of Docker (DNAT) or its docker-proxy leads the connection straight to agent.1: no mesh, no IPVS.',
      'known: The container takes it at port 80.',
      'known: The answer came straight back from node1.',
    ]);
  });
});

describe('a probe that failed', () => {
  it.each([
    ['refused', 'suspect suspect suspect rule suspect rule'],
    ['timed-out', 'suspect rule suspect suspect rule rule'],
    ['no-route', 'suspect rule rule suspect rule rule'],
    ['silent', 'known rule rule suspect suspect rule'],
    ['reset', 'known rule suspect rule suspect rule'],
    ['empty', 'known rule suspect rule suspect rule'],
    ['lookup-failed', 'suspect rule rule rule rule rule'],
  ] as const)('%s may have failed at %s', (outcome, marks) => {
    expect(marksOf(outcome)).toBe(marks);
  });

  it('claims no rule of the mesh over IPv6', () => {
    const [first] = MESH.entries;
    if (first === undefined) {
      throw new Error('no entry');
    }
    const entries = [{ ...first, expected: { kind: 'unpromised' as const } }];
    const told = tell(makeSample(1, { outcome: 'silent' }), { route: { ...MESH, entries } });
    expect(told).toHaveLength(2);
    expect(told[1]).toContain('over IPv6 is not promised');
  });

  it('blames no link between nodes where every task runs on the node that was asked', () => {
    const local = makeRoute('web', 8080, 1, 1);
    expect(marksOf('timed-out', {}, local)).toBe('suspect rule suspect rule rule rule');
    expect(tell(makeSample(1, { outcome: 'timed-out' }), { route: local })[3]).toContain(
      'the packets stay on this node',
    );
  });

  it('less likely failed where it would have hit the others too', () => {
    const facts = { othersConnect: true };
    expect(marksOf('refused', facts)).toBe('unlikely unlikely unlikely rule suspect rule');
    expect(marksOf('timed-out', facts)).toBe('unlikely rule suspect suspect rule rule');
    expect(marksOf('reset', facts)).toBe(marksOf('reset'));
  });

  it('never blames the mesh in host mode', () => {
    expect(marksOf('timed-out', {}, HOST)).toBe('suspect rule rule rule');
    expect(marksOf('refused', {}, HOST)).toBe('suspect suspect suspect rule');
  });

  it('suspects the node over IPv6, for rules and IPVS are for IPv4 alone', () => {
    const entries = MESH.entries.map((entry) => ({
      ...entry,
      target: { host: 'fd00::1', port: 8080, mapped: false },
    }));
    const hops = tell(makeSample(1, { outcome: 'silent' }), { route: { ...MESH, entries } });
    expect(hops[0]).toContain('[fd00::1]:8080');
    expect(hops[1]).toContain('IPv4 alone');
  });

  it('ends at the node where no task runs, and nothing is suspect where a refusal is expected', () => {
    const refused = makeSample(1, { outcome: 'refused' });
    const closed = { kind: 'refusal', why: 'no-task' } as const;
    const idle = makeRoute('web', 8080, 1, 0, {
      backends: [makeBackend('web', 1, 1, { active: false, state: 'pending' })],
    });
    const route = { ...idle, entries: idle.entries.map((one) => ({ ...one, expected: closed })) };
    expect(tell(refused, { route })).toEqual([
      'rule: desk asked 192.168.56.11:8080 for a TCP connection.',
      'rule: No task runs, so node1 has no rule for port 8080 and nothing listens.',
    ]);
    expect(tell(refused, { route, facts: { othersConnect: true } }).join(' ')).not.toContain(
      'likely',
    );
    expect(tell(refused, { route: HOST, node: 1 })).toHaveLength(2);
  });
});
