import type { ConnectionEntry } from '../docker/target';
import type { KnownManager } from './failOver';

/**
 * Every way that may lead to a manager of a connection's swarm: what its own template makes of the
 * managers that are known, then the person's other connections, without the demo swarm. `fill` gives
 * the address that a template makes of a manager; undefined when it makes none.
 */
export function managerRoutes(
  connection: ConnectionEntry,
  managers: readonly KnownManager[],
  found: readonly ConnectionEntry[],
  fill: (template: string, manager: KnownManager) => string | undefined,
): readonly ConnectionEntry[] {
  const { managers: template, tls, apiVersion } = connection;
  const made = managers.flatMap((manager): ConnectionEntry[] => {
    const address = template === undefined ? undefined : fill(template, manager);
    return address === undefined
      ? []
      : [
          {
            id: `${connection.id}#${manager.nodeId}`,
            name: manager.hostname === '' ? manager.address : manager.hostname,
            source: connection.source,
            address,
            ...(tls === undefined ? {} : { tls }),
            ...(apiVersion === undefined ? {} : { apiVersion }),
          },
        ];
  });
  const others = found.filter(
    ({ id, address, source }) =>
      id !== connection.id && source !== 'demo' && !made.some((one) => one.address === address),
  );
  return [...made, ...others];
}
