import { expect, test } from 'vitest';
import { into, runSteps, type Step } from './multiStep';
import type { Answer, InputQuestion, PickQuestion, QuickFrame, QuickUi } from './quickUi';

/** Plays a script of typed texts, '<' for Back and '!' for Escape, and records the frames. */
class ScriptedUi implements QuickUi {
  readonly frames: string[] = [];

  constructor(private readonly script: string[]) {}

  async input<T>(frame: QuickFrame, question: InputQuestion<T>): Promise<Answer<T>> {
    this.frames.push(`${frame.step}/${frame.totalSteps} ${question.prompt}=${question.value}`);
    const next = this.script.shift() ?? '!';
    if (next === '!' || next === '<') {
      return { kind: next === '!' ? 'cancel' : 'back' };
    }
    const verdict = question.check(next);
    if (!verdict.ok) {
      throw new Error(verdict.error);
    }
    return { kind: 'value', value: verdict.value };
  }

  pick<T>(_frame: QuickFrame, _question: PickQuestion<T>): Promise<Answer<T>> {
    throw new Error('not in this script');
  }

  pickMany<T>(_frame: QuickFrame, _question: PickQuestion<T>): Promise<Answer<readonly T[]>> {
    throw new Error('not in this script');
  }
}

interface Answers {
  readonly a: string;
  readonly b: string;
  readonly c: string;
}

function step(key: keyof Answers, when?: (answers: Answers) => boolean): Step<Answers> {
  return {
    ask: async (answers, frame, ui) =>
      into(
        answers,
        key,
        await ui.input(frame, {
          prompt: key,
          value: answers[key],
          check: (value) => ({ ok: true, value }),
        }),
      ),
    ...(when && { when }),
  };
}

const steps = [step('a'), step('b', ({ a }) => a !== 'skip'), step('c')];
const initial: Answers = { a: '', b: '', c: '' };

test('Back keeps the answers, and a step that does not apply is left out both ways', async () => {
  const ui = new ScriptedUi(['x', 'y', '<', 'z', '<', '<', 'skip', '<', 'skip', 'end']);
  expect(await runSteps(ui, { title: 't', steps, initial })).toEqual({
    a: 'skip',
    b: 'z',
    c: 'end',
  });
  expect(ui.frames).toEqual([
    '1/3 a=',
    '2/3 b=',
    '3/3 c=',
    '2/3 b=y',
    '3/3 c=',
    '2/3 b=z',
    '1/3 a=x',
    '2/2 c=',
    '1/2 a=skip',
    '2/2 c=',
  ]);
});

test('where everything from its beginning on is left out, the last step that is asked is', async () => {
  const hidden = step('c', () => false);
  const ui = new ScriptedUi(['y']);
  const options = { title: 't', steps: [step('a'), step('b'), hidden], initial, startAt: 2 };
  expect(await runSteps(ui, options)).toMatchObject({ b: 'y' });
  expect(ui.frames).toEqual(['2/2 b=']);
});

test('Escape ends it, and it can begin at a later step with answers kept', async () => {
  const ui = new ScriptedUi(['!']);
  const kept = { a: '1', b: '2', c: '3' };
  expect(await runSteps(ui, { title: 't', steps, initial: kept, startAt: 2 })).toBeUndefined();
  expect(ui.frames).toEqual(['3/3 c=3']);
});
