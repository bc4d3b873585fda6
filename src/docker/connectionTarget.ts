import { parseAddress } from './parseAddress';
import type { ConnectionEntry, ConnectionTarget } from './target';

/**
 * What is opened for a connection entry: its address, with the TLS that the entry states. `address`
 * is where it is found now, when that is only known once something runs.
 * @throws SwarmscopeError of {@link parseAddress}.
 */
export function targetOf(
  { tls, address: written }: Pick<ConnectionEntry, 'address' | 'tls'>,
  address: string = written,
): ConnectionTarget {
  const target = parseAddress(address);
  return target.kind === 'tcp' && tls !== undefined ? { ...target, tls } : target;
}
