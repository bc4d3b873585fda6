import { buildSync } from 'esbuild';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const source = path.resolve(fileURLToPath(import.meta.url), '../../../src/docker/askpassMain.ts');

/** Builds the program that ssh asks through, as it ships, into a folder; gives its path. */
export function buildAskpassScript(folder: string): string {
  const outfile = path.join(folder, 'askpass.cjs');
  buildSync({ entryPoints: [source], outfile, bundle: true, platform: 'node', format: 'cjs' });
  return outfile;
}
