import { describe, expect, test } from 'vitest';
import { makeNetwork } from '../../test/fakes/records';
import { lessonParts, lessonSnapshot } from '../../test/fakes/swarms';
import { buildSnapshot } from '../model/buildSnapshot';
import { checkNetwork } from './checkNetwork';
import { firstProblem, type NetworkField } from './finding';
import { likelyReason } from './likelyReason';
import type { NetworkDraft } from './networkDraft';
import { networkSurroundings, type NetworkSurroundings } from './networkSurroundings';

/* Ingress 10.0.0.0/24, mydrupal 10.0.1.0/24, nodes 10.77.0.11-13, pool 10.0.0.0/8. */
const plain = networkSurroundings(
  buildSnapshot(
    lessonParts({
      networks: [
        ...lessonParts().networks,
        makeNetwork({
          id: 'app',
          subnets: [{ subnet: '10.55.0.0/24' }],
          options: { 'com.docker.network.driver.overlay.vxlanid_list': '4100,4101' },
        }),
        makeNetwork({
          id: 'bridge',
          scope: 'local',
          driver: 'bridge',
          subnets: [{ subnet: '172.17.0.0/16' }],
        }),
        makeNetwork({
          id: 'docker_gwbridge',
          scope: 'local',
          driver: 'bridge',
          subnets: [{ subnet: '172.18.0.0/16' }],
        }),
        makeNetwork({
          id: 'lan',
          scope: 'local',
          driver: 'null',
          configOnly: true,
          subnets: [{ subnet: '192.168.9.0/24' }],
        }),
      ],
    }),
  ),
);
const old: NetworkSurroundings = { ...plain, engineVersion: '20.10.24' };

function refused(
  draft: Partial<NetworkDraft>,
  around: NetworkSurroundings = old,
): readonly string[] {
  return checkNetwork({ name: 'new', ...draft }, around)
    .filter(({ severity }) => severity === 'error')
    .map(({ field, text }) => `${field}: ${text}`);
}

function warned(
  draft: Partial<NetworkDraft>,
  around: NetworkSurroundings = old,
): readonly string[] {
  return checkNetwork({ name: 'new', ...draft }, around)
    .filter(({ severity }) => severity === 'warning')
    .map(({ field, text }) => `${field}: ${text}`);
}

const at = (subnet: string, more: object = {}): Partial<NetworkDraft> => ({
  subnets: [{ subnet, ...more }],
});

/** Rows of SWARM-FACTS 2.2: what people type, the field that is named, and the remedy. */
const ROWS: readonly [
  row: string,
  draft: Partial<NetworkDraft>,
  field: NetworkField,
  remedy: RegExp,
][] = [
  ['bad CIDR', at('10.55.0.0'), 'subnets', /lacks its prefix length: write 10\.55\.0\.0\/24/],
  ['bad CIDR, no address', at('app'), 'subnets', /"app" is no subnet\. Write one such as/],
  [
    'gateway without subnet',
    at('', { gateway: '10.9.0.1' }),
    'subnets',
    /gateway 10\.9\.0\.1 needs a subnet: give one/,
  ],
  [
    'range without subnet',
    at('', { ipRange: '10.9.0.0/25' }),
    'subnets',
    /range 10\.9\.0\.0\/25 needs a subnet: give one/,
  ],
  [
    'gateway outside',
    at('10.9.0.0/24', { gateway: '10.99.0.1' }),
    'subnets',
    /gateway 10\.99\.0\.1 is not in 10\.9\.0\.0\/24\. Choose/,
  ],
  [
    'bad gateway',
    at('10.9.0.0/24', { gateway: 'x' }),
    'subnets',
    /gateway "x" is no address\. Write/,
  ],
  [
    'gateway on an edge',
    at('10.9.0.0/24', { gateway: '10.9.0.0' }),
    'subnets',
    /first or last address.*Choose another/,
  ],
  [
    'gateway on the other edge',
    at('10.9.0.0/24', { gateway: '10.9.0.255' }),
    'subnets',
    /first or last address.*Choose another/,
  ],
  [
    'range outside',
    at('10.9.0.0/24', { ipRange: '10.10.0.0/25' }),
    'subnets',
    /10\.10\.0\.0\/25 is not inside 10\.9\.0\.0\/24\. Choose/,
  ],
  [
    'range bigger than its subnet',
    at('10.9.0.0/24', { ipRange: '10.9.0.0/16' }),
    'subnets',
    /is not inside/,
  ],
  [
    'range with host bits',
    at('10.9.0.0/24', { ipRange: '10.9.0.129/25' }),
    'subnets',
    /use 10\.9\.0\.128\/25/,
  ],
  ['bad range', at('10.9.0.0/24', { ipRange: 'half' }), 'subnets', /"half" is none\. Write/],
  [
    'range with host bits outside',
    at('10.9.0.0/24', { ipRange: '10.8.0.129/25' }),
    'subnets',
    /is not inside/,
  ],
  [
    'host bits set, and taken without them',
    at('10.56.0.5/12'),
    'subnets',
    /host bits set, and without them: The subnet 10\.48\.0\.0\/12 overlaps the network "app"/,
  ],
  ['host bits set', at('10.57.0.5/24'), 'subnets', /has host bits set: use 10\.57\.0\.0\/24/],
  [
    'overlap with other overlay',
    at('10.55.0.128/25'),
    'subnets',
    /overlaps the network "app" \(10\.55\.0\.0\/24\)\. Choose/,
  ],
  ['/30', at('10.9.0.0/30'), 'subnets', /too small.*use \/29 or larger/],
  ['/31', at('10.9.0.0/31'), 'subnets', /too small.*use \/29 or larger/],
  ['/32', at('10.9.0.0/32'), 'subnets', /too small.*use \/29 or larger/],
  ['0.0.0.0/0', at('0.0.0.0/0'), 'subnets', /too large.*use \/8 or smaller/],
  ['VNI in use', { vxlanIds: [4101] }, 'vxlanIds', /4101 is in use by the network "app"\. Choose/],
  [
    'VNI out of range',
    { vxlanIds: [16_777_216] },
    'vxlanIds',
    /use whole numbers from 0 to 16777215/,
  ],
  ['VNI that is no number', { vxlanIds: [Number.NaN] }, 'vxlanIds', /use whole numbers/],
  [
    'VNI twice',
    { subnets: [{ subnet: '10.8.0.0/24' }, { subnet: '10.9.0.0/24' }], vxlanIds: [7, 7] },
    'vxlanIds',
    /given twice: each subnet needs one of its own/,
  ],
  ['more VNIs than subnets', { vxlanIds: [7, 8] }, 'vxlanIds', /give one for each subnet/],
  [
    'two overlapping subnets',
    { subnets: [{ subnet: '10.9.0.0/16' }, { subnet: '10.9.3.0/24' }] },
    'subnets',
    /10\.9\.3\.0\/24 overlaps 10\.9\.0\.0\/16 of the same network\. Change or remove/,
  ],
  [
    'overlap with docker0',
    at('172.17.0.0/24'),
    'subnets',
    /overlaps "bridge" .* on the connected node.*Choose/,
  ],
  ['overlap with docker_gwbridge', at('172.16.0.0/12'), 'subnets', /on the connected node.*Choose/],
  [
    'overlap with host LAN',
    at('10.77.0.0/24'),
    'subnets',
    /contains the address of node "node1" \(10\.77\.0\.11\)\. Choose/,
  ],
  [
    'second ingress while services publish',
    { ingress: true },
    'ingress',
    /needed by services that publish ports: drupal\. Remove them or their ports/,
  ],
  [
    'attachable ingress',
    { ingress: true, attachable: true },
    'ingress',
    /cannot be attachable: turn/,
  ],
  [
    'non-overlay ingress',
    { ingress: true, driver: 'macvlan', configFrom: 'lan' },
    'configFrom',
    /"Ingress" comes from|leave it out/,
  ],
  ['name taken', { name: 'app' }, 'name', /exists\. Choose another/],
  ['name of a predefined network', { name: 'bridge' }, 'name', /Docker makes itself\. Choose/],
  ['name ingress', { name: 'ingress' }, 'name', /Docker makes itself\. Choose/],
  ['name empty', { name: '' }, 'name', /Enter a name/],
  ['name bad', { name: 'a.b' }, 'name', /Use letters, digits/],
  ['name long', { name: 'x'.repeat(64) }, 'name', /at most 63 characters/],
  ['unknown driver', { driver: 'nosuch' as 'overlay' }, 'driver', /use overlay, macvlan or ipvlan/],
  [
    'predefined label',
    { labels: { 'com.docker.swarm.predefined': 'x' } },
    'labels',
    /kept for Docker itself\. Remove it/,
  ],
  ['label without name', { labels: { '': 'x' } }, 'labels', /write name=value/],
  ['MTU too small', { mtu: 67 }, 'mtu', /whole number from 68 to 65535/],
  ['MTU too large', { mtu: 65_536 }, 'mtu', /whole number from 68 to 65535/],
  ['MTU that is no number', { mtu: Number.NaN }, 'mtu', /whole number from 68 to 65535/],
  ['MTU that leaves nothing', { mtu: 100 }, 'mtu', /leaves 50 bytes.*Give the MTU/],
  [
    'MTU as a driver option',
    { options: { 'com.docker.network.driver.mtu': 'abc' } },
    'options',
    /row of its own: "MTU"/,
  ],
  [
    'encrypted=false as a driver option',
    { options: { encrypted: 'false' } },
    'options',
    /row of its own: "Encrypted"/,
  ],
  [
    'config-from with an overlay',
    { configFrom: 'lan' },
    'configFrom',
    /choose macvlan or ipvlan, or leave it out/,
  ],
  [
    'config-from with options',
    { driver: 'macvlan', configFrom: 'lan', options: { parent: 'eth0' } },
    'configFrom',
    /"Driver options" comes from the configuration: leave it out/,
  ],
  [
    'config-from with a subnet',
    { driver: 'ipvlan', configFrom: 'lan', subnets: [{ subnet: '192.168.9.0/24' }] },
    'configFrom',
    /"Subnets" comes from the configuration/,
  ],
  [
    'config-from that is not there',
    { driver: 'macvlan', configFrom: 'nope' },
    'configFrom',
    /no configuration "nope"\. Make it first/,
  ],
  [
    'macvlan without configuration',
    { driver: 'macvlan' },
    'configFrom',
    /make that first, then name it/,
  ],
  [
    'attachable configuration',
    { configOnly: true, attachable: true },
    'configOnly',
    /turn "Attachable" off/,
  ],
  [
    'internal configuration',
    { configOnly: true, internal: true },
    'configOnly',
    /turn "Internal" off/,
  ],
  [
    'encrypted macvlan',
    { driver: 'macvlan', configFrom: 'lan', encrypted: true },
    'encrypted',
    /for overlay networks only: leave it out/,
  ],
  ['only an IPv6 subnet', at('fd00:9::/64'), 'subnets', /needs an IPv4 subnet.*Add one/],
];

describe('refused before sending, with the field and the remedy', () => {
  test.each(ROWS)('%s', (_row, draft, field, remedy) => {
    const found = firstProblem(checkNetwork({ name: 'new', ...draft }, old));
    const all = refused(draft);
    expect(found?.field).toBe(field);
    expect(all.join('\n')).toMatch(remedy);
  });

  test('an IPv6 subnet where the engine never allocates one (moby#48116)', () => {
    const draft = { subnets: [{ subnet: '10.9.0.0/24' }, { subnet: 'fd00:9::/64' }], ipv6: true };
    expect(refused(draft, { ...old, engineVersion: '28.5.2' })).toEqual([
      expect.stringMatching(
        /^subnets: Docker 28\.5\.2 accepts the IPv6 subnet fd00:9::\/64 .* Remove it\.$/,
      ),
    ]);
    expect(refused(draft)).toEqual([]);
    expect(warned(draft)).toEqual([expect.stringMatching(/^ipv6: .*VIP.*dnsrr/)]);
  });
});

describe('let pass', () => {
  test.each<[string, Partial<NetworkDraft>]>([
    ['nothing but a name', {}],
    [
      'two subnets with all parts',
      {
        subnets: [
          { subnet: '10.8.0.0/24', gateway: '10.8.0.9', ipRange: '10.8.0.128/25' },
          { subnet: '10.9.0.0/24' },
        ],
        vxlanIds: [7, 8],
      },
    ],
    [
      'a configuration',
      {
        configOnly: true,
        subnets: [{ subnet: '192.168.9.0/24' }],
        options: { parent: 'eth0' },
        labels: { a: '' },
      },
    ],
    [
      'macvlan from a configuration',
      { driver: 'macvlan', configFrom: 'lan', attachable: true, internal: true },
    ],
    [
      'all flags',
      { attachable: true, internal: true, encrypted: true, mtu: 1450, labels: { a: 'b c=d' } },
    ],
  ])('%s', (_name, draft) => {
    expect(refused(draft)).toEqual([]);
    expect(warned(draft)).toEqual([]);
  });

  test('the ingress network, under its old name too, when no service needs the present one', () => {
    const around = { ...old, ingressServices: [] };
    expect(
      refused({ name: 'ingress', ingress: true, subnets: [{ subnet: '10.200.0.0/16' }] }, around),
    ).toEqual([]);
    expect(warned({ name: 'ingress', ingress: true }, around)).toEqual([
      expect.stringMatching(/"ingress" is removed first/),
    ]);
  });
});

describe('what it means', () => {
  const notes = (draft: Partial<NetworkDraft>, around = old): string =>
    checkNetwork({ name: 'new', ...draft }, around)
      .map(({ text }) => text)
      .join('\n');

  test('the room: each node, each service and each task takes an address', () => {
    // SWARM-FACTS 1.8: a /24 with 20 nodes and 10 services holds 223 tasks.
    const around = {
      ...old,
      nodes: Array.from({ length: 20 }, (_, index) => `n${index}`),
      services: 10,
      tasks: 223,
    };
    expect(warned(at('10.9.0.0/24'), around)).toEqual([]);
    expect(warned(at('10.9.0.0/24'), { ...around, tasks: 224 })).toEqual([
      expect.stringMatching(/its 224 tasks, 10 services and 20 nodes need 254 addresses/),
    ]);
    expect(notes(at('10.9.0.0/24'))).toMatch(
      /Room for 249 tasks of one service on 3 nodes: of 253 addresses/,
    );
    expect(notes(at('10.9.0.0/24', { ipRange: '10.9.0.128/25' }))).toMatch(/of 126 addresses/);
    expect(notes(at('10.9.0.0/24', { ipRange: '10.9.0.64/26', gateway: '10.9.0.1' }))).toMatch(
      /of 64 addresses/,
    );
    expect(notes({ subnets: [{ subnet: '10.8.0.0/29' }, { subnet: '10.9.0.0/29' }] })).toMatch(
      /of 10 addresses/,
    );
    expect(notes(at('10.9.0.0/29'))).toMatch(/Room for 1 task of one service on 3 nodes/);
    expect(notes(at('10.9.0.0/29'), { ...old, nodes: ['a'] })).toMatch(
      /Room for 3 tasks .* 1 node:/,
    );
    expect(notes({})).toMatch(/of 253 addresses/);
    expect(warned(at('10.9.0.0/29'), { ...old, nodes: ['a', 'b', 'c', 'd'] })).toEqual([
      expect.stringMatching(/Only 5 addresses.*Use a larger subnet/),
    ]);
    expect(
      refused(
        { ingress: true, ...at('10.9.0.0/29') },
        { ...old, ingressServices: [], nodes: ['a', 'b', 'c', 'd'] },
      ),
    ).toEqual([
      expect.stringMatching(
        /^subnets: Each of the 4 nodes takes an address of the ingress network; 5 are too few/,
      ),
    ]);
  });

  test('the MTU inside, plain and encrypted', () => {
    expect(notes({ mtu: 1400 })).toMatch(/carry 1400 bytes; the tasks get 1350/);
    expect(notes({ mtu: 1500, encrypted: true })).toMatch(/encrypted, the tasks get 1424/);
    expect(warned({ mtu: 1300, ipv6: true }).join()).toMatch(/IPv6 needs 1280 bytes/);
  });

  test('pools and public ranges', () => {
    expect(notes(at('10.9.0.0/24'))).toMatch(/10\.9\.0\.0\/24 lies in 10\.0\.0\.0\/8/);
    expect(warned(at('10.9.0.0/24'), { ...old, pools: ['10.9.0.0/25'] }).join()).toMatch(
      /covers the whole pool 10\.9\.0\.0\/25/,
    );
    expect(warned(at('8.8.0.0/24')).join()).toMatch(/public range/);
  });

  test('encryption on Windows nodes', () => {
    expect(warned({ encrypted: true }, { ...old, windowsNodes: ['win1'] }).join()).toMatch(
      /keep their tasks off win1/,
    );
    expect(refused({ encrypted: true }, { ...old, windowsNodes: old.nodes })).toEqual([
      expect.stringMatching(/^encrypted: .*Turn it off/),
    ]);
    expect(notes({ encrypted: true })).toMatch(/IP protocol 50/);
  });

  test('IPv6 without a subnet of its own, and the other way round', () => {
    expect(warned({ ipv6: true }).join()).toMatch(/no IPv6 subnet/);
    expect(
      warned({ subnets: [{ subnet: '10.9.0.0/24' }, { subnet: 'fd00:9::/64' }] }).join(),
    ).toMatch(/IPv6 is off: turn it on/);
  });
});

test('a snapshot tells what is around', () => {
  expect(plain).toMatchObject({
    nodes: ['node1', 'node2', 'node3'],
    services: 2,
    tasks: 4,
    ingressServices: ['drupal'],
    ingress: { id: 'ing', name: 'ingress' },
    configs: ['lan'],
    pools: ['10.0.0.0/8'],
    engineVersion: '20.10.24',
  });
  expect([...plain.vxlanIds]).toEqual([
    [4100, 'app'],
    [4101, 'app'],
  ]);
  expect(plain.known.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['swarm', 'local', 'node']),
  );
  expect(plain.known.map(({ name }) => name)).not.toContain('lan');
  expect(networkSurroundings(lessonSnapshot(), 'my').names.has('mydrupal')).toBe(false);
});

test('the likely reason of a network that was never allocated', () => {
  expect(likelyReason({ name: 'new', ...at('10.55.0.0/25') }, old)).toMatch(
    /overlaps the network "app"/,
  );
  expect(likelyReason({ name: 'new', ...at('10.9.0.0/24') }, old)).toMatch(
    /subnet probably overlaps/,
  );
  expect(likelyReason({ name: 'new', vxlanIds: [9] }, old)).toMatch(/VXLAN id is probably taken/);
  expect(likelyReason({ name: 'new', ...at('10.9.0.0/24'), vxlanIds: [9] }, old)).toMatch(
    /subnet or a VXLAN id/,
  );
  expect(likelyReason({ name: 'new' }, old)).toMatch(
    /pools 10\.0\.0\.0\/8 probably have no free subnet of \/24/,
  );
});
