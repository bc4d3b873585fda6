import { describe, expect, it } from 'vitest';
import { countMocha, countVitest, formatResults, judgeForCi, type SuiteResult } from './results';

function report(files: Record<string, { status: string; tests: Record<string, string> }>): string {
  return JSON.stringify({
    success: true,
    testResults: Object.entries(files).map(([name, { status, tests }]) => ({
      name,
      status,
      assertionResults: Object.entries(tests).map(([fullName, state]) => ({
        fullName,
        status: state,
      })),
    })),
  });
}

describe('counting Vitest', () => {
  it('tells passed, failed and not run apart', () => {
    const files = {
      'a.test.ts': { status: 'failed', tests: { one: 'passed', two: 'failed', three: 'pending' } },
      'b.test.ts': { status: 'passed', tests: { four: 'passed', five: 'todo' } },
    };
    expect(countVitest(report(files), 1)).toEqual({
      passed: 2,
      failed: 1,
      skipped: 2,
      notes: ['two'],
    });
  });

  it('counts a file that broke before its tests', () => {
    const files = { 'a.test.ts': { status: 'failed', tests: { one: 'skipped' } } };
    expect(countVitest(report(files), 1)).toEqual({
      passed: 0,
      failed: 1,
      skipped: 1,
      notes: ['a.test.ts failed outside its tests'],
    });
  });

  it('does not overlook an error outside any test', () => {
    const files = { 'a.test.ts': { status: 'passed', tests: { one: 'passed' } } };
    expect(countVitest(report(files), 1)).toMatchObject({ passed: 1, failed: 1 });
    expect(countVitest(report(files), 0)).toMatchObject({ passed: 1, failed: 0 });
  });
});

describe('counting Mocha', () => {
  it('reads the last line', () => {
    const output = '  ✔ works\nvscode: 3 passed, 1 failed, 2 skipped\n';
    expect(countMocha(output, 1)).toEqual({ passed: 3, failed: 1, skipped: 2, notes: [] });
    expect(countMocha('vscode: 3 passed, 0 failed, 0 skipped', 1)).toMatchObject({ failed: 1 });
    expect(countMocha('Segmentation fault', 139)).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
      notes: ['ended with 139 and no result'],
    });
  });
});

describe('the outcome', () => {
  const good: SuiteResult = {
    name: 'unit',
    passed: 12,
    failed: 0,
    skipped: 0,
    seconds: 1.25,
    notes: [],
  };

  it('is stricter under CI', () => {
    const none = { ...good, passed: 0 };
    expect(judgeForCi(good)).toEqual(good);
    expect(judgeForCi(none)).toMatchObject({ passed: 0, failed: 1, skipped: 0 });
    expect(judgeForCi({ ...good, skipped: 2 })).toMatchObject({ passed: 12, failed: 2 });
    expect(judgeForCi({ ...none, skipped: 1 })).toMatchObject({ passed: 0, failed: 1 });
  });

  it('is a table, the notes and the closing line', () => {
    const bad = { ...good, name: 'ui', passed: 1, failed: 2, seconds: 61, notes: ['x', 'y'] };
    expect(formatResults([good, bad])).toBe(
      [
        'suite       passed  failed skipped seconds',
        'unit            12       0       0     1.3',
        'ui               1       2       0    61.0',
        '',
        'ui: x',
        'ui: y',
        '',
        '13 passed, 2 failed',
      ].join('\n'),
    );
  });
});
