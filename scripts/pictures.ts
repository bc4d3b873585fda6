import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { build, root } from './build';
import { SystemRunner } from './setup/commandRunner';
import { prepare, thisMachine } from './setup/prepare';
import { runProgram } from './suites/runProgram';

/** Pictures of the README by the picture that a UI test takes for each. */
const PICTURES: Readonly<Record<string, string>> = {
  'routing-map.png': 'screens/routing-map-dark.png',
  'tree-and-inspect.png': 'screens/inspect-dark.png',
  'routing-link-down.png': 'routing-link-down-map.png',
  'routing-matrix.png': 'matrix-vxlan-dropped.png',
};

/** Takes the README's pictures anew, on a real swarm: `npm run pictures`. */
async function takePictures(): Promise<void> {
  const log = (line: string): void => console.log(line);
  const parts = new Set(['vscodeHost', 'browser', 'lab'] as const);
  const problems = await prepare(parts, thisMachine(new SystemRunner()), { mayInstall: true, log });
  if (problems.size > 0) {
    throw new Error([...problems.values()].join('\n'));
  }
  await build({ minify: true });
  const tests = ['screens', 'lesson', 'matrix'].map((name) => `test/ui/${name}.test.ts`);
  const { exitCode } = await runProgram(['vitest', 'run', '--project', 'ui', ...tests], {
    cwd: root,
    limitMs: 900_000,
    quiet: false,
    signal: new AbortController().signal,
  });
  if (exitCode !== 0) {
    throw new Error('The tests that take the pictures failed');
  }
  const folder = path.join(root, 'media/readme');
  await mkdir(folder, { recursive: true });
  for (const [name, taken] of Object.entries(PICTURES)) {
    await copyFile(path.join(root, 'out/screenshots', taken), path.join(folder, name));
  }
}

await takePictures();
