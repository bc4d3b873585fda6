import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilJoined } from '../../src/commands/joinIngress';
import { silentLogger } from '../../src/common/logger';
import { createEngine } from '../../src/docker/dockerodeEngine';
import type { Engine } from '../../src/docker/engine';
import { normalizeNetwork } from '../../src/docker/records/network';
import { isAllocated } from '../../src/model/buildNetworks';
import { buildSnapshot } from '../../src/model/buildSnapshot';
import { checkNetwork } from '../../src/spec/checkNetwork';
import { firstProblem, type NetworkField } from '../../src/spec/finding';
import { unverifiedNodes } from '../../src/spec/ingressPeers';
import { toNetworkBody, VXLAN_OPTION } from '../../src/spec/networkBody';
import { networkCreateArguments } from '../../src/spec/networkCommand';
import type { NetworkDraft } from '../../src/spec/networkDraft';
import { networkSurroundings, type NetworkSurroundings } from '../../src/spec/networkSurroundings';
import { networkDrafts } from '../fakes/networkArbitrary';
import { makeParts } from '../fakes/swarms';
import { getJson } from '../lab/engineApi';
import { type AcquiredLab, acquireLab } from '../lab/sharedLab';

/** Drafts that the docker CLI and Swarmscope both make, on each engine. */
const PARITY_RUNS = 60;

interface Inspected {
  readonly Driver: string;
  readonly Options: Record<string, string> | null;
  readonly IPAM: { readonly Config: readonly { readonly Subnet?: string }[] | null };
}

describe.each(['oldest', 'newest'] as const)('networks on the %s engine', (choice) => {
  let acquired: AcquiredLab;
  let engine: Engine;

  beforeAll(async () => {
    acquired = await acquireLab({ name: `network-${choice}`, nodes: 2, engine: choice });
    const { socket } = acquired.lab.manager;
    engine = createEngine(
      { kind: 'unix', path: socket },
      { address: `unix://${socket}`, logger: silentLogger },
    );
    await engine.connect();
  });

  afterAll(async () => {
    engine?.dispose();
    await acquired?.release();
  });

  async function around(): Promise<NetworkSurroundings> {
    const [info, nodes, networks, services, tasks] = await Promise.all([
      engine.info(),
      engine.nodes(),
      engine.networks(),
      engine.services(),
      engine.tasks(),
    ]);
    return networkSurroundings(
      buildSnapshot(makeParts({ info, nodes, networks, services, tasks })),
    );
  }

  async function problemsOf(draft: NetworkDraft): Promise<readonly string[]> {
    return checkNetwork(draft, await around())
      .filter(({ severity }) => severity === 'error')
      .map(({ field, text }) => `${field}: ${text}`);
  }

  async function inspect(id: string): Promise<Inspected> {
    return (await engine.inspect('network', id)) as Inspected;
  }

  /** Waits until the swarm allocated a network; gives it as the engine tells. */
  async function allocated(id: string): Promise<Inspected> {
    await expect
      .poll(async () => isAllocated(normalizeNetwork(await inspect(id))), {
        interval: 20,
        timeout: 30_000,
      })
      .toBe(true);
    return await inspect(id);
  }

  /** Names of the nodes whose own engine has the ingress network. */
  async function nodesInIngress(): Promise<readonly string[]> {
    const rows = await Promise.all(
      acquired.lab.nodes.map(async ({ name, socket }) => {
        const networks = await getJson<{ Ingress: boolean }[]>(socket, '/networks');
        return networks.some(({ Ingress }) => Ingress) ? [name] : [];
      }),
    );
    return rows.flat();
  }

  /** The engine deletes what it never allocated as well as what it did. */
  async function withNetwork<T>(draft: NetworkDraft, use: (id: string) => Promise<T>): Promise<T> {
    const { id } = await engine.createNetwork(toNetworkBody(draft));
    try {
      return await use(id);
    } finally {
      await engine.removeNetwork(id);
    }
  }

  it('allocates what was asked for: subnets, gateways, ranges, labels, MTU and VXLAN ids', async () => {
    const draft: NetworkDraft = {
      name: 'asked',
      subnets: [
        { subnet: '10.201.0.0/24', gateway: '10.201.0.9', ipRange: '10.201.0.128/25' },
        { subnet: '10.202.0.0/26' },
      ],
      attachable: true,
      internal: true,
      encrypted: true,
      mtu: 1400,
      vxlanIds: [31_001, 31_002],
      labels: { team: "it's us", empty: '' },
    };
    expect(await problemsOf(draft)).toEqual([]);
    await withNetwork(draft, async (id) => {
      expect(await allocated(id)).toMatchObject({
        Driver: 'overlay',
        Attachable: true,
        Internal: true,
        Labels: { team: "it's us", empty: '' },
        IPAM: {
          Config: [
            { Subnet: '10.201.0.0/24', IPRange: '10.201.0.128/25', Gateway: '10.201.0.9' },
            { Subnet: '10.202.0.0/26', Gateway: '10.202.0.1' },
          ],
        },
        Options: {
          encrypted: '',
          'com.docker.network.driver.mtu': '1400',
          [VXLAN_OPTION]: '31001,31002',
        },
      });
    });
  });

  /** What the engine answers with 201 and never allocates; `on` where only one engine does so. */
  const silent: readonly [
    name: string,
    draft: Partial<NetworkDraft>,
    field: NetworkField,
    on?: 'oldest' | 'newest',
  ][] = [
    ['overlap with another overlay', { subnets: [{ subnet: '10.203.0.128/25' }] }, 'subnets'],
    [
      'two overlapping subnets',
      { subnets: [{ subnet: '10.204.0.0/16' }, { subnet: '10.204.3.0/24' }] },
      'subnets',
    ],
    ['/31', { subnets: [{ subnet: '10.205.0.0/31' }] }, 'subnets', 'oldest'],
    ['/32', { subnets: [{ subnet: '10.205.0.1/32' }] }, 'subnets', 'oldest'],
    ['0.0.0.0/0', { subnets: [{ subnet: '0.0.0.0/0' }] }, 'subnets'],
    [
      'gateway that is the network',
      { subnets: [{ subnet: '10.206.0.0/24', gateway: '10.206.0.0' }] },
      'subnets',
    ],
    [
      'gateway that is the broadcast',
      { subnets: [{ subnet: '10.206.0.0/24', gateway: '10.206.0.255' }] },
      'subnets',
    ],
    ['VXLAN id in use', { vxlanIds: [31_003] }, 'vxlanIds'],
    [
      'VXLAN id twice',
      {
        subnets: [{ subnet: '10.207.0.0/24' }, { subnet: '10.208.0.0/24' }],
        vxlanIds: [31_004, 31_004],
      },
      'vxlanIds',
    ],
    ['VXLAN id out of range', { vxlanIds: [16_777_216] }, 'vxlanIds'],
    [
      'an IPv6 subnet',
      { ipv6: true, subnets: [{ subnet: '10.209.0.0/24' }, { subnet: 'fd00:209::/64' }] },
      'subnets',
      'newest',
    ],
  ];

  it('refuses what the engine would never allocate', async () => {
    const present: NetworkDraft = {
      name: 'present',
      subnets: [{ subnet: '10.203.0.0/24' }],
      vxlanIds: [31_003],
    };
    await withNetwork(present, async (presentId) => {
      await allocated(presentId);
      const seen = await around();
      const tried = silent.filter(([, , , on]) => on === undefined || on === choice);
      const ids: string[] = [];
      try {
        for (const [index, [name, part, field]] of tried.entries()) {
          const draft = { name: `silent${index}`, ...part };
          expect([name, firstProblem(checkNetwork(draft, seen))?.field]).toEqual([name, field]);
          ids.push((await engine.createNetwork(toNetworkBody(draft))).id);
        }
        // One that is asked for last is allocated after all of them would have been.
        await withNetwork({ name: 'last' }, allocated);
        const networks = await Promise.all(
          ids.map(async (id) => normalizeNetwork(await inspect(id))),
        );
        expect(networks.map((network, index) => [tried[index]?.[0], isAllocated(network)])).toEqual(
          tried.map(([name]) => [name, false]),
        );
      } finally {
        for (const id of ids) {
          await engine.removeNetwork(id);
        }
      }
    });
  });

  /** What the engine refuses itself; Swarmscope does so before. */
  const loud: readonly [name: string, draft: Partial<NetworkDraft>, field: NetworkField][] = [
    ['bad CIDR', { subnets: [{ subnet: '10.55.0.0' }] }, 'subnets'],
    ['gateway without subnet', { subnets: [{ subnet: '', gateway: '10.55.0.1' }] }, 'subnets'],
    ['gateway outside', { subnets: [{ subnet: '10.55.0.0/24', gateway: '10.99.0.1' }] }, 'subnets'],
    [
      'range outside',
      { subnets: [{ subnet: '10.55.0.0/24', ipRange: '10.56.0.0/25' }] },
      'subnets',
    ],
    ['bad gateway', { subnets: [{ subnet: '10.55.0.0/24', gateway: 'x' }] }, 'subnets'],
    ['predefined label', { labels: { 'com.docker.swarm.predefined': 'x' } }, 'labels'],
    ['second ingress', { ingress: true, attachable: true }, 'ingress'],
    ['non-overlay ingress', { ingress: true, driver: 'macvlan' }, 'configFrom'],
    ['bad name', { name: 'a.b' }, 'name'],
    ['long name', { name: 'x'.repeat(64) }, 'name'],
    ['predefined name', { name: 'bridge' }, 'name'],
    ['attachable configuration', { configOnly: true, attachable: true }, 'configOnly'],
  ];

  it('refuses what the engine refuses', async () => {
    const seen = await around();
    for (const [name, part, field] of loud) {
      const draft = { name: 'loud', ...part };
      expect([name, firstProblem(checkNetwork(draft, seen))?.field]).toEqual([name, field]);
      const outcome = await engine.createNetwork(toNetworkBody(draft)).then(
        () => 'made',
        (error: { code: string }) => error.code,
      );
      expect([name, outcome]).toEqual([
        name,
        expect.stringMatching(/^(?:invalid|engine-failed|forbidden|name-taken|not-found)$/),
      ]);
    }
  });

  it('makes what the docker CLI makes with the command that is shown', async () => {
    const configuration = 'parity-config';
    await withNetwork(
      { name: configuration, configOnly: true, subnets: [{ subnet: '192.168.77.0/24' }] },
      async () => {
        const drafts = fc.sample(
          networkDrafts({ octet: 210, withIpv6: choice === 'oldest', configuration }),
          { seed: 20_261_126, numRuns: PARITY_RUNS },
        );
        for (const [index, generated] of drafts.entries()) {
          const draft = { ...generated, name: `parity-${index}` };
          const args = networkCreateArguments(draft);
          expect([args, await problemsOf(draft)]).toEqual([args, []]);
          const { stdout } = await acquired.lab.docker('node1', args);
          const theirs = await allocated(stdout.trim());
          await engine.removeNetwork(stdout.trim());
          const ours = await withNetwork(draft, allocated);
          expect([args, comparable(ours, draft)]).toEqual([args, comparable(theirs, draft)]);
        }
      },
    );
  }, 200_000);

  it('rebuilds the ingress network, and every node joins the new one', async () => {
    const draft: NetworkDraft = {
      name: 'mesh',
      ingress: true,
      subnets: [{ subnet: '10.220.0.0/24' }],
      mtu: 1450,
    };
    const before = await around();
    expect(await problemsOf(draft)).toEqual([]);
    await engine.removeNetwork(before.ingress?.id ?? '');
    // Until the swarm has taken it from a node, that is still told so, and would get the new one with it.
    await expect.poll(nodesInIngress, { timeout: 30_000 }).toEqual([]);
    expect((await around()).ingress).toBeUndefined();
    const { id } = await engine.createNetwork(toNetworkBody(draft));
    expect(await allocated(id)).toMatchObject({
      Ingress: true,
      IPAM: { Config: [{ Subnet: '10.220.0.0/24' }] },
      Options: { 'com.docker.network.driver.mtu': '1450' },
    });
    const info = await engine.info();
    const nodes = [
      ...buildSnapshot(makeParts({ info, nodes: await engine.nodes() })).nodes.values(),
    ];
    const missing = async () =>
      unverifiedNodes(nodes, [
        { nodeId: info.swarm.nodeId, network: await engine.networkDetail(id) },
      ]).map((node) => node.id);
    const nodeIds = nodes.map((node) => node.id);
    expect(nodeIds).toHaveLength(2);
    // The engine alone leaves nodes without tasks out.
    expect((await missing()).toSorted()).toEqual(nodeIds.toSorted());
    const joined = { engine: () => engine, missing, limitMs: 45_000 };
    expect(await untilJoined(nodeIds, joined)).toEqual([]);
  });
});

/** Everything but what differs from one making to the next; rows in one order, as the CLI has none. */
function comparable(network: Inspected, { vxlanIds, subnets }: NetworkDraft): unknown {
  const { Options, IPAM, ...others } = network;
  const { [VXLAN_OPTION]: ids = '', ...options } = Options ?? {};
  return {
    ...others,
    Id: undefined,
    Created: undefined,
    Options: options,
    // An IPv6 row is given an id of the swarm's own.
    vxlanIds: ids
      .split(',')
      .filter((id) => vxlanIds?.includes(Number(id)) === true)
      .toSorted(),
    IPAM: {
      ...IPAM,
      // What the swarm cuts from its pools is another one each time.
      Config:
        subnets === undefined
          ? IPAM.Config?.length
          : (IPAM.Config ?? []).toSorted((one, other) =>
              (one.Subnet ?? '').localeCompare(other.Subnet ?? ''),
            ),
    },
  };
}
