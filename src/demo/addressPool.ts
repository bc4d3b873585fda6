/** An IPv4 network as numbers. */
export interface Subnet {
  /** First address. */
  readonly base: number;
  /** 0-32. */
  readonly prefix: number;
}

/** Reads dotted decimals; undefined when `text` is no IPv4 address. */
export function parseIp(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) {
    return undefined;
  }
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** Writes dotted decimals. */
export function formatIp(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');
}

/** Reads `10.0.1.0/24`, cutting host bits off; undefined when it is no IPv4 network. */
export function parseSubnet(text: string): Subnet | undefined {
  const [, address, length] = /^([^/]+)\/(\d{1,2})$/.exec(text) ?? [];
  const ip = parseIp(address ?? '');
  const prefix = Number(length);
  if (ip === undefined || length === undefined || prefix > 32) {
    return undefined;
  }
  const size = 2 ** (32 - prefix);
  return { base: Math.floor(ip / size) * size, prefix };
}

/** Writes `10.0.1.0/24`. */
export function formatSubnet(subnet: Subnet): string {
  return `${formatIp(subnet.base)}/${subnet.prefix}`;
}

/** Whether two networks share an address. */
export function overlaps(one: Subnet, other: Subnet): boolean {
  return one.base < endOf(other) && other.base < endOf(one);
}

/** Whether `address` lies in `subnet`. */
export function contains(subnet: Subnet, address: number): boolean {
  return address >= subnet.base && address < endOf(subnet);
}

function endOf(subnet: Subnet): number {
  return subnet.base + 2 ** (32 - subnet.prefix);
}

/** Gives addresses of one subnet out one after the other, as the swarm's allocator does. */
export class AddressPool {
  private readonly taken = new Set<number>();
  private readonly first: number;
  private readonly size: number;
  private next: number;
  /** The gateway, which is never given out. */
  readonly gateway: number;

  /** Addresses come from `range` where there is one. */
  constructor(
    readonly subnet: Subnet,
    gateway?: number,
    readonly range?: Subnet,
  ) {
    const [low, high] = [subnet, range ?? subnet];
    // Network and broadcast address of the subnet are no hosts.
    this.first = Math.max(high.base, low.base + (subnet.prefix > 30 ? 0 : 1));
    const last = Math.min(endOf(high) - 1, endOf(low) - (subnet.prefix > 30 ? 1 : 2));
    this.size = last - this.first + 1;
    this.gateway = gateway ?? this.first;
    this.next = this.first;
    this.taken.add(this.gateway);
  }

  /** The next free address after the last one given, as CIDR; undefined when none is left. */
  allocate(): string | undefined {
    for (let step = 0; step < this.size; step += 1) {
      const address = this.first + ((this.next - this.first + step) % this.size);
      if (!this.taken.has(address)) {
        this.taken.add(address);
        this.next = address + 1;
        return `${formatIp(address)}/${this.subnet.prefix}`;
      }
    }
    return undefined;
  }

  /** Takes an address back; one that was never given out does no harm. */
  release(cidr: string): void {
    const address = parseIp(cidr.split('/')[0] ?? '');
    if (address !== undefined && address !== this.gateway) {
      this.taken.delete(address);
    }
  }
}

/** The subnets of one network; the first that has an address left gives it. */
export class NetworkPool {
  constructor(readonly pools: readonly AddressPool[]) {}

  /** All subnets, in the order they were asked for. */
  get subnets(): Subnet[] {
    return this.pools.map((pool) => pool.subnet);
  }

  /** The next free address as CIDR; undefined when none is left. */
  allocate(): string | undefined {
    for (const pool of this.pools) {
      const address = pool.allocate();
      if (address !== undefined) {
        return address;
      }
    }
    return undefined;
  }

  /** Takes an address back. */
  release(cidr: string): void {
    const address = parseIp(cidr.split('/')[0] ?? '');
    const owner = this.pools.find(({ subnet }) => contains(subnet, address ?? -1));
    owner?.release(cidr);
  }
}

/** Picks 10.0.N.0/24 networks in turn, like the engine's default pool 10.0.0.0/8. */
export class SubnetPool {
  private next = 0;

  /** The next /24 that overlaps none of `used`; undefined when all are taken. */
  pick(used: readonly Subnet[]): Subnet | undefined {
    const base = parseIp('10.0.0.0') ?? 0;
    for (let step = 0; step < 65_536; step += 1) {
      const index = (this.next + step) % 65_536;
      const candidate = { base: base + index * 256, prefix: 24 };
      if (!used.some((subnet) => overlaps(subnet, candidate))) {
        this.next = index + 1;
        return candidate;
      }
    }
    return undefined;
  }
}
