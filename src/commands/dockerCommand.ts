import { shellCommand } from '../common/shellQuote';
import type { NetworkRecord } from '../docker/records/network';
import type { ServiceRecord } from '../docker/records/service';
import { readServiceState } from '../docker/specs';
import { namesOf } from '../spec/buildServiceBody';
import { fromServiceBody } from '../spec/readServiceDraft';
import { serviceCreateArguments } from '../spec/serviceCommand';
import { networkCreateArguments, toNetworkDraft } from '../spec/networkCommand';

/** `docker network create …` that makes a network like this one. */
export function networkCreateCommand(network: NetworkRecord): string {
  return shellCommand(['docker', ...networkCreateArguments(toNetworkDraft(network))]);
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
