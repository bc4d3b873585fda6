import {
  AddressPool,
  formatIp,
  formatSubnet,
  NetworkPool,
  overlaps,
  parseIp,
  parseSubnet,
  type Subnet,
} from './addressPool';
import type { Allocation, JsonObject } from './swarmTypes';
import type { SwarmState } from './swarmState';

const FIRST_VNI = 4_096;
const LAST_VNI = 16_777_215;
/** Names the VXLAN ids of an overlay, one for each subnet. */
export const VNI_OPTION = 'com.docker.network.driver.overlay.vxlanid_list';

/** What the cluster gives a network it just stored. */
export class NetworkAllocator {
  private nextVni = FIRST_VNI;

  constructor(private readonly state: SwarmState) {}

  /** Undefined when a wish cannot be had: the engine answers 201 all the same, and stays silent. */
  allocate(
    rows: readonly JsonObject[],
    options: Readonly<Record<string, string>>,
  ): Allocation | undefined {
    const given = [...this.state.networks.values()].flatMap(({ allocated }) => allocated ?? []);
    const used = given.flatMap(({ pool }) => pool.subnets);
    const pools = rows.length === 0 ? this.pickPool(used) : readPools(rows, used);
    if (pools === undefined) {
      return undefined;
    }
    const taken = new Set(given.flatMap(({ vnis }) => vnis));
    const vnis = this.assignVnis(options[VNI_OPTION], pools.length, taken);
    return vnis === undefined ? undefined : { pool: new NetworkPool(pools), vnis };
  }

  private pickPool(used: readonly Subnet[]): AddressPool[] | undefined {
    const subnet = this.state.subnets.pick(used);
    return subnet === undefined ? undefined : [new AddressPool(subnet)];
  }

  private assignVnis(
    wish: string | undefined,
    count: number,
    taken: ReadonlySet<number>,
  ): number[] | undefined {
    const wished = (wish ?? '') === '' ? [] : (wish ?? '').split(',');
    if (!wished.every((text) => /^\d+$/.test(text) && Number(text) <= LAST_VNI)) {
      return undefined;
    }
    const vnis = wished.map(Number).slice(0, count);
    if (vnis.some((vni) => taken.has(vni))) {
      return undefined;
    }
    while (vnis.length < count) {
      const vni = this.nextVni;
      this.nextVni += 1;
      if (!taken.has(vni) && !vnis.includes(vni)) {
        vnis.push(vni);
      }
    }
    return vnis;
  }
}

function readPools(
  rows: readonly JsonObject[],
  used: readonly Subnet[],
): AddressPool[] | undefined {
  const pools: AddressPool[] = [];
  for (const { Subnet: text, Gateway: gateway, IPRange: range } of rows) {
    // IPv6 is never allocated: the swarm keeps no pools of such addresses.
    const subnet = typeof text === 'string' ? parseSubnet(text) : undefined;
    const others = [...used, ...pools.map((pool) => pool.subnet)];
    if (
      subnet === undefined ||
      subnet.prefix < 8 ||
      others.some((other) => overlaps(other, subnet))
    ) {
      return undefined;
    }
    const at = typeof gateway === 'string' ? parseIp(gateway) : undefined;
    if (at !== undefined && !isHostAddress(subnet, at)) {
      return undefined;
    }
    pools.push(
      new AddressPool(subnet, at, typeof range === 'string' ? parseSubnet(range) : undefined),
    );
  }
  return pools;
}

/** Network and broadcast address are taken from the start. */
function isHostAddress({ base, prefix }: Subnet, address: number): boolean {
  return prefix > 30 || (address !== base && address !== base + 2 ** (32 - prefix) - 1);
}

/** The rows of a network's `IPAM.Config`. */
export function renderPools(pool: NetworkPool): JsonObject[] {
  return pool.pools.map(({ subnet, range, gateway }) => ({
    Subnet: formatSubnet(subnet),
    ...(range === undefined ? {} : { IPRange: formatSubnet(range) }),
    Gateway: formatIp(gateway),
  }));
}
