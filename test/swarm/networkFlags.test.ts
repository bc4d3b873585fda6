import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ensureEngine } from '../../scripts/setup/engines';
import { engineCache } from '../lab/lab';
import { run } from '../lab/processes';

/* Every flag of `docker network create`, and whether the form has it. */

interface Flag {
  /** First CLI version, as far as the tested ones tell. */
  readonly since: '20.10' | '28';
  readonly status: 'done' | 'not';
  /** Why it is not offered. */
  readonly why?: string;
}

const file = path.join(import.meta.dirname, '../parity/network-create.json');
const flags = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Flag>);

it.each([
  ['oldest', '20.10', ['20.10']],
  ['newest', '28', ['20.10', '28']],
] as const)('the list is that of the %s docker CLI', async (choice, version, since) => {
  const engine = await ensureEngine(choice, { cacheDir: engineCache });
  expect(engine.version.startsWith(version)).toBe(true);
  const { stdout } = await run(engine.dockerCli, ['network', 'create', '--help']);
  const shown = [...stdout.matchAll(/^ +(?:-\w, )?(--[\w-]+)/gm)].map(([, flag = '']) => flag);
  const listed = flags.filter(([, flag]) => since.some((known) => known === flag.since));
  expect(shown.filter((flag) => flag !== '--help').toSorted()).toEqual(
    listed.map(([name]) => name).toSorted(),
  );
});

it('says of what is not offered why', () => {
  const bare = flags.filter(([, { status, why }]) => status === 'not' && (why ?? '').length < 20);
  expect(bare).toEqual([]);
});
