import { shellCommand } from '../common/shellQuote';
import type { NetworkRecord } from '../docker/records/network';
import type { PublishedPort, ServiceRecord } from '../docker/records/service';
import { networkCreateArguments, toNetworkDraft } from '../spec/networkCommand';
import { maskEnvironment } from './validation/environment';

/** `docker network create …` that makes a network like this one. */
export function networkCreateCommand(network: NetworkRecord): string {
  return shellCommand(['docker', ...networkCreateArguments(toNetworkDraft(network))]);
}

/**
 * `docker service create …` that makes a service like this one, as far as Swarmscope knows its spec.
 * Environment values are masked unless `withValues`.
 */
export function serviceCreateCommand(
  service: ServiceRecord,
  options: {
    /** Name of a network by id; unknown ids stay ids. */
    readonly networkName: (id: string) => string;
    readonly withValues: boolean;
  },
): string {
  const flags: string[] = ['--name', service.name, ...modeFlags(service)];
  for (const { target, aliases } of service.networks) {
    const name = options.networkName(target);
    const fields = [`name=${name}`, ...aliases.map((alias) => `alias=${alias}`)];
    flags.push('--network', aliases.length === 0 ? name : fields.join(','));
  }
  for (const port of service.wantedPorts) {
    flags.push('--publish', publishValue(port));
  }
  if (service.endpointMode === 'dnsrr') {
    flags.push('--endpoint-mode', 'dnsrr');
  }
  for (const line of service.env) {
    flags.push('--env', options.withValues ? line : maskEnvironment(line));
  }
  flags.push(...service.constraints.flatMap((rule) => ['--constraint', rule]));
  flags.push(...labelFlags(service.labels));
  const [entrypoint, ...rest] = service.command;
  if (entrypoint !== undefined) {
    flags.push('--entrypoint', shellCommand([entrypoint, ...rest]));
  }
  return shellCommand(['docker', 'service', 'create', ...flags, service.image, ...service.args]);
}

function modeFlags({ mode }: ServiceRecord): string[] {
  switch (mode.kind) {
    case 'replicated':
      return ['--replicas', String(mode.replicas)];
    case 'global':
      return ['--mode', 'global'];
    case 'replicated-job':
      return ['--mode', 'replicated-job', '--replicas', String(mode.total)];
    case 'global-job':
      return ['--mode', 'global-job'];
  }
}

function publishValue({ protocol, targetPort, publishedPort, mode }: PublishedPort): string {
  return [
    ...(publishedPort === undefined ? [] : [`published=${publishedPort}`]),
    `target=${targetPort}`,
    ...(protocol === 'tcp' ? [] : [`protocol=${protocol}`]),
    ...(mode === 'ingress' ? [] : [`mode=${mode}`]),
  ].join(',');
}

function labelFlags(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
}
