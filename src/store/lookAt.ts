import { toSwarmscopeError, type SwarmscopeError } from '../common/errors';
import type { Engine } from '../docker/engine';
import type { ConnectionEntry } from '../docker/target';
import { swarmProblem } from './swarmProblem';

/** What an engine is right now. */
export type Standing =
  | {
      readonly kind: 'manager';
      readonly hostname: string;
      /** Id of the swarm (`Cluster.ID`); empty when the engine did not tell. */
      readonly swarmId: string;
      /** Id of this engine's node. */
      readonly nodeId: string;
      /** Undefined when the nodes could not be listed: the swarm has no leader now. */
      readonly nodes?: { readonly count: number; readonly isLeader: boolean };
    }
  /** Not usable as it is: a worker, in no swarm, locked, unreachable… */
  | { readonly kind: 'problem'; readonly error: SwarmscopeError };

/**
 * Looks once at what is behind a connection and leaves it again; asks the person for nothing. Never
 * rejects; a look that was aborted gives the problem 'cancelled'.
 */
export async function lookAt(
  entry: ConnectionEntry,
  open: (entry: ConnectionEntry, signal: AbortSignal) => Promise<Engine>,
  signal: AbortSignal,
): Promise<Standing> {
  let engine: Engine | undefined;
  try {
    engine = await open(entry, signal);
    return await standingOf(engine, signal);
  } catch (error) {
    return { kind: 'problem', error: toSwarmscopeError(error) };
  } finally {
    engine?.dispose();
  }
}

async function standingOf(engine: Engine, signal: AbortSignal): Promise<Standing> {
  const info = await engine.info(signal);
  const problem = swarmProblem(info);
  if (problem !== undefined) {
    return { kind: 'problem', error: problem };
  }
  const { nodeId, cluster } = info.swarm;
  const manager = {
    kind: 'manager' as const,
    hostname: info.engineName,
    swarmId: cluster?.id ?? '',
    nodeId,
  };
  try {
    const nodes = await engine.nodes(signal);
    const isLeader = nodes.some((node) => node.id === nodeId && node.leader);
    return { ...manager, nodes: { count: nodes.length, isLeader } };
  } catch {
    return manager;
  }
}
