import { defineConfig } from 'vitest/config';

/** Suites that start real parts run one file at a time and get long limits; unit tests get neither. */
const realParts = {
  pool: 'forks' as const,
  fileParallelism: false,
  testTimeout: 120_000,
  hookTimeout: 300_000,
};

/** An emulated machine is some fifty times slower, and slower yet where others work. */
const slowParts = { ...realParts, testTimeout: 300_000, hookTimeout: 660_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.ts',
            'webview-ui/**/*.test.ts',
            'scripts/**/*.test.ts',
            'test/lab/**/*.test.ts',
          ],
          pool: 'threads',
          isolate: false,
          testTimeout: 5_000,
        },
      },
      { test: { name: 'package', include: ['test/package/**/*.test.ts'], ...realParts } },
      { test: { name: 'webview', include: ['test/webview/**/*.test.ts'], ...realParts } },
      {
        test: {
          name: 'ui',
          include: ['test/ui/**/*.test.ts'],
          ...realParts,
          // More than the waits of a test together: each of them says by itself what it waited for.
          testTimeout: 300_000,
        },
      },
      { test: { name: 'swarm', include: ['test/swarm/**/*.test.ts'], ...realParts } },
      {
        test: {
          name: 'bench',
          include: ['test/bench/**/*.test.ts'],
          ...realParts,
          testTimeout: 180_000,
        },
      },
      { test: { name: 'vm', include: ['test/vm/**/*.test.ts'], ...slowParts } },
    ],
  },
});
