import type { RunningGuard } from '../probe/actGuard';
import type { CommandContext, ConnectedSwarm } from './commandContext';

/** Begins to probe the ports of services of a connection; undefined where the person wants none. */
export type BeginGuard = (
  connectionId: string,
  serviceIds: readonly string[],
) => Promise<RunningGuard | undefined>;

/**
 * Does an act on services with probes around it, which end with it however it ends; without them where
 * no service publishes a tcp port. What keeps them from beginning keeps nobody from the act.
 */
export async function guarded<T>(
  context: Pick<CommandContext, 'guard' | 'logger'>,
  { connection, snapshot: { services } }: Pick<ConnectedSwarm, 'connection' | 'snapshot'>,
  serviceIds: readonly string[],
  act: (guard: RunningGuard | undefined) => Promise<T>,
): Promise<T> {
  const published = serviceIds.filter((id) =>
    services.get(id)?.ports.some(({ protocol }) => protocol === 'tcp'),
  );
  const guard =
    published.length === 0
      ? undefined
      : await context.guard(connection.id, published).catch((error: unknown) => {
          context.logger.error(`Probing around an act failed: ${String(error)}`);
          return undefined;
        });
  try {
    return await act(guard);
  } finally {
    guard?.dispose();
  }
}
