import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVSIX } from '@vscode/vsce';
import { build, root } from './build';

/** Packs what `dist` holds now into a VSIX; gives the file. */
export async function packExtension(file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await createVSIX({ cwd: root, packagePath: file, dependencies: false });
  return file;
}

if (
  process.argv[1] !== undefined &&
  path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)
) {
  await build({ minify: true });
  console.log(await packExtension(path.join(root, 'out/swarmscope.vsix')));
}
