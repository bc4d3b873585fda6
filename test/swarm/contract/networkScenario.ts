import type { Json, Player } from './player';

const VNIS = 'com.docker.network.driver.overlay.vxlanid_list';

/** Networks that the engine takes; some of them it never allocates. */
const TAKEN: Readonly<Record<string, Json>> = {
  'more-two': {
    IPAM: {
      Config: [
        { Subnet: '10.62.0.0/24', Gateway: '10.62.0.9' },
        { Subnet: '10.63.0.0/24', IPRange: '10.63.0.128/25' },
      ],
    },
    Options: { 'com.docker.network.driver.mtu': '1400', [VNIS]: '7100' },
  },
  'more-aux': ipam({ Subnet: '10.64.0.0/24', AuxiliaryAddresses: { a: '10.64.0.5' } }),
  'more-options': { IPAM: { Driver: 'default', Options: { a: 'b' } }, EnableIPv6: true },
  'more-tiny': ipam({ Subnet: '10.64.1.0/31' }),
  'more-own-overlap': {
    IPAM: { Config: [{ Subnet: '10.64.2.0/24' }, { Subnet: '10.64.2.0/25' }] },
  },
  'more-network-gateway': ipam({ Subnet: '10.64.3.0/24', Gateway: '10.64.3.0' }),
  'more-everything': ipam({ Subnet: '0.0.0.0/0' }),
  'more-ipv6': { EnableIPv6: true, ...ipam({ Subnet: 'fd00:1::/64' }) },
  'more-vni-taken': { Options: { [VNIS]: '7100' } },
  'more-vni-bad': { Options: { [VNIS]: 'abc' } },
  'more-vni-big': { Options: { [VNIS]: '16777216' } },
  'more-scope': { Scope: 'junk' },
  'more-config': {
    ConfigOnly: true,
    Options: { parent: 'lo' },
    ...ipam({ Subnet: '10.64.4.0/24' }),
  },
  'more-from': { ConfigFrom: { Network: 'more-config' } },
  'more-macvlan': { Driver: 'macvlan', Scope: 'swarm', ConfigFrom: { Network: 'more-config' } },
  'more-ipvlan': {
    Driver: 'ipvlan',
    Scope: 'swarm',
    Attachable: true,
    Labels: { purpose: 'contract' },
    ...ipam({ Subnet: '10.64.5.0/24' }),
  },
  'more-bridge': { Driver: 'bridge', ...ipam({ Subnet: '172.29.0.0/24', Gateway: '172.29.0.1' }) },
};

const REFUSED: Readonly<Record<string, Json>> = {
  'foreign auxiliary': ipam({ Subnet: '10.65.0.0/24', AuxiliaryAddresses: { a: '10.99.0.1' } }),
  'bad auxiliary': ipam({ Subnet: '10.65.0.0/24', AuxiliaryAddresses: { a: 'junk' } }),
  'gateway alone': ipam({ Gateway: '10.65.0.1' }),
  'range alone': ipam({ IPRange: '10.65.0.0/25' }),
  'bad gateway': ipam({ Subnet: '10.65.0.0/24', Gateway: 'junk' }),
  'gateway of the other family': ipam({ Subnet: '10.65.0.0/24', Gateway: 'fd00::1' }),
  'bad range': ipam({ Subnet: '10.65.0.0/24', IPRange: 'junk' }),
  'big range': ipam({ Subnet: '10.65.0.0/24', IPRange: '10.65.0.0/16' }),
  'range with host bits': ipam({ Subnet: '10.65.0.0/24', IPRange: '10.65.0.5/25' }),
  'foreign range': ipam({ Subnet: '10.65.0.0/24', IPRange: '10.66.0.0/25' }),
  'several problems': {
    IPAM: {
      Config: [
        { Subnet: '10.65.0.0/24', Gateway: '10.99.0.1', IPRange: '10.99.0.0/25' },
        { Subnet: 'junk' },
      ],
    },
  },
  'IPv6 host bits': { EnableIPv6: true, ...ipam({ Subnet: 'fd00:2::5/64' }) },
  'IPv6 foreign gateway': ipam({ Subnet: 'fd00:2::/64', Gateway: 'fd00:3::1' }),
  'no IPv4': { EnableIPv4: false },
  'predefined label': { Labels: { 'com.docker.swarm.predefined': 'x' } },
  'local scope': { Scope: 'local' },
  'attachable ingress': { Ingress: true, Attachable: true },
  'ingress on bridge': { Ingress: true, Driver: 'bridge' },
  'second host': { Driver: 'host' },
  'name of bridge': { Name: 'bridge' },
  'attachable configuration': { ConfigOnly: true, Attachable: true },
  'configuration of the swarm': { ConfigOnly: true, Scope: 'swarm' },
  'configuration from another': { ConfigOnly: true, ConfigFrom: { Network: 'more-config' } },
  'unknown configuration': { ConfigFrom: { Network: 'nosuch' } },
  'configuration that is none': { ConfigFrom: { Network: 'bridge' } },
  'configuration and options': { ConfigFrom: { Network: 'more-config' }, Options: { a: 'b' } },
  'configuration and subnet': {
    ConfigFrom: { Network: 'more-config' },
    ...ipam({ Subnet: '10.65.0.0/24' }),
  },
};

/** Plays what networks may be, and what the engine never says no to. */
export async function moreNetworks(player: Player): Promise<void> {
  const create = async (note: string, Name: string, fields: Json): Promise<unknown> =>
    await player.step('POST', '/networks/create', { Name, Driver: 'overlay', ...fields }, note);
  for (const [name, fields] of Object.entries(TAKEN)) {
    await create(name, name, fields);
  }
  for (const [note, fields] of Object.entries(REFUSED)) {
    await create(note, 'n1', fields);
  }
  // The engine takes networks one after the other: with this one it is through with those before.
  await create('last', 'more-last', ipam({ Subnet: '10.66.0.0/24' }));
  await player.until<{ Driver: string }>('/networks/more-last', ({ Driver }) => Driver !== '');
  await player.step('DELETE', '/networks/more-last');
  for (const name of Object.keys(TAKEN)) {
    await player.step('GET', `/networks/${name}`);
  }
  for (const name of Object.keys(TAKEN)) {
    await player.step('DELETE', `/networks/${name}`);
  }
}

function ipam(config: Json): Json {
  return { IPAM: { Config: [config] } };
}
