import type { Logger } from '../common/logger';
import type { Engine } from './engine';
import { loadEngine } from './loadEngine';
import { parseAddress } from './parseAddress';
import type { ConnectionEntry } from './target';

/** Finds the address of a connection that is only known once something runs (the demo swarm). */
export type AddressResolver = (entry: ConnectionEntry, signal: AbortSignal) => Promise<string>;

/**
 * Opens the engine of a connection entry: address, client, negotiation. The given engine is
 * connected; one that could not be is disposed. Rejects with SwarmscopeError.
 */
export async function openEngine(
  entry: ConnectionEntry,
  signal: AbortSignal,
  options: { readonly resolveAddress: AddressResolver; readonly logger: Logger },
): Promise<Engine> {
  const address = await options.resolveAddress(entry, signal);
  const target = parseAddress(address);
  const engine = await loadEngine(target, { address, logger: options.logger });
  try {
    await engine.connect(signal);
    return engine;
  } catch (error) {
    engine.dispose();
    throw error;
  }
}
