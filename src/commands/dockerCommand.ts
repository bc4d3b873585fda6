import { shellCommand } from '../common/shellQuote';
import type { NetworkRecord } from '../docker/records/network';
import type { ServiceRecord } from '../docker/records/service';
import { readServiceState } from '../docker/specs';
import { namesOf } from '../spec/buildServiceBody';
import { fromServiceBody } from '../spec/readServiceDraft';
import { serviceCreateArguments } from '../spec/serviceCommand';

/** `docker network create …` that makes a network like this one. */
export function networkCreateCommand(network: NetworkRecord): string {
  const flags: string[] = ['--driver', network.driver || 'overlay'];
  for (const { subnet, gateway, ipRange } of network.subnets) {
    flags.push('--subnet', subnet);
    if (gateway !== undefined) {
      flags.push('--gateway', gateway);
    }
    if (ipRange !== undefined) {
      flags.push('--ip-range', ipRange);
    }
  }
  const switches: [boolean, string][] = [
    [network.attachable, '--attachable'],
    [network.internal, '--internal'],
    [network.ingress, '--ingress'],
    [network.ipv6, '--ipv6'],
  ];
  flags.push(...switches.filter(([on]) => on).map(([, name]) => name));
  for (const [name, value] of Object.entries(network.options)) {
    // Allocated by the swarm: passing it on would ask for the same VXLAN id again.
    if (name !== 'com.docker.network.driver.overlay.vxlanid_list') {
      flags.push('--opt', value === '' ? name : `${name}=${value}`);
    }
  }
  flags.push(...labelFlags(network.labels));
  return shellCommand(['docker', 'network', 'create', ...flags, network.name]);
}

/**
 * `docker service create …` that makes a service like this one. Environment values and options of
 * drivers are masked unless `withValues`.
 * @throws SwarmscopeError 'unexpected-answer' when the service has no spec.
 */
export function serviceCreateCommand(
  service: Pick<ServiceRecord, 'raw'>,
  options: {
    /** Networks that the service may be on; those that are not here stay ids. */
    readonly networks: Iterable<Pick<NetworkRecord, 'id' | 'name'>>;
    readonly withValues: boolean;
  },
): string {
  const { spec } = readServiceState(service.raw);
  const draft = fromServiceBody(spec, namesOf({ networks: options.networks }));
  const { withValues } = options;
  return shellCommand(['docker', ...serviceCreateArguments(draft, { withValues })]);
}

function labelFlags(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
}
