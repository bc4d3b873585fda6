import type { Part } from '../setup/prepare';

/** A program that is one test: it passes or fails as a whole. */
export interface Check {
  readonly name: string;
  /** Program of node_modules/.bin, then its arguments. */
  readonly command: readonly [program: string, ...args: readonly string[]];
}

/** How a suite is run and counted. */
export type SuiteKind =
  | { readonly kind: 'checks'; readonly checks: readonly Check[] }
  | { readonly kind: 'vitest' }
  | { readonly kind: 'mocha' };

/** One of the suites that `npm test` runs, in the order of `suites`. */
export interface Suite {
  readonly name: string;
  readonly how: SuiteKind;
  /** Parts without which the suite is skipped. */
  readonly needs: readonly Part[];
  /** True when it needs `dist`. */
  readonly needsBuild: boolean;
  /** Cheap suites run side by side and print only what failed. */
  readonly quiet: boolean;
  /** What ends a suite that hangs: a multiple of what it takes, for slow and busy machines. */
  readonly limitMinutes: number;
}

const quiet = { needs: [], needsBuild: false, quiet: true, limitMinutes: 15 } as const;
const loud = { needsBuild: true, quiet: false, limitMinutes: 45 } as const;

function checks(...list: readonly Check[]): SuiteKind {
  return { kind: 'checks', checks: list };
}

function types(project: string): Check {
  return { name: project, command: ['tsc', '-p', project] };
}

/** Every suite there is, cheap ones first. */
export const suites: readonly Suite[] = [
  {
    ...quiet,
    name: 'format',
    how: checks({ name: 'prettier', command: ['prettier', '--check', '.'] }),
  },
  {
    ...quiet,
    name: 'lint',
    how: checks(
      { name: 'oxlint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
      { name: 'knip', command: ['knip', '--no-progress'] },
    ),
  },
  {
    ...quiet,
    name: 'types',
    how: checks(
      types('tsconfig.json'),
      types('webview-ui/tsconfig.json'),
      types('test/tsconfig.json'),
    ),
  },
  { ...quiet, name: 'unit', how: { kind: 'vitest' } },
  { ...quiet, name: 'package', how: { kind: 'vitest' }, needsBuild: true },
  { ...loud, name: 'vscode', how: { kind: 'mocha' }, needs: ['browser', 'vscodeHost'] },
  { ...loud, name: 'webview', how: { kind: 'vitest' }, needs: ['browser'] },
  {
    ...loud,
    name: 'ui',
    how: { kind: 'vitest' },
    needs: ['browser', 'vscodeHost', 'lab'],
    limitMinutes: 100,
  },
  { ...loud, name: 'swarm', how: { kind: 'vitest' }, needs: ['lab'] },
  { ...loud, name: 'bench', how: { kind: 'vitest' }, needs: ['lab'], needsBuild: false },
  {
    ...loud,
    name: 'vm',
    how: { kind: 'vitest' },
    needs: ['vm'],
    needsBuild: false,
    limitMinutes: 12,
  },
];
