/** What the kernel's balancer did for one destination. */
export interface IpvsServer {
  /** IPv4 address, a task's on the ingress network. */
  readonly address: string;
  /** Connections since the counters began. */
  readonly connections: number;
}

/** One virtual service of the kernel's balancer. */
export interface IpvsService {
  /** The firewall mark by which packets are told; per node and life of the engine. */
  readonly mark: number;
  readonly connections: number;
  readonly servers: readonly IpvsServer[];
}

/**
 * Reads `ipvsadm -L -n` with `--stats --exact`: a line `FWM 256 3 …` for each service, below it lines
 * `-> 10.0.0.5:0 1 …` of its servers; the first number is that of connections (ipvsadm(8)).
 */
export function parseIpvs(output: string): IpvsService[] {
  const services: (IpvsService & { readonly servers: IpvsServer[] })[] = [];
  for (const line of output.split('\n')) {
    const [, mark, connections] = /^FWM +(\d+) +(\d+)/.exec(line) ?? [];
    if (mark !== undefined) {
      services.push({ mark: Number(mark), connections: Number(connections), servers: [] });
    }
    const [, address, count] = /^ +-> ([\d.]+):\d+ +(\d+)/.exec(line) ?? [];
    if (address !== undefined) {
      services.at(-1)?.servers.push({ address, connections: Number(count) });
    }
  }
  return services;
}
