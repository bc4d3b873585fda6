import { expect, test } from 'vitest';
import { ScriptedUi } from '../../test/fakes/scriptedUi';
import { askApply, loginLines, type ApplyReview, type ReviewMemory } from './applyReview';

const before = { name: 'web', image: 'nginx:1' };
const after = { name: 'web', image: 'r.example/web:2' };
const login = { kind: 'found', registry: 'r.example', header: 'c2VjcmV0' } as const;

interface Looked {
  readonly review: ApplyReview;
  readonly ui: ScriptedUi;
  readonly copied: readonly string[];
}

async function look(
  memory: ReviewMemory,
  script: readonly string[],
  found: typeof login | undefined | { kind: 'found'; registry: string; header: string } = login,
): Promise<Looked> {
  const ui = new ScriptedUi([...script]);
  const copied: string[] = [];
  const review = await askApply(ui, { before, after, login: found }, memory, async (command) => {
    copied.push(command);
    await Promise.resolve();
  });
  return { review, ui, copied };
}

const rowsOf = ({ ui }: Looked): string => ui.shown.at(-1)?.rows.join('\n') ?? '';

test('a login that was switched on is on again after the preview, and is said to be sent', async () => {
  const memory: ReviewMemory = { loginFor: undefined };
  const first = await look(memory, ['Registry login', 'Preview Changes']);
  expect(first.review).toEqual({ kind: 'preview' });
  const second = await look(memory, ['Copy the docker command', 'Apply 1 changes']);
  expect(rowsOf(second)).toContain('Registry login · on · r.example');
  expect(second.copied[0]).toContain('--with-registry-auth');
  expect(second.review).toEqual({ kind: 'apply', login });
  expect(JSON.stringify(memory)).not.toContain(login.header);
  expect(loginLines(login)).toEqual([expect.stringContaining('login for "r.example" is sent')]);
});

test('it is off where nobody switched it on, switched it off again, or for another registry', async () => {
  const memory: ReviewMemory = { loginFor: undefined };
  expect((await look(memory, ['Apply 1 changes'])).review).toEqual({ kind: 'apply' });
  await look(memory, ['Registry login', '!']);
  const other = { ...login, registry: 'other.example' };
  expect((await look(memory, ['Apply 1 changes'], other)).review).toEqual({ kind: 'apply' });
  const off = await look(memory, ['Registry login', 'Apply 1 changes']);
  expect(off.review).toEqual({ kind: 'apply' });
  expect(rowsOf(off)).toContain('Registry login · off');
  expect(loginLines(undefined)).toEqual([]);
});
