import { beforeEach, expect, test } from 'vitest';
import { KeepingUi, readKeptInputs, type KeptInputs } from './keepingUi';
import type { Answer, InputQuestion, PickQuestion, QuickFrame, QuickUi } from './quickUi';
import { accept } from './validation/verdict';

const frame: QuickFrame = { title: 't', step: 1, totalSteps: 1, canGoBack: true };

/** A person who enters something and then leaves, goes back or accepts. */
class Person implements QuickUi {
  entered: string | readonly string[] = '';
  how: Answer<unknown>['kind'] = 'cancel';
  /** What the last question began with. */
  begun: string | readonly string[] = '';

  async input<T>(_frame: QuickFrame, question: InputQuestion<T>): Promise<Answer<T>> {
    this.begun = question.value;
    question.check(question.value);
    const verdict = question.check(String(this.entered));
    return this.how === 'value' && verdict.ok
      ? { kind: 'value', value: verdict.value }
      : { kind: 'cancel' };
  }

  pick<T>(): Promise<Answer<T>> {
    return Promise.reject(new Error('nothing to pick'));
  }

  async pickMany<T>(_frame: QuickFrame, question: PickQuestion<T>): Promise<Answer<readonly T[]>> {
    const { choices } = question;
    this.begun = choices.filter(({ picked }) => picked === true).map(({ label }) => label);
    const values = choices
      .filter(({ label }) => this.entered.includes(label))
      .map(({ value }) => value);
    question.ticked?.(values);
    return this.how === 'value' ? { kind: 'value', value: values } : { kind: 'back' };
  }
}

let person: Person;
let ui: KeepingUi;
let changes: number;

/** The form as a later session has it. */
function reopen(kept: KeptInputs): void {
  ui = new KeepingUi(person, readKeptInputs(JSON.parse(JSON.stringify(kept))), () => {
    changes += 1;
  });
}

beforeEach(() => {
  person = new Person();
  changes = 0;
  reopen({});
});

async function type(
  text: string,
  how: Answer<unknown>['kind'],
  more: Partial<InputQuestion<string>> = {},
): Promise<string | readonly string[]> {
  Object.assign(person, { entered: text, how });
  await ui.input(frame, { prompt: 'Name', value: 'old', check: (given) => accept(given), ...more });
  return person.begun;
}

async function tick(
  labels: readonly string[],
  how: Answer<unknown>['kind'],
  rows: readonly (readonly [label: string, value: unknown])[] = [
    ['app', 'a'],
    ['web', 'w'],
  ],
): Promise<string | readonly string[]> {
  Object.assign(person, { entered: labels, how });
  await ui.pickMany(frame, {
    key: 'networks',
    placeholder: 'Tick',
    choices: rows.map(([label, value]) => ({ label, value, picked: label === 'app' })),
  });
  return person.begun;
}

test('a text that was not accepted is there again, for its question alone', async () => {
  await type('new', 'cancel');
  expect([changes, ui.kept]).toEqual([1, { Name: 'new' }]);
  reopen(ui.kept);
  expect(await type('x', 'cancel', { key: 'other' })).toBe('old');
  expect(await type('newer', 'value')).toBe('new');
  expect(ui.kept).toEqual({ other: 'x' });
});

test('what is as it was is not kept', async () => {
  await type('old', 'cancel');
  await tick(['app'], 'back');
  expect([changes, ui.kept]).toEqual([0, {}]);
});

test('ticks that were not accepted are there again, and gone when they were', async () => {
  await tick(['web'], 'back');
  expect([changes, ui.kept]).toEqual([1, { networks: ['w'] }]);
  reopen(ui.kept);
  expect(await tick([], 'back')).toEqual(['web']);
  reopen(ui.kept);
  expect(await tick(['app', 'web'], 'value')).toEqual([]);
  expect(ui.kept).toEqual({});
});

test('ticks follow their rows, whatever else the list shows then', async () => {
  await tick(['web'], 'back');
  expect(
    await tick(['web'], 'back', [
      ['more', 'm'],
      ['renamed', 'w'],
    ]),
  ).toEqual(['renamed']);
  reopen({});
  await tick(['web'], 'back', [
    ['app', { port: 1 }],
    ['web', { port: 2 }],
  ]);
  expect(ui.kept).toEqual({ networks: ['web'] });
});

test('an accepted text stays where the form says so, until it is forgotten', async () => {
  await type('new', 'value', { untilForgotten: true });
  expect(ui.kept).toEqual({ Name: 'new' });
  expect(await type('new', 'cancel', { untilForgotten: true })).toBe('new');
  ui.forget(['Name']);
  expect(await type('old', 'cancel')).toBe('old');
});

test('texts follow questions whose keys change, and go with those that are gone', async () => {
  reopen({ one: '1', two: '2', three: ['3'] });
  ui.rekey((key) => (key === 'two' ? undefined : `moved ${key}`));
  expect(ui.kept).toEqual({ 'moved one': '1', 'moved three': ['3'] });
});

test('what does not fit is not read', () => {
  expect(readKeptInputs({ a: 'x', b: ['y'], c: 1, d: [1], e: null })).toEqual({ a: 'x', b: ['y'] });
  expect([readKeptInputs(undefined), readKeptInputs(7)]).toEqual([{}, {}]);
});
