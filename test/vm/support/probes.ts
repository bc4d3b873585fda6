import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HttpAnswer, ProbeTarget } from '../../../src/probe/probe';
import type { ProbeSample } from '../../../src/shared/routingView';
import type { VmLab } from '../../lab/vm/vmLab';

/** What is to be probed. */
export interface ProbeRequest {
  /** Each gets one connection per round; one that is named more often gets more. */
  readonly targets: readonly ProbeTarget[];
  readonly rounds: number;
  /** Deadline of one probe, milliseconds. */
  readonly timeoutMs: number;
}

/** One finished probe. */
export interface ProbeAnswer {
  /** Id of the target. */
  readonly id: string;
  readonly sample: ProbeSample;
  /** What an HTTP server said. */
  readonly answer?: HttpAnswer;
}

const script = path.resolve(fileURLToPath(import.meta.url), '../probeInside.ts');

/** Probes with the product's own code from inside the VM's namespace, in the order they finished. */
export async function probeInside(
  lab: VmLab,
  request: ProbeRequest,
): Promise<readonly ProbeAnswer[]> {
  const tsx = createRequire(import.meta.url).resolve('tsx');
  const args = ['--import', tsx, script];
  const input = JSON.stringify(request);
  const { stdout } = await lab.runAsClient(process.execPath, args, { input });
  return JSON.parse(stdout) as ProbeAnswer[];
}
