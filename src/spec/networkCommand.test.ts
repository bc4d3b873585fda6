import { describe, expect, test } from 'vitest';
import { type IngressView, unverifiedNodes } from './ingressPeers';
import { toNetworkBody } from './networkBody';
import { commandLines, networkCreateArguments } from './networkCommand';
import type { NetworkDraft } from './networkDraft';

const full: NetworkDraft = {
  name: 'app',
  subnets: [
    { subnet: '10.8.0.0/24', gateway: '10.8.0.9', ipRange: '10.8.0.128/25' },
    { subnet: '10.9.0.0/24' },
  ],
  ipv6: true,
  attachable: true,
  internal: true,
  encrypted: true,
  mtu: 1450,
  vxlanIds: [7, 8],
  labels: { team: "it's us", empty: '' },
  options: { flag: '', other: 'a=b' },
  ipamDriver: 'mine',
  ipamOptions: { x: 'y' },
};

describe('a draft with everything', () => {
  test('as body', () => {
    expect(toNetworkBody(full)).toEqual({
      Name: 'app',
      Driver: 'overlay',
      Attachable: true,
      Internal: true,
      EnableIPv6: true,
      IPAM: {
        Driver: 'mine',
        Options: { x: 'y' },
        Config: [
          { Subnet: '10.8.0.0/24', Gateway: '10.8.0.9', IPRange: '10.8.0.128/25' },
          { Subnet: '10.9.0.0/24' },
        ],
      },
      Options: {
        encrypted: '',
        'com.docker.network.driver.mtu': '1450',
        'com.docker.network.driver.overlay.vxlanid_list': '7,8',
        flag: '',
        other: 'a=b',
      },
      Labels: { team: "it's us", empty: '' },
    });
  });

  test('as arguments of the docker CLI', () => {
    expect(networkCreateArguments(full)).toEqual([
      'network',
      'create',
      '--driver',
      'overlay',
      '--subnet',
      '10.8.0.0/24',
      '--gateway',
      '10.8.0.9',
      '--ip-range',
      '10.8.0.128/25',
      '--subnet',
      '10.9.0.0/24',
      '--attachable',
      '--internal',
      '--ipv6',
      '--opt',
      'encrypted',
      '--opt',
      'com.docker.network.driver.mtu=1450',
      '--opt',
      'com.docker.network.driver.overlay.vxlanid_list=7,8',
      '--opt',
      'flag',
      '--opt',
      'other=a=b',
      '--ipam-driver',
      'mine',
      '--ipam-opt',
      'x=y',
      '--label',
      "team=it's us",
      '--label',
      'empty=',
      'app',
    ]);
  });
});

test('a configuration has no driver, what is made from it is for the whole swarm', () => {
  const subnets = [{ subnet: '192.168.9.0/24' }];
  expect(networkCreateArguments({ name: 'lan', configOnly: true, subnets })).toEqual([
    'network',
    'create',
    '--subnet',
    '192.168.9.0/24',
    '--config-only',
    'lan',
  ]);
  expect(toNetworkBody({ name: 'lan', configOnly: true, subnets })).toMatchObject({
    Driver: 'bridge',
    ConfigOnly: true,
  });
  const draft: NetworkDraft = { name: 'mac', driver: 'macvlan', configFrom: 'lan' };
  expect(networkCreateArguments(draft)).toEqual([
    'network',
    'create',
    '--driver',
    'macvlan',
    '--scope',
    'swarm',
    '--config-from',
    'lan',
    'mac',
  ]);
  expect(toNetworkBody(draft)).toMatchObject({ Scope: 'swarm', ConfigFrom: { Network: 'lan' } });
});

test('the ingress network', () => {
  expect(toNetworkBody({ name: 'in', ingress: true })).toMatchObject({ Ingress: true });
  expect(networkCreateArguments({ name: 'in', ingress: true })).toContain('--ingress');
});

test('lines keep to their width, keep flags beside their values, and say the same', () => {
  const args = networkCreateArguments(full);
  const lines = commandLines(args, 60);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(
    '  --opt com.docker.network.driver.overlay.vxlanid_list=7,8 \\'.length,
  );
  expect(lines.filter((line) => /--(?:subnet|opt|label)(?: \\)?$/.test(line))).toEqual([]);
  const joined = lines.join('\n').replaceAll(/ \\\n {2}/g, ' ');
  expect(joined).toBe(
    String.raw`docker network create --driver overlay --subnet 10.8.0.0/24 --gateway 10.8.0.9 --ip-range 10.8.0.128/25 --subnet 10.9.0.0/24 --attachable --internal --ipv6 --opt encrypted --opt com.docker.network.driver.mtu=1450 --opt com.docker.network.driver.overlay.vxlanid_list=7,8 --opt flag --opt other=a=b --ipam-driver mine --ipam-opt x=y --label 'team=it'\''s us' --label empty= app`,
  );
});

describe('nodes of which nothing shows that they joined the ingress network', () => {
  const nodes = [1, 2, 3].map((digit) => ({
    id: `n${digit}`,
    hostname: `node${digit}`,
    address: `10.0.0.${digit}`,
  }));
  const peers = (...digits: number[]) =>
    digits.map((digit) => ({ name: `p${digit}`, ip: `10.0.0.${digit}` }));
  const containers = [{ id: 'mesh-sbox', name: 'mesh-endpoint' }];

  const missing = (views: readonly IngressView[]) =>
    unverifiedNodes(nodes, views).map(({ hostname }) => hostname);

  test('all joined', () => {
    expect(missing([{ nodeId: 'n1', network: { peers: peers(1, 2, 3), containers } }])).toEqual([]);
  });
  test('one is no peer', () => {
    expect(missing([{ nodeId: 'n1', network: { peers: peers(1, 3), containers } }])).toEqual([
      'node2',
    ]);
  });
  test('the asked one has no sandbox', () => {
    expect(
      missing([
        { nodeId: 'n1', network: { peers: peers(1, 2, 3), containers } },
        { nodeId: 'n3', network: { peers: peers(1, 2, 3), containers: [] } },
      ]),
    ).toEqual(['node3']);
  });
  test('nobody could be asked, or a node has no address', () => {
    expect(missing([{ nodeId: 'n1', network: undefined }])).toHaveLength(3);
    expect(
      unverifiedNodes([{ id: 'n9' }], [{ nodeId: 'n1', network: { peers: peers(1) } }]),
    ).toHaveLength(1);
  });
});
