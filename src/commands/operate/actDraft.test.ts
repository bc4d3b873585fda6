import { beforeEach, expect, test } from 'vitest';
import { ScriptedUi } from '../../../test/fakes/scriptedUi';
import { Drafts } from '../drafts';
import type { Answer, InputQuestion, QuickFrame } from '../quickUi';
import { accept, refuse } from '../validation/verdict';
import { ActDraft } from './actDraft';

const swarm = {
  connection: { id: 'c', name: 'c', source: 'setting', address: 'tcp://a' },
} as const;
const frame: QuickFrame = { title: 'Act', step: 1, totalSteps: 1, canGoBack: false };
let stored: Map<string, string>;
let drafts: Drafts;

beforeEach(() => {
  stored = new Map();
  drafts = new Drafts({
    get: (key) => Promise.resolve(stored.get(key)),
    store: async (key, value) => void (await Promise.resolve(stored.set(key, value))),
    delete: async (key) => void (await Promise.resolve(stored.delete(key))),
  });
});

/** A person who types something and leaves with Escape. */
class LeavingUi extends ScriptedUi {
  constructor(private readonly typed: string) {
    super([]);
  }

  override input<T>(_frame: QuickFrame, question: InputQuestion<T>): Promise<Answer<T>> {
    question.check(this.typed);
    return Promise.resolve({ kind: 'cancel' });
  }
}

const open = (ui: ScriptedUi, act = 'image', id = 's1'): Promise<ActDraft> =>
  ActDraft.open({ ui, drafts }, swarm, act, id);

const question = {
  key: 'k',
  prompt: 'Which image?',
  value: 'old',
  check: (text: string) => (text === '' ? refuse<string>('no') : accept(text)),
};

test('what was typed and left is there again, with a word, and for that object only', async () => {
  const first = await open(new LeavingUi('new'));
  await first.ui.input(frame, question);
  const shown: InputQuestion<string>[] = [];
  const look = async (act?: string, id?: string): Promise<string> => {
    const ui = new ScriptedUi([]);
    ui.input = <T>(_frame: QuickFrame, asked: InputQuestion<T>): Promise<Answer<T>> => {
      shown.push(asked as unknown as InputQuestion<string>);
      return Promise.resolve({ kind: 'cancel' });
    };
    const draft = await open(ui, act, id);
    await draft.ui.input(frame, question);
    return `${shown.at(-1)?.prompt} ${shown.at(-1)?.value}`;
  };
  expect(await look()).toBe('Kept from before. Which image? new');
  expect(await look('image', 's2')).toBe('Which image? old');
  expect(await look('scale')).toBe('Which image? old');
});

test('answers outlive the act, and the first question only says that they were kept', async () => {
  const first = await open(new ScriptedUi([]));
  first.keep({ after: ['a'] });
  const ui = new ScriptedUi(['Done', 'Done']);
  const again = await open(ui);
  expect(again.answers).toEqual({ after: ['a'] });
  for (let time = 0; time < 2; time += 1) {
    await again.ui.pick(frame, { placeholder: 'List', choices: [{ label: 'Done', value: 1 }] });
  }
  expect(ui.shown.map(({ text }) => text)).toEqual(['Kept from before. List', 'List']);
});

test('what is done, or differs in nothing, leaves nothing behind', async () => {
  const leaving = await open(new LeavingUi('new'));
  await leaving.ui.input(frame, question);
  leaving.keep('new');
  await drafts.load('image:s1', 'c');
  expect(stored.size).toBeGreaterThan(0);
  await leaving.clear();
  expect([...stored]).toEqual([]);
  const other = await open(new ScriptedUi([]));
  other.keep('x');
  other.keep(undefined);
  await drafts.load('image:s1', 'c');
  expect([...stored]).toEqual([]);
});
