import type { NetworkBody, TextMap } from '../docker/bodies';
import type { NetworkDraft } from './networkDraft';

/** Driver option with the MTU of the underlay. */
export const MTU_OPTION = 'com.docker.network.driver.mtu';
/** Driver option with one VXLAN id for each subnet. */
export const VXLAN_OPTION = 'com.docker.network.driver.overlay.vxlanid_list';
/** Driver option that encrypts by being there. */
export const ENCRYPTED_OPTION = 'encrypted';

/** Body of `POST /networks/create` for a draft (Engine API 1.24 and later). */
export function toNetworkBody(draft: NetworkDraft): NetworkBody {
  const { configFrom, configOnly = false, ipamDriver, ipamOptions } = draft;
  return {
    Name: draft.name,
    // The engine keeps no driver for a configuration, whatever it is given.
    Driver: configOnly ? 'bridge' : (draft.driver ?? 'overlay'),
    Attachable: draft.attachable ?? false,
    Internal: draft.internal ?? false,
    ...(draft.ingress === true ? { Ingress: true } : {}),
    EnableIPv6: draft.ipv6 ?? false,
    IPAM: {
      Driver: ipamDriver ?? 'default',
      Options: ipamOptions ?? {},
      Config: (draft.subnets ?? []).map(({ subnet, gateway, ipRange }) => ({
        Subnet: subnet,
        ...(gateway === undefined ? {} : { Gateway: gateway }),
        ...(ipRange === undefined ? {} : { IPRange: ipRange }),
      })),
    },
    Options: driverOptions(draft),
    Labels: draft.labels ?? {},
    ...(configOnly ? { ConfigOnly: true } : {}),
    ...(configFrom === undefined ? {} : { ConfigFrom: { Network: configFrom } }),
    ...(isSwarmWideLocalDriver(draft) ? { Scope: 'swarm' } : {}),
  };
}

/** All driver options as the engine takes them. */
export function driverOptions(
  draft: Pick<NetworkDraft, 'encrypted' | 'mtu' | 'vxlanIds' | 'options'>,
): TextMap {
  const { encrypted, mtu, vxlanIds = [], options } = draft;
  return {
    ...(encrypted === true ? { [ENCRYPTED_OPTION]: '' } : {}),
    ...(mtu === undefined ? {} : { [MTU_OPTION]: String(mtu) }),
    // A blank in the list is never allocated (Engine 20.10 to 28.5).
    ...(vxlanIds.length === 0 ? {} : { [VXLAN_OPTION]: vxlanIds.join(',') }),
    ...options,
  };
}

/** Whether a network of a local driver is made for the whole swarm. */
export function isSwarmWideLocalDriver({
  driver = 'overlay',
  configOnly = false,
}: Pick<NetworkDraft, 'configOnly'> & { readonly driver?: string }): boolean {
  return !configOnly && (driver === 'macvlan' || driver === 'ipvlan');
}
