/** What came of one suite. */
export interface SuiteResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** Names of failed tests, or sentences that say why there is nothing to count. */
  readonly notes: readonly string[];
}

/** Counts without a name and a time. */
export type Counts = Pick<SuiteResult, 'passed' | 'failed' | 'skipped' | 'notes'>;

/** The part of Vitest's JSON report that is read here. */
interface VitestReport {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/**
 * Counts what Vitest reported. A file that failed as a whole (import, hook) counts as one failed
 * test, and so does a run that ended badly with every test passed (an unhandled error).
 */
export function countVitest(report: string, exitCode: number): Counts {
  const { testResults } = JSON.parse(report) as VitestReport;
  const tests = testResults.flatMap((file) => file.assertionResults);
  const ofStatus = (status: string): readonly string[] =>
    tests.filter((test) => test.status === status).map((test) => test.fullName);
  const brokenFiles = testResults
    .filter(
      (file) =>
        file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
    )
    .map((file) => `${file.name} failed outside its tests`);
  const notes = [...ofStatus('failed'), ...brokenFiles];
  const passed = ofStatus('passed').length;
  if (notes.length === 0 && exitCode !== 0 && tests.length > 0) {
    notes.push(`ended with ${exitCode} though no test failed`);
  }
  // Pending, skipped, todo, disabled: a test that did not run is a skipped one.
  const skipped = tests.length - passed - ofStatus('failed').length;
  return { passed, failed: notes.length, skipped, notes };
}

/** Reads the last line of the Mocha suite, `vscode: N passed, N failed, N skipped`. */
export function countMocha(output: string, exitCode: number): Counts {
  const line = /^vscode: (\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(output);
  if (line === null) {
    return { passed: 0, failed: 1, skipped: 0, notes: [`ended with ${exitCode} and no result`] };
  }
  const [passed = 0, failed = 0, skipped = 0] = line.slice(1).map(Number);
  return failed === 0 && exitCode !== 0
    ? { passed, failed: 1, skipped, notes: [`ended with ${exitCode} though no test failed`] }
    : { passed, failed, skipped, notes: [] };
}

/** Under CI what did not run has failed: a skipped test, a skipped suite, an empty one. */
export function judgeForCi(result: SuiteResult): SuiteResult {
  const total = result.passed + result.failed;
  if (total === 0 && result.skipped === 0) {
    return { ...result, failed: 1, notes: [...result.notes, 'nothing ran, which fails under CI'] };
  }
  return result.skipped === 0
    ? result
    : {
        ...result,
        failed: result.failed + result.skipped,
        skipped: 0,
        notes: [...result.notes, `${result.skipped} skipped, which fails under CI`],
      };
}

/** The table of suites, with the notes of each below it and the closing line last. */
export function formatResults(results: readonly SuiteResult[]): string {
  const sum = (key: 'passed' | 'failed' | 'skipped'): number =>
    results.reduce((total, result) => total + result[key], 0);
  const rows = [
    ['suite', 'passed', 'failed', 'skipped', 'seconds'],
    ...results.map((result) => [
      result.name,
      String(result.passed),
      String(result.failed),
      String(result.skipped),
      result.seconds.toFixed(1),
    ]),
  ];
  const table = rows.map(([name = '', ...cells]) =>
    [name.padEnd(10), ...cells.map((cell) => cell.padStart(8))].join(''),
  );
  const notes = results.flatMap((result) => result.notes.map((note) => `${result.name}: ${note}`));
  const closing = `${sum('passed')} passed, ${sum('failed')} failed`;
  return [...table, '', ...notes, ...(notes.length === 0 ? [] : ['']), closing].join('\n');
}
