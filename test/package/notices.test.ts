import { expect, it } from 'vitest';
import { buildNotices } from '../../scripts/notices';
import { readText } from './projectFiles';

it('the third-party notices are those of what is bundled (else: npm run notices)', async () => {
  expect(readText('THIRD_PARTY_NOTICES.md')).toBe(await buildNotices());
});
