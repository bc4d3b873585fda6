import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pLimit from 'p-limit';
import { writeCurlConfig } from '../../../src/probe/curlConfig';
import type { ProbeOptions, ProbeTarget } from '../../../src/probe/probe';

/** Transfers of one curl, as the product has them. */
const BATCH_SIZE = 25;

/**
 * curl alone on a list of targets: the same batches with the same options, as many at once, bodies and
 * results in files that nobody reads while it runs.
 */
export class BareCurl {
  private constructor(
    private readonly folder: string,
    private readonly batches: readonly string[],
    private readonly atOnce: number,
  ) {}

  /** Writes the configs that {@link run} gives to curl. */
  static async prepare(
    targets: readonly ProbeTarget[],
    options: ProbeOptions,
    userAgent: string,
  ): Promise<BareCurl> {
    const folder = await mkdtemp(path.join(tmpdir(), 'swarmscope-bench-'));
    const batches: string[] = [];
    for (let start = 0; start < targets.length; start += BATCH_SIZE) {
      const transfers = targets.slice(start, start + BATCH_SIZE).map((target, number) => ({
        number,
        target,
        output: path.join(folder, `body-${start + number}`),
      }));
      const batch = path.join(folder, `batch-${start}`);
      const together = { ...options, concurrency: BATCH_SIZE, userAgent };
      await writeFile(batch, writeCurlConfig(transfers, together));
      batches.push(batch);
    }
    return new BareCurl(folder, batches, Math.floor(options.concurrency / BATCH_SIZE));
  }

  /** Runs every batch once. */
  async run(): Promise<void> {
    const limit = pLimit(this.atOnce);
    await Promise.all(
      this.batches.map((batch) =>
        limit(async () => {
          const results = await open(`${batch}.results`, 'w');
          const stdio = ['ignore', 'ignore', results.fd] as const;
          await once(spawn('curl', ['-q', '-K', batch], { stdio: [...stdio] }), 'close');
          await results.close();
        }),
      ),
    );
  }

  /** Counts the good results and the bodies of the last run, and removes the bodies. */
  async collect(): Promise<{ readonly results: number; readonly bodies: number }> {
    const texts = await Promise.all(
      this.batches.map(async (batch) => await readFile(`${batch}.results`, 'utf8')),
    );
    const bodies = (await readdir(this.folder)).filter((file) => file.startsWith('body-'));
    await Promise.all(bodies.map(async (file) => await rm(path.join(this.folder, file))));
    const results = texts.join('\n').match(/^@\d+ 0 200 /gm) ?? [];
    return { results: results.length, bodies: bodies.length };
  }

  async dispose(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
