import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { assertNever } from '../../src/common/assertNever';
import { type Counts, type SuiteResult, countMocha, countVitest } from './results';
import { type ProgramOptions, runProgram } from './runProgram';
import type { Check, Suite } from './suite';

/** Where suites run, and what ends them early. */
export interface Place {
  readonly root: string;
  readonly signal: AbortSignal;
}

/** Runs one suite to its end and counts what came of it. */
export async function runSuite(suite: Suite, place: Place): Promise<SuiteResult> {
  const started = Date.now();
  const counts = await runCounted(suite, place);
  return { name: suite.name, ...counts, seconds: (Date.now() - started) / 1000 };
}

async function runCounted(suite: Suite, place: Place): Promise<Counts> {
  switch (suite.how.kind) {
    case 'checks':
      return runChecks(suite, suite.how.checks, place);
    case 'vitest':
      return runVitest(suite, place);
    case 'mocha':
      return runMocha(suite, place);
    default:
      return assertNever(suite.how);
  }
}

function options(suite: Suite, { root, signal }: Place): ProgramOptions {
  return {
    cwd: root,
    signal,
    quiet: suite.quiet,
    limitMs: suite.limitMinutes * 60_000,
    // The bundles were built a moment ago; suites need not do it again.
    env: {
      ...(suite.needsBuild ? { SWARMSCOPE_BUILT: '1' } : {}),
      // vitest.config.ts is loaded by Vite's own loader, on purpose.
      VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true',
    },
  };
}

async function runChecks(suite: Suite, checks: readonly Check[], place: Place): Promise<Counts> {
  const failed: string[] = [];
  for (const check of checks) {
    const { exitCode, output } = await runProgram(check.command, options(suite, place));
    if (exitCode !== 0) {
      failed.push(check.name);
      console.log(`── ${suite.name}: ${check.name}\n${output}`);
    }
  }
  return {
    passed: checks.length - failed.length,
    failed: failed.length,
    skipped: 0,
    notes: failed.map((name) => `${name} found something`),
  };
}

async function runVitest(suite: Suite, place: Place): Promise<Counts> {
  const report = path.join(place.root, `out/reports/${suite.name}.json`);
  await mkdir(path.dirname(report), { recursive: true });
  await rm(report, { force: true });
  const { exitCode, output } = await runProgram(
    [
      'vitest',
      'run',
      '--project',
      suite.name,
      '--passWithNoTests',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    options(suite, place),
  );
  const text = await readFile(report, 'utf8').catch(() => undefined);
  const counts =
    text === undefined
      ? { passed: 0, failed: 1, skipped: 0, notes: [`ended with ${exitCode} and no report`] }
      : countVitest(text, exitCode);
  if (suite.quiet && counts.failed > 0) {
    console.log(`── ${suite.name}\n${output}`);
  }
  return counts;
}

async function runMocha(suite: Suite, place: Place): Promise<Counts> {
  const { exitCode, output } = await runProgram(
    ['node', '--import', 'tsx', 'test/vscode/runTest.ts'],
    options(suite, place),
  );
  return countMocha(output, exitCode);
}
