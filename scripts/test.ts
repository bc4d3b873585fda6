import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import pLimit from 'p-limit';
import { build, buildVscodeTests, root } from './build';
import { SystemRunner } from './setup/commandRunner';
import { type Part, prepare, thisMachine } from './setup/prepare';
import { type SuiteResult, formatResults, judgeForCi } from './suites/results';
import { runSuite } from './suites/runSuite';
import { type Suite, suites } from './suites/suite';

/** Arguments of `npm test`. */
interface TestOptions {
  readonly suite: readonly string[];
  readonly install: boolean;
}

const QUIET_AT_ONCE = 2;
const log = (line: string): void => console.log(line);

function parseArguments(): TestOptions {
  return new Command('npm test --')
    .description('Sets up what is missing, builds, and runs every suite.')
    .addOption(
      new Option('--suite <name>', 'run this suite only; may be repeated')
        .choices(suites.map((suite) => suite.name))
        .argParser((name: string, before: readonly string[]) => [...before, checkSuite(name)])
        .default([], 'all'),
    )
    .option('--no-install', 'install no system package')
    .parse()
    .opts<TestOptions>();
}

function checkSuite(name: string): string {
  if (!suites.some((suite) => suite.name === name)) {
    throw new InvalidArgumentError(`There are ${suites.map((suite) => suite.name).join(', ')}.`);
  }
  return name;
}

/** Builds what the suites look at; gives the reason when that fails. */
async function buildAll(chosen: readonly Suite[]): Promise<string | undefined> {
  if (!chosen.some((suite) => suite.needsBuild)) {
    return undefined;
  }
  log('Building…');
  try {
    await build({ minify: true });
    await buildVscodeTests();
    return undefined;
  } catch (error) {
    return `the build failed: ${(error instanceof Error ? error.message : String(error)).split('\n')[0]}`;
  }
}

function uncounted(suite: Suite, counts: Partial<SuiteResult>): SuiteResult {
  return { name: suite.name, passed: 0, failed: 0, skipped: 0, seconds: 0, notes: [], ...counts };
}

function report(result: SuiteResult): SuiteResult {
  const { name, passed, failed, skipped, seconds } = result;
  log(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds.toFixed(1)} s)`);
  return result;
}

async function runAll(
  chosen: readonly Suite[],
  mayInstall: boolean,
  signal: AbortSignal,
): Promise<SuiteResult[]> {
  const wanted = new Set<Part>(chosen.flatMap((suite) => suite.needs));
  const problems = await prepare(wanted, thisMachine(new SystemRunner()), { mayInstall, log });
  const buildProblem = await buildAll(chosen);
  const run = async (suite: Suite): Promise<SuiteResult> => {
    if (signal.aborted) {
      return uncounted(suite, { skipped: 1, notes: ['skipped: interrupted'] });
    }
    if (suite.needsBuild && buildProblem !== undefined) {
      return report(uncounted(suite, { failed: 1, notes: [buildProblem] }));
    }
    const missing = suite.needs.flatMap((part) => problems.get(part) ?? []);
    if (missing.length > 0) {
      return report(uncounted(suite, { skipped: 1, notes: [`skipped: ${missing.join('; ')}`] }));
    }
    log(`${suite.name}…`);
    return report(await runSuite(suite, { root, signal }));
  };
  const limit = pLimit(QUIET_AT_ONCE);
  const quiet = chosen.filter((suite) => suite.quiet);
  const results = await Promise.all(quiet.map((suite) => limit(() => run(suite))));
  for (const suite of chosen.filter((other) => !other.quiet)) {
    results.push(await run(suite));
  }
  return results;
}

const options = parseArguments();
const chosen = suites.filter(
  (suite) => options.suite.length === 0 || options.suite.includes(suite.name),
);
await rm(path.join(root, 'out/reports'), { recursive: true, force: true });
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => interrupted.abort());
}
const plain = await runAll(chosen, options.install, interrupted.signal);
const inCi = (process.env['CI'] ?? '') !== '';
const results = inCi ? plain.map(judgeForCi) : plain;
console.log(`\n${formatResults(results)}`);
process.exitCode =
  interrupted.signal.aborted || results.some((result) => result.failed > 0) ? 1 : 0;
