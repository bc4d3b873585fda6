import type { ServiceState } from '../docker/engine';

/** What is kept of a service's document that is not applied yet, as JSON. */
export interface KeptService {
  readonly text: string;
  readonly pristine: string;
  readonly base?: ServiceState;
  readonly registryAuth?: boolean;
  /** Cluster id of the swarm that a new service was begun for. */
  readonly cluster?: string;
}

/** Reads what was kept, perhaps by another version; undefined when it does not fit. */
export function readKeptService(value: unknown): KeptService | undefined {
  if (typeof value !== 'object' || value === null || !('text' in value)) {
    return undefined;
  }
  const { text, pristine, base, registryAuth, cluster } = value as Partial<KeptService>;
  return typeof text === 'string' && typeof pristine === 'string'
    ? {
        text,
        pristine,
        registryAuth: registryAuth === true,
        ...(base === undefined ? {} : { base }),
        ...(typeof cluster === 'string' ? { cluster } : {}),
      }
    : undefined;
}
