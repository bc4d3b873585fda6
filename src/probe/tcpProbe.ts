import { connect } from 'node:net';
import type { ProbeOutcome, ProbeSample } from '../shared/routingView';
import type { ProbeTarget } from './probe';

const OUTCOMES: Readonly<Record<string, ProbeOutcome>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timed-out',
  EHOSTUNREACH: 'no-route',
  ENETUNREACH: 'no-route',
  ENOTFOUND: 'lookup-failed',
  EAI_AGAIN: 'lookup-failed',
  ECONNRESET: 'reset',
};

/** Outcome of a connection that could not be made, by Node's error code. */
export function outcomeOfSocketError(error: NodeJS.ErrnoException): ProbeOutcome {
  return OUTCOMES[error.code ?? ''] ?? 'failed';
}

/** Opens one TCP connection and says nothing on it; undefined when aborted, never rejects. */
export function probeTcp(
  target: ProbeTarget,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeSample | undefined> {
  if (signal.aborted) {
    return Promise.resolve(undefined);
  }
  return new Promise((resolve) => {
    const at = Date.now();
    const start = performance.now();
    const socket = connect({ host: target.host, port: target.port });
    const finish = (outcome: ProbeOutcome | undefined, detail?: string): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.destroy();
      const total = performance.now() - start;
      const reachable = outcome === 'answered';
      const phases = { ...(reachable && { connect: total }), total };
      const rest = detail === undefined ? {} : { detail };
      resolve(outcome && { at, outcome, reachable, phases, ...rest });
    };
    const abort = (): void => finish(undefined);
    const timer = setTimeout(() => finish('timed-out'), timeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    socket.once('connect', () => finish('answered'));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      finish(outcomeOfSocketError(error), error.code ?? 'error'),
    );
  });
}
