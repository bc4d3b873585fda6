import { appendFileSync } from 'node:fs';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';

/** Runs the Mocha suite in the extension host; VS Code calls this. Rejects when a test failed. */
export async function run(): Promise<void> {
  // The extension host's console is not the terminal: the launcher copies this file there.
  const file = process.env['SWARMSCOPE_TEST_OUTPUT'];
  const print =
    file === undefined
      ? console.log.bind(console)
      : (...args: unknown[]) => appendFileSync(file, `${format(...args)}\n`);
  Mocha.reporters.Base.consoleLog = print;
  const mocha = new Mocha({ ui: 'tdd', color: false, timeout: 120_000, reporter: 'spec' });
  for (const name of readdirSync(__dirname).toSorted()) {
    if (name.endsWith('.test.cjs')) {
      mocha.addFile(path.join(__dirname, name));
    }
  }
  const { failures, passes, pending } = await new Promise<Mocha.Stats>((resolve) => {
    const runner = mocha.run(() => resolve(runner.stats ?? noStats()));
  });
  print(`vscode: ${passes} passed, ${failures} failed, ${pending} skipped`);
  if (failures > 0) {
    throw new Error(`${failures} tests failed`);
  }
}

function noStats(): Mocha.Stats {
  throw new Error('Mocha gave no statistics');
}
