import { describe, expect, test } from 'vitest';
import { makeNode, makeService } from '../../../test/fakes/records';
import { lessonParts, lessonSnapshot, makeParts } from '../../../test/fakes/swarms';
import { SwarmscopeError } from '../../common/errors';
import type { ServiceBody } from '../../docker/bodies';
import { buildSnapshot } from '../../model/buildSnapshot';
import type { SwarmNode, SwarmSnapshot } from '../../model/snapshot';
import type { BlastRadius } from '../../routing/blastRadius';
import { readAliases, readAttachments } from './attachments';
import { blastLines, withWarnings } from './blastText';
import { carryRows, readRowsChange } from './carryRows';
import { changeEach, failuresText } from './changeEach';
import { checkScale } from './checkScale';
import { isLabel, labelCommand, labelKind, readLabel, type Labels } from './labelList';
import { listText } from './listText';
import { isPort, portFlags, portKind, readPort, writePort } from './portList';
import { publishPreflight } from './preflight';
import { demotion, promotion } from './quorumText';
import { consequences, hindrance, inOrder, questionOf, removalCommand } from './removal';
import { specText } from './specText';

test('a long list of names is capped, and names do no harm', () => {
  const names = Array.from({ length: 18 }, (_, index) => `s${index}`);
  expect(listText(names)).toBe('s0, s1, s2, s3, s4, s5 and 12 more');
  expect(listText(['a', 'a', 'b\nc'])).toBe('a, b c');
});

const nothing: BlastRadius = {
  stopping: [],
  closing: [],
  homeless: [],
  interrupted: [],
  reduced: [],
  stuck: [],
  tight: [],
  lost: [],
};

test('a blast radius in words: ports of one kind in one line, the worst first', () => {
  const port = { protocol: 'tcp', forAWhile: false };
  expect(
    blastLines({
      ...nothing,
      stopping: [
        { service: 'web', tasks: 2, elsewhere: false },
        { service: 'api', tasks: 1, elsewhere: true },
      ],
      closing: [
        { ...port, service: 'web', port: 80 },
        { ...port, service: 'web', port: 443 },
        { ...port, service: 'edge', port: 53, nodes: ['node2'] },
      ],
      homeless: ['db'],
      interrupted: ['api'],
      reduced: [{ service: 'wide', left: 2, desired: 3 }],
      stuck: ['cache'],
      lost: [{ network: 'app', names: ['db', 'database'], by: ['web'] }],
    }),
  ).toEqual([
    'Published ports that close on every node: 80/tcp (web), 443/tcp (web).',
    'Published ports that close on node2: 53/tcp (edge).',
    'No node is left for db: it runs nowhere until there is one.',
    'wide goes on with 2 of 3 tasks: there is no room for more.',
    'On network "app", web no longer finds db, database.',
    'All running tasks of api stop at once; it is away until others have started elsewhere.',
    '2 running tasks of web stop.',
    '1 task of api stops there, and another starts on a node that is left.',
    'No other node may run cache: a task that ends is not replaced.',
  ]);
  expect(blastLines(nothing)).toEqual([]);
});

function managers(count: number, unreachable = 0): { snapshot: SwarmSnapshot; all: SwarmNode[] } {
  const nodes = [1, 2, 3, 4, 5, 6].map((digit) =>
    makeNode({
      id: `n${digit}`,
      ...(digit <= count
        ? {
            role: 'manager' as const,
            reachability:
              digit > count - unreachable ? ('unreachable' as const) : ('reachable' as const),
          }
        : {}),
    }),
  );
  const snapshot = buildSnapshot(makeParts({ nodes }));
  return { snapshot, all: [...snapshot.nodes.values()] };
}

test.each([
  [1, /two are worse than one/],
  [2, /bears the loss of 1 of them instead of 0/],
  [3, /An even number bears no more.*4 managers bear the loss of 1, as 3 do/],
  [4, /bears the loss of 2 of them instead of 1/],
])('promoting beside %i managers says what it means', (count, words) => {
  const { snapshot, all } = managers(count);
  const verdict = promotion(snapshot, all.slice(count, count + 1));
  expect(verdict.ok && verdict.lines[0]).toMatch(words);
});

test('the last manager cannot be demoted, and the sentence says what to do', () => {
  const { snapshot, all } = managers(1);
  const verdict = demotion(snapshot, all.slice(0, 1));
  expect(verdict).toMatchObject({ ok: false });
  expect(!verdict.ok && verdict.why).toMatch(/Promote another node first/);
});

test('demoting one of two, the connected one, and one that costs the quorum', () => {
  const two = managers(2);
  const one = demotion(two.snapshot, two.all.slice(0, 1));
  expect(one.ok && one.lines.join(' ')).toMatch(
    /From 2 managers to 1\..*This connection leads to it/,
  );
  const three = managers(3, 1);
  const lost = demotion(three.snapshot, three.all.slice(1, 2));
  expect(lost.ok && lost.lines[0]).toMatch(/Only 1 of the 2 managers.*2 are needed/);
});

test('a number of tasks is warned of where ports, tasks per node or addresses do not suffice', () => {
  const warningOf = (snapshot: SwarmSnapshot, text: string): string | undefined => {
    const verdict = checkScale(text, snapshot, ['drupal']);
    return verdict.ok ? verdict.warning : verdict.error;
  };
  expect(warningOf(lessonSnapshot(), '5')).toBeUndefined();
  expect(warningOf(lessonSnapshot(), 'x')).toMatch(/whole number/);
  const { services, networks } = lessonParts();
  const limited = services.map((service) => ({ ...service, maxPerNode: 1 }));
  expect(warningOf(lessonSnapshot({ services: limited }), '4')).toMatch(
    /room for 3 tasks of "drupal", with at most 1 on a node/,
  );
  const narrow = networks.map((network) => ({
    ...network,
    subnets: [{ subnet: '10.9.0.0/28' }],
  }));
  expect(warningOf(lessonSnapshot({ networks: narrow }), '40')).toMatch(
    /The network "(ingress|mydrupal)" has about \d+ free addresses. 37 more tasks/,
  );
  // Of 13 addresses psql and drupal have six and three nodes three, so that four are free.
  expect(warningOf(lessonSnapshot({ networks: narrow.slice(1) }), '7')).toBeUndefined();
  // Together they need more than each alone.
  const both = checkScale('5', lessonSnapshot({ networks: narrow.slice(1) }), ['drupal', 'psql']);
  expect(both.ok && both.warning).toMatch(/about 4 free addresses. 6 more tasks/);
  const some = lessonSnapshot({
    networks: narrow.slice(1),
    tasks: lessonParts().tasks.slice(0, 2),
  });
  expect(warningOf(some, '6')).toBeUndefined();
  expect(warningOf(some, '8')).toMatch(/has about 7 free addresses. 7 more .* first task there/);
});

const place = { service: 'drupal', others: [], spec: { Name: 'drupal' } };

test('ports are read and written alike, refused where they are taken', () => {
  const snapshot = lessonSnapshot({
    services: [
      ...lessonParts().services,
      makeService({
        id: 'other',
        ports: [{ protocol: 'tcp', targetPort: 80, publishedPort: 9000, mode: 'ingress' }],
      }),
    ],
  });
  for (const text of ['8080:80', '53:53/udp', '80', '9100:80 host', '53:53/udp host']) {
    const verdict = readPort(text, snapshot, place);
    expect(verdict.ok && writePort(verdict.value)).toBe(text);
  }
  const errorOf = (text: string, spec: (typeof place)['spec'] & object = place.spec) => {
    const verdict = readPort(text, snapshot, { ...place, spec });
    return verdict.ok ? '' : verdict.error;
  };
  expect(errorOf('9000:80')).toMatch(/published by the service "other"/);
  expect(errorOf('80:80 bridge')).toMatch(/"host", or nothing/);
  const dnsrr = { Name: 'drupal', EndpointSpec: { Mode: 'dnsrr' } };
  expect(errorOf('81:80', dnsrr)).toMatch(/write "81:80 host"/);
});

test('the command removes by target, and a second one adds again what stays of it', () => {
  const port = (PublishedPort: number, PublishMode = 'ingress') => ({
    Protocol: 'tcp',
    TargetPort: 80,
    PublishedPort,
    PublishMode,
  });
  expect(portFlags([port(8080), port(8081)], [port(8081), port(9090, 'host')])).toEqual([
    [
      '--publish-rm',
      'target=80,protocol=tcp,mode=ingress',
      '--publish-add',
      'published=9090,target=80,protocol=tcp,mode=host',
    ],
    ['--publish-add', 'published=8081,target=80,protocol=tcp,mode=ingress'],
  ]);
});

test('labels are read, and the command names what differs', () => {
  expect(readLabel('zone = a b', [])).toEqual({ ok: true, value: ['zone', 'a b'] });
  expect(readLabel('bare', [])).toEqual({ ok: true, value: ['bare', ''] });
  expect(readLabel('=x', []).ok).toBe(false);
  expect(readLabel('zone=b', [['zone', 'a']]).ok).toBe(false);
  const node = { kind: 'node', id: 'n1', name: 'node1' } as const;
  expect(labelCommand({ old: '1', zone: 'a', kept: 'k' }, { zone: "it's", kept: 'k' }, node)).toBe(
    String.raw`docker node update --label-rm old --label-add 'zone=it'\''s' node1`,
  );
});

test('a spec is shown without the values of its variables, and says which differ', () => {
  const spec = (...Env: string[]) => ({ TaskTemplate: { ContainerSpec: { Env } } });
  const text = specText(spec('TOKEN=one', 'SAME=1', 'NEW=2'), spec('TOKEN=two', 'SAME=1'));
  expect(text).toContain('"TOKEN=*** (≠)"');
  expect(text).toContain('"SAME=***"');
  expect(text).toContain('"NEW=***"');
  expect(text).not.toMatch(/one|=1|=2/);
});

test('objects that go together: services first, in the way of nobody, in one question', () => {
  const snapshot = lessonSnapshot();
  const network = { kind: 'network', id: 'my', name: 'mydrupal' } as const;
  const drupal = { kind: 'service', id: 'drupal', name: 'drupal' } as const;
  const psql = { kind: 'service', id: 'psql', name: 'psql' } as const;
  const all = [network, drupal, psql];
  expect(hindrance(network, [network, drupal], snapshot)).toMatch(
    /"mydrupal" is in use by service "psql"/,
  );
  expect(hindrance(network, all, snapshot)).toBeUndefined();
  expect(inOrder(all).map(({ name }) => name)).toEqual(['drupal', 'psql', 'mydrupal']);
  expect(removalCommand(inOrder(all))).toBe(
    'docker service rm drupal psql && docker network rm mydrupal',
  );
  expect(questionOf(all, 'prod')).toBe('Remove 3 objects from "prod"?');
  expect(questionOf([drupal, psql], 'prod')).toBe('Remove 2 services from "prod"?');
  expect(consequences(inOrder(all), snapshot)).toEqual([
    'Services: drupal, psql.',
    'Networks: mydrupal.',
    'Published ports that close on every node: 8080/tcp (drupal).',
    '4 running tasks of drupal, psql stop.',
    'No service is left on the network.',
    'This cannot be undone.',
  ]);
});

test('ingress, a node that is up and a manager stay, each with its reason', () => {
  const node = (id: string) => ({ kind: 'node', id, name: id }) as const;
  const snapshot = lessonSnapshot({
    nodes: [
      makeNode({ id: 'up' }),
      makeNode({ id: 'down', state: 'down' }),
      makeNode({ id: 'boss', state: 'down', role: 'manager' }),
    ],
  });
  const why = (object: Parameters<typeof hindrance>[0]) => hindrance(object, [object], snapshot);
  expect(why({ kind: 'network', id: 'ing', name: 'ingress' })).toMatch(/routing mesh/);
  expect(why(node('up'))).toMatch(/is not down/);
  expect(why(node('boss'))).toMatch(/Demote it first/);
  expect(why(node('down'))).toBeUndefined();
});

test('an act on many goes on past failures, a few at a time, and tells each by its object', async () => {
  const objects = Array.from({ length: 12 }, (_, index) => ({
    kind: 'service' as const,
    id: `s${index}`,
    name: `web${index}`,
  }));
  let running = 0;
  let most = 0;
  const { done, failures } = await changeEach(objects, async ({ id }) => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    if (Number(id.slice(1)) % 2 === 1) {
      throw new SwarmscopeError('in-use', { by: 'somebody' });
    }
  });
  expect(most).toBeLessThanOrEqual(4);
  expect(done.map(({ name }) => name)).toEqual(['web0', 'web2', 'web4', 'web6', 'web8', 'web10']);
  expect(failures.map(({ object }) => object.id)).toEqual(['s1', 's3', 's5', 's7', 's9', 's11']);
  const text = failuresText(failures, 12, 'prod');
  expect(text).toMatch(/^6 of 12 were not changed\. web1: "web1" is in use\./);
  expect(text).toContain('web7: ');
  expect(text).not.toContain('web9');
  expect(text).toMatch(/And 2 more/);
});

test('aliases are read, and what DNS cannot carry is refused with the name', () => {
  expect(readAliases(' api, back_end  api ')).toEqual({ ok: true, value: ['api', 'back_end'] });
  expect(readAliases('')).toEqual({ ok: true, value: [] });
  const verdict = readAliases('ok -no');
  expect(!verdict.ok && verdict.error).toMatch(/"-no" is no alias/);
  expect(readAliases('x'.repeat(64)).ok).toBe(false);
  expect(readAttachments([{ id: 'n', aliases: ['a'] }])).toEqual([{ id: 'n', aliases: ['a'] }]);
  expect(readAttachments([{ id: 'n', aliases: [1] }])).toBeUndefined();
});

describe('the publish preflight of a change', () => {
  const port = (mode: string, published = 8080) => ({
    Protocol: 'tcp',
    TargetPort: 80,
    PublishedPort: published,
    PublishMode: mode,
  });
  const spec = (replicas: number, ports: readonly object[], more: object = {}): ServiceBody => ({
    Name: 'drupal',
    Mode: { Replicated: { Replicas: replicas } },
    TaskTemplate: { ContainerSpec: { Image: 'drupal' }, Networks: [{ Target: 'my' }] },
    EndpointSpec: { Ports: ports },
    ...more,
  });
  const check = (before: ServiceBody, wanted: ServiceBody, snapshot = lessonSnapshot()) =>
    publishPreflight(snapshot, { serviceId: 'drupal', before, wanted });

  test('refuses host mode with more replicas than nodes, and says what to do', () => {
    const { refusal } = check(spec(5, [port('ingress')]), spec(5, [port('host')]));
    expect(refusal).toMatch(/8080 in host mode.*5 replicas need 5 nodes, and 3.*fewer replicas/);
    expect(check(spec(3, [port('ingress')]), spec(3, [port('host')]))).toEqual({ warnings: [] });
  });

  test('refuses to leave a host port on internal networks only', () => {
    const networks = lessonParts().networks.map((network) => ({ ...network, internal: true }));
    const { refusal } = check(
      spec(1, [port('host')], { TaskTemplate: { Networks: [{ Target: 'my' }, { Target: 'x' }] } }),
      spec(1, [port('host')]),
      lessonSnapshot({ networks }),
    );
    expect(refusal).toMatch(/host mode is dead when all networks.*internal: add a network/);
  });

  test('refuses ingress mode of a service in dnsrr mode', () => {
    const dnsrr = (mode: string) =>
      spec(1, [], { EndpointSpec: { Mode: 'dnsrr', Ports: [port(mode)] } });
    expect(check(dnsrr('host'), dnsrr('ingress')).refusal).toMatch(/use mode host, or endpoint/);
  });

  test('tells what was wrong before, and refuses nothing because of it', () => {
    const { refusal, warnings } = check(
      spec(5, [port('host')]),
      spec(5, [port('host'), port('ingress', 9090)]),
    );
    expect(refusal).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('fits one task per node') as unknown]);
  });
});

test('sctp is published like the others', () => {
  const verdict = readPort('5000:5000/sctp', lessonSnapshot(), place);
  expect(verdict).toMatchObject({ ok: true, value: { Protocol: 'sctp', PublishedPort: 5000 } });
  expect(verdict.ok && writePort(verdict.value)).toBe('5000:5000/sctp');
});

test('a changed port goes onto the list that others changed meanwhile', () => {
  const port = (PublishedPort: number, TargetPort = 80) => ({ PublishedPort, TargetPort });
  const change = { before: [port(80), port(81)], after: [port(80, 8080), port(82)] };
  expect(carryRows(change, [port(80), port(81), port(99)], portKind).rows).toEqual([
    port(80, 8080),
    port(99),
    port(82),
  ]);
  const both = carryRows(change, [port(80, 9000), port(81)], portKind);
  expect(both.rows).toEqual([port(80, 9000), port(82)]);
  expect(both.conflicts).toEqual(['80:9000 is there, and you asked for 80:8080']);
  expect(readRowsChange(structuredClone(change), isPort)).toEqual(change);
  expect(readRowsChange({ before: [], after: ['x'] }, isPort)).toBeUndefined();
});

test('labels of others stay, and one that both set is told', () => {
  const change = { before: [], after: [['zone', 'a']] } as const;
  const carried = carryRows<Labels[number]>(
    change,
    [
      ['disk', 'ssd'],
      ['zone', 'b'],
    ],
    labelKind,
  );
  expect(Object.fromEntries(carried.rows)).toEqual({ disk: 'ssd', zone: 'b' });
  expect(carried.conflicts).toEqual(['zone=b is there, and you asked for zone=a']);
  expect(readRowsChange(structuredClone(change), isLabel)).toEqual(change);
});

test('what is worth a word stands before what an act takes away', () => {
  expect(withWarnings('one', [])).toBe('one');
  expect(withWarnings('• one\n• two', ['watch out'])).toBe('• watch out\n• one\n• two');
});
