#!/usr/bin/env node
// An "executable of VS Code" for @vscode/test-electron: takes desktop VS Code's arguments and runs the
// extension tests in the private host. Plain JavaScript, since test-electron starts it directly.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const child = spawn(
  process.execPath,
  ['--import', 'tsx', path.join(here, 'runExtensionTests.ts'), ...process.argv.slice(2)],
  { cwd: path.resolve(here, '../..'), stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => child.kill(signal));
}
child.on('exit', (code) => process.exit(code ?? 1));
