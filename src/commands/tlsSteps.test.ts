import { expect, test } from 'vitest';
import { runSteps } from './multiStep';
import type { Answer, InputQuestion, QuickFrame, QuickUi } from './quickUi';
import { filesOf, NO_FILES, tlsOf, tlsSteps, type TlsAnswers } from './tlsSteps';

/** Types these texts in turn. */
class Typist implements QuickUi {
  readonly asked: string[] = [];
  constructor(private readonly texts: string[]) {}

  async input<T>(frame: QuickFrame, question: InputQuestion<T>): Promise<Answer<T>> {
    this.asked.push(`${frame.step}/${frame.totalSteps}`);
    const verdict = question.check(this.texts.shift() ?? '');
    return verdict.ok ? { kind: 'value', value: verdict.value } : { kind: 'cancel' };
  }

  pick<T>(): Promise<Answer<T>> {
    return Promise.resolve({ kind: 'cancel' });
  }

  pickMany<T>(): Promise<Answer<readonly T[]>> {
    return Promise.resolve({ kind: 'cancel' });
  }
}

async function enter(address: string, ...texts: string[]) {
  const ui = new Typist(texts);
  const initial = { address, ...NO_FILES };
  const answers = await runSteps(ui, { title: 'T', steps: tlsSteps<TlsAnswers>(), initial });
  return { asked: ui.asked.length, tls: answers === undefined ? 'left' : tlsOf(answers) };
}

test.each(['', 'tcp://h:2375', 'unix:///x.sock', 'nonsense://'])(
  'asks for no file for %j',
  async (address) => {
    expect(await enter(address)).toEqual({ asked: 0, tls: undefined });
  },
);

test('asks for the files where TLS is likely, the key only with a certificate', async () => {
  expect(await enter('https://h:1', '~/ca.pem', '')).toEqual({
    asked: 2,
    tls: { ca: '~/ca.pem', verify: true },
  });
  expect(await enter('tcp://h:2376', '', '/c.pem', '/k.pem')).toEqual({
    asked: 3,
    tls: { cert: '/c.pem', key: '/k.pem', verify: true },
  });
  expect(await enter('https://h', '', '')).toEqual({ asked: 2, tls: undefined });
  expect(await enter('https://h', '', '/c.pem', ' ')).toEqual({ asked: 3, tls: 'left' });
});

test('offers the files of another connection', () => {
  expect(filesOf(undefined)).toEqual(NO_FILES);
  expect(filesOf({ ca: '/ca.pem', verify: true })).toEqual({ ca: '/ca.pem', cert: '', key: '' });
});
