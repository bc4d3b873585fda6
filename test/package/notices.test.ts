import { expect, it } from 'vitest';
import { buildNotices } from '../../scripts/notices';
import { readText } from './projectFiles';

it('the third-party notices are those of what is bundled (else: node scripts/run.mjs scripts/notices.ts)', async () => {
  expect(readText('THIRD_PARTY_NOTICES.md')).toBe(await buildNotices());
});
