import { isSwarmscopeError, SwarmscopeError } from '../common/errors';
import type { Logger } from '../common/logger';
import { targetOf } from './connectionTarget';
import type { Engine } from './engine';
import { loadEngine } from './loadEngine';
import { formatTarget } from './parseAddress';
import type { SecretAsker } from './secrets';
import { explainSocket } from './socketHelp';
import type { SshOptions } from './sshCommand';
import type { ConnectionEntry } from './target';

/** Finds the address of a connection that is only known once something runs (the demo swarm). */
export type AddressResolver = (entry: ConnectionEntry, signal: AbortSignal) => Promise<string>;

/** What opening an engine needs besides the entry. */
export interface OpenOptions {
  readonly resolveAddress: AddressResolver;
  readonly logger: Logger;
  /** Absent when nobody may be asked; a connection that needs a secret fails then. */
  readonly secrets?: SecretAsker;
  /** How ssh is run. */
  readonly ssh?: SshOptions;
}

/**
 * Opens the engine of a connection entry: address, TLS, client, negotiation. The given engine is
 * connected; one that could not be is disposed. Rejects with SwarmscopeError.
 */
export async function openEngine(
  entry: ConnectionEntry,
  signal: AbortSignal,
  { resolveAddress, logger, secrets, ssh }: OpenOptions,
): Promise<Engine> {
  const resolved = await resolveAddress(entry, signal);
  const target = targetOf(entry, resolved);
  const isSecured = target.kind === 'tcp' && target.tls !== undefined;
  const address = isSecured ? formatTarget(target) : resolved;
  const engine = await loadEngine(target, {
    address,
    logger,
    ...(secrets === undefined ? {} : { secrets }),
    ...(ssh === undefined ? {} : { ssh }),
    ...(entry.apiVersion === undefined ? {} : { apiVersion: entry.apiVersion }),
  });
  try {
    await engine.connect(signal);
    return engine;
  } catch (error) {
    engine.dispose();
    throw await explainSocket(withPin(error, entry), target);
  }
}

/** Says of a refused API version that it is not ours, and who wants it. */
function withPin(error: unknown, { apiVersion, source }: ConnectionEntry): unknown {
  if (apiVersion === undefined || !isSwarmscopeError(error, 'api-too-old', 'api-too-new')) {
    return error;
  }
  const pinnedBy = source === 'setting' ? 'setting' : 'environment';
  const details = { ...error.details, pinned: apiVersion, pinnedBy };
  return new SwarmscopeError(error.code, details, { cause: error });
}
