import type { Engine } from './engine';
import type { EngineOptions } from './engineRequests';
import type { ConnectionTarget } from './target';

/** Builds the engine client; dockerode is loaded by the first call, not at activation. */
export async function loadEngine(
  target: ConnectionTarget,
  options: EngineOptions,
): Promise<Engine> {
  const { createEngine } = await import('./dockerodeEngine');
  return createEngine(target, options);
}
