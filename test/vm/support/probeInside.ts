/**
 * Probes as the product does. Runs by itself, so that it can be started inside a namespace: reads a
 * {@link ProbeRequest} from stdin and prints one JSON list of {@link ProbeAnswer}.
 */
import { text } from 'node:stream/consumers';
import { silentLogger } from '../../../src/common/logger';
import { chooseProbeEngine } from '../../../src/probe/chooseEngine';
import type { ProbeAnswer, ProbeRequest } from './probes';

async function probe({ targets, rounds, timeoutMs }: ProbeRequest): Promise<ProbeAnswer[]> {
  const engine = await chooseProbeEngine({
    curlPath: 'curl',
    productVersion: 'test',
    logger: silentLogger,
  });
  const answers: ProbeAnswer[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const options = { timeoutMs, concurrency: 50 };
    await engine.run(targets, options, new AbortController().signal, (id, sample, answer) => {
      answers.push({ id, sample, ...(answer === undefined ? {} : { answer }) });
    });
  }
  return answers;
}

// Not a top-level await: this file is run as CommonJS, like what it imports.
void text(process.stdin)
  .then((request) => probe(JSON.parse(request) as ProbeRequest))
  .then((answers) => process.stdout.write(JSON.stringify(answers)));
