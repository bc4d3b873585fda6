import * as fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { factsNamed, factsOf, hostileNames } from '../../../test/fakes/sharedFacts';
import {
  allAnswer,
  makeCell,
  makeRoute,
  makeRouting,
  repeatOutcomes,
} from '../../../test/webview/views';
import { PLAIN_ASK } from '../../shared/httpAsk';
import { routingExport, routingJson, type RoutingExport } from './routingExport';

const iso = v.pipe(v.string(), v.isoTimestamp());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
const verdict = v.variant('kind', [
  v.strictObject({ kind: v.literal('waiting') }),
  v.strictObject({
    kind: v.literal('not-probed'),
    why: v.picklist(['udp', 'sctp', 'off', 'no-address', 'no-port']),
  }),
  v.strictObject({ kind: v.literal('all'), of: count }),
  v.strictObject({ kind: v.literal('none'), of: count }),
  v.strictObject({ kind: v.literal('some'), answered: count, of: count }),
]);
const sample = v.strictObject({
  at: iso,
  outcome: v.picklist([
    'answered',
    'refused',
    'timed-out',
    'silent',
    'reset',
    'empty',
    'wrong-status',
    'wrong-body',
    'tls-failed',
    'no-route',
    'lookup-failed',
    'failed',
  ]),
  reachable: v.boolean(),
  httpStatus: v.exactOptional(count),
  phases: v.strictObject({
    lookup: v.exactOptional(v.number()),
    connect: v.exactOptional(v.number()),
    tls: v.exactOptional(v.number()),
    firstByte: v.exactOptional(v.number()),
    total: v.number(),
  }),
  answeredBy: v.exactOptional(v.string()),
  detail: v.exactOptional(v.string()),
});
const probe = v.variant('kind', [
  v.strictObject({ kind: v.literal('none'), why: v.picklist(['udp', 'sctp', 'off']) }),
  v.strictObject({ kind: v.literal('tcp'), timeoutMs: v.exactOptional(count) }),
  v.strictObject({
    kind: v.literal('http'),
    timeoutMs: v.exactOptional(count),
    scheme: v.picklist(['http', 'https']),
    method: v.picklist(['GET', 'HEAD']),
    path: v.string(),
    headers: v.array(v.strictObject({ name: v.string(), value: v.string() })),
    serverName: v.exactOptional(v.string()),
    status: v.exactOptional(v.array(v.strictObject({ from: count, to: count }))),
    wantsText: v.boolean(),
  }),
]);
const node = v.strictObject({
  id: v.string(),
  hostname: v.string(),
  role: v.picklist(['manager', 'worker']),
  leader: v.boolean(),
  state: v.picklist(['ready', 'down', 'unknown', 'disconnected']),
  availability: v.picklist(['active', 'pause', 'drain']),
  address: v.exactOptional(v.strictObject({ host: v.string(), port, mapped: v.boolean() })),
  ingressAddress: v.exactOptional(v.string()),
  tasks: count,
  expected: v.variant('kind', [
    v.strictObject({ kind: v.literal('answer') }),
    v.strictObject({ kind: v.literal('refusal'), why: v.picklist(['no-task', 'not-here']) }),
    v.strictObject({ kind: v.literal('nothing') }),
  ]),
  verdict,
  comparison: v.picklist(['waiting', 'not-probed', 'as-expected', 'partly', 'unexpected', 'open']),
  samples: v.array(sample),
});
/** The written shape once more, strict: a field too many or too few is a change of the format. */
const schema = v.strictObject({
  format: v.literal('swarmscope-routing'),
  version: v.literal(1),
  takenAt: iso,
  swarm: v.strictObject({
    name: v.string(),
    simulated: v.boolean(),
    ingressNetwork: v.exactOptional(
      v.strictObject({ name: v.string(), subnet: v.exactOptional(v.string()) }),
    ),
    staleSince: v.exactOptional(iso),
  }),
  probes: v.strictObject({
    engine: v.string(),
    vantage: v.string(),
    intervalMs: count,
    timeoutMs: count,
    running: v.boolean(),
    nothingReachable: v.boolean(),
  }),
  ports: v.array(
    v.strictObject({
      id: v.string(),
      service: v.strictObject({ id: v.string(), name: v.string(), stack: v.string() }),
      mode: v.picklist(['ingress', 'host']),
      protocol: v.picklist(['tcp', 'udp', 'sctp']),
      publishedPort: v.exactOptional(port),
      targetPort: port,
      running: count,
      desired: count,
      virtualAddresses: v.array(v.strictObject({ network: v.string(), address: v.string() })),
      probe,
      nodes: v.array(node),
      tasks: v.array(
        v.strictObject({
          id: v.string(),
          name: v.string(),
          node: v.string(),
          state: v.string(),
          running: v.boolean(),
          addresses: v.array(v.string()),
          error: v.string(),
        }),
      ),
    }),
  ),
});

function read(text: string): RoutingExport {
  const exported: RoutingExport = v.parse(schema, JSON.parse(text));
  return exported;
}

test('has the written shape, and the expectation and verdict of every node', () => {
  const web = makeRoute('web', 8080, 2, 2);
  const dns = makeRoute('dns', 53, 1, 1, { protocol: 'udp' });
  const database = makeRoute('db', 5432, 1, 1, {
    probe: { kind: 'tcp', timeoutMs: 500, problems: ['x'] },
  });
  const bad = makeCell(web, 'web:tcp:8080@node-2', repeatOutcomes(['timed-out'], 12));
  const cells = [
    ...allAnswer([web, database], 12).filter(({ entryId }) => entryId !== bad.entryId),
  ];
  const exported = read(
    routingJson(
      factsOf(makeRouting([web, dns, database], { staleSince: Date.UTC(2026, 0, 15) }), [
        ...cells,
        bad,
      ]),
    ),
  );
  expect(exported.swarm).toEqual({
    name: 'lab swarm',
    simulated: false,
    ingressNetwork: { name: 'ingress', subnet: '10.0.0.0/24' },
    staleSince: '2026-01-15T00:00:00.000Z',
  });
  expect(
    exported.ports.flatMap(({ nodes }) =>
      nodes.map(({ expected, verdict: seen, comparison, samples }) => [
        expected.kind,
        seen.kind,
        comparison,
        samples.length,
      ]),
    ),
  ).toEqual([
    ['answer', 'all', 'as-expected', 12],
    ['answer', 'none', 'unexpected', 12],
    ['answer', 'waiting', 'waiting', 0],
    ['answer', 'all', 'as-expected', 12],
  ]);
  expect(exported.ports.map((one) => one.probe.kind)).toEqual(['http', 'none', 'tcp']);
});

test('tells no secret: not of headers, queries, paths, addresses, nor what was answered', () => {
  const route = makeRoute('web', 8080, 1, 1, {
    probe: {
      kind: 'http',
      problems: ['The label says s3cret'],
      ask: {
        ...PLAIN_ASK,
        path: '/hooks/T0AAs3cretAAAA1234567890/bot123456:AAEs3cretAAAA1234567890/a;jsessionid=0123456789abcdef0123/x?token=s3cret&s3cret&deep=1',
        headers: [
          ['Host', 'shop.example'],
          ['Authorization', 'Bearer s3cret'],
          ['X-Key', 's3cret'],
        ],
        bodyContains: 's3cret',
      },
    },
  });
  const [cell] = allAnswer([route], 1);
  const samples = (cell?.samples ?? []).map((one) => ({
    ...one,
    firstLine: 's3cret',
    detail: 'at https://me:s3cret@proxy/',
  }));
  const view = makeRouting([route], { swarmName: 'tcp://me:s3cret@10.0.0.1:2375' });
  const text = routingJson(
    factsOf(view, [{ entryId: cell?.entryId ?? '', verdict: { kind: 'all', of: 1 }, samples }]),
  );
  expect(text).not.toContain('s3cret');
  const exported = read(text);
  expect(exported.swarm.name).toBe('tcp://10.0.0.1:2375');
  expect(exported.ports[0]?.probe).toEqual({
    kind: 'http',
    scheme: 'http',
    method: 'GET',
    path: '/hooks/***/bot123456:***/a;jsessionid=***/x?token=***&***&deep=***',
    headers: [
      { name: 'Host', value: 'shop.example' },
      { name: 'Authorization', value: '***' },
      { name: 'X-Key', value: '***' },
    ],
    wantsText: true,
  });
});

test('keeps its shape whatever things are called, and every name as it is', () => {
  fc.assert(
    fc.property(hostileNames, (name) => {
      const facts = factsNamed(name);
      expect(read(routingJson(facts))).toEqual(JSON.parse(JSON.stringify(routingExport(facts))));
      expect(routingExport(facts).ports[0]?.service.name).toBe(name);
    }),
  );
});
