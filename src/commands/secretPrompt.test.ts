import { beforeEach, describe, expect, it } from 'vitest';
import type { HostKeyQuestion, SecretQuestion } from '../docker/secrets';
import type { Answer, InputQuestion, PickQuestion, QuickFrame, QuickUi } from './quickUi';
import { SecretPrompt, type SecretKeeper } from './secretPrompt';

/** What a person types, and whether it is to be kept; null is Escape, 'wait' never answers. */
type Typed = readonly [secret: string | null, keep?: boolean];

/** Plays a script, at most one question at a time. */
class ScriptedUi implements QuickUi {
  readonly seen: string[] = [];
  private keep = false;
  private open = 0;

  constructor(private readonly script: Typed[]) {}

  input<T>(frame: QuickFrame, question: InputQuestion<T>): Promise<Answer<T>> {
    const problem = question.problem === undefined ? '' : ' (again)';
    this.seen.push(`${frame.title}: ${question.prompt}${problem}`);
    expect(question.password).toBe(true);
    return this.alone(async () => {
      const [secret, keep = false] = this.script.shift() ?? [null];
      this.keep = keep;
      if (secret === 'wait') {
        return await new Promise<Answer<T>>((resolve) => {
          question.signal?.addEventListener('abort', () => resolve({ kind: 'cancel' }));
        });
      }
      const verdict = question.check(secret ?? '');
      return secret !== null && verdict.ok
        ? { kind: 'value', value: verdict.value }
        : { kind: 'cancel' };
    });
  }

  pick<T>(_frame: QuickFrame, question: PickQuestion<T>): Promise<Answer<T>> {
    this.seen.push('keep?');
    return this.alone(async () => {
      const choice = question.choices.find(({ value }) => value === this.keep);
      return choice === undefined ? { kind: 'cancel' } : { kind: 'value', value: choice.value };
    });
  }

  pickMany<T>(_frame: QuickFrame, _question: PickQuestion<T>): Promise<Answer<readonly T[]>> {
    throw new Error('not in this script');
  }

  private async alone<T>(ask: () => Promise<T>): Promise<T> {
    this.open += 1;
    expect(this.open).toBe(1);
    try {
      await Promise.resolve();
      return await ask();
    } finally {
      this.open -= 1;
    }
  }
}

class MapKeeper implements SecretKeeper {
  readonly map = new Map<string, string>();
  broken = false;

  async get(key: string): Promise<string | undefined> {
    this.check();
    return this.map.get(key);
  }

  async store(key: string, value: string): Promise<void> {
    this.check();
    this.map.set(key, value);
  }

  async delete(key: string): Promise<void> {
    this.check();
    this.map.delete(key);
  }

  private check(): void {
    if (this.broken) {
      throw new Error('no keyring');
    }
  }
}

const question = (again = false, subject = '/k'): SecretQuestion => ({
  kind: 'ssh-passphrase',
  subject,
  again,
});
const host: HostKeyQuestion = { host: 'h', keyType: 'ED25519', fingerprint: 'SHA256:x' };
const never = new AbortController().signal;

let keeper: MapKeeper;
let ui: ScriptedUi;
let told: string[];
let trusted: string[];
let answerHost: () => Promise<boolean>;

beforeEach(() => {
  keeper = new MapKeeper();
  told = [];
  trusted = [];
  answerHost = () => Promise.resolve(true);
});

function build(...script: Typed[]): SecretPrompt {
  ui = new ScriptedUi(script);
  return new SecretPrompt({
    ui,
    keeper,
    confirmHost: async (connection, { fingerprint }) => {
      trusted.push(`${connection} ${fingerprint}`);
      return await answerHost();
    },
    tell: (message) => told.push(message),
  });
}

describe('a secret', () => {
  it('is asked for once in a window and kept nowhere else', async () => {
    const prompt = build(['one']);
    expect(await prompt.askerFor('lab').ask(question(), never)).toBe('one');
    expect(await prompt.askerFor('lab').ask(question(), never)).toBe('one');
    expect(await prompt.quiet.ask(question(), never)).toBe('one');
    expect(ui.seen).toEqual(['Sign In to "lab": Passphrase of the key /k', 'keep?']);
    expect(keeper.map.size).toBe(0);
  });

  it('is kept when the person says so, and found by the next window', async () => {
    await build(['one', true]).askerFor('lab').ask(question(), never);
    const next = build();
    expect(await next.quiet.ask(question(), never)).toBe('one');
    expect(await next.askerFor('lab').ask(question(), never)).toBe('one');
    expect(await next.quiet.ask(question(false, '/other'), never)).toBeUndefined();
    expect(ui.seen).toEqual([]);
  });

  it('that was refused is deleted and asked anew, with the choice to keep remembered', async () => {
    await build(['old', true]).askerFor('lab').ask(question(), never);
    const asker = build(['typo', true], ['new']).askerFor('lab');
    expect(await asker.ask(question(), never)).toBe('old');
    expect(await asker.ask(question(true), never)).toBe('typo');
    expect(await asker.ask(question(true), never)).toBe('new');
    expect(ui.seen).toEqual([
      'Sign In to "lab": Passphrase of the key /k (again)',
      'keep?',
      'Sign In to "lab": Passphrase of the key /k (again)',
    ]);
    expect([...keeper.map.values()]).toContain('new');
    expect([...keeper.map.values()]).not.toContain('typo');
  });

  it('that was refused stays deleted when the person gives up', async () => {
    await build(['old', true]).askerFor('lab').ask(question(), never);
    const prompt = build([null]);
    const asker = prompt.askerFor('lab');
    await asker.ask(question(), never);
    expect(await asker.ask(question(true), never)).toBeUndefined();
    expect(await prompt.quiet.ask(question(), never)).toBeUndefined();
  });

  it('is asked for once by connections that need it at the same time', async () => {
    const prompt = build(['one']);
    const askers = ['a', 'b', 'c'].map((name) => prompt.askerFor(name));
    expect(await Promise.all(askers.map((asker) => asker.ask(question(), never)))).toEqual([
      'one',
      'one',
      'one',
    ]);
    expect(ui.seen).toHaveLength(2);
  });

  it('that both of two connections had wrong is asked for once more only', async () => {
    const prompt = build(['typo'], ['right']);
    const [a, b] = [prompt.askerFor('a'), prompt.askerFor('b')];
    await Promise.all([a.ask(question(), never), b.ask(question(), never)]);
    expect(await a.ask(question(true), never)).toBe('right');
    expect(await b.ask(question(true), never)).toBe('right');
  });

  it('is asked for one after the other where there are several', async () => {
    const prompt = build(['one'], ['two']);
    const asker = prompt.askerFor('lab');
    const both = [question(), question(false, '/l')].map((each) => asker.ask(each, never));
    expect(await Promise.all(both)).toEqual(['one', 'two']);
  });

  it('that nobody waits for any more is not asked for, and others are asked again', async () => {
    const prompt = build(['wait'], ['one']);
    const gone = new AbortController();
    const first = prompt.askerFor('a').ask(question(), gone.signal);
    const second = prompt.askerFor('b').ask(question(), never);
    await expect.poll(() => ui.seen.length).toBe(1);
    gone.abort();
    expect(await Promise.all([first, second])).toEqual([undefined, 'one']);
  });

  it('for one time only is never kept', async () => {
    const prompt = build(['123456'], ['654321']);
    const code: SecretQuestion = {
      kind: 'ssh-prompt',
      subject: 'Verification code:',
      again: false,
    };
    expect(await prompt.askerFor('lab').ask(code, never)).toBe('123456');
    expect(await prompt.quiet.ask(code, never)).toBeUndefined();
    expect(await prompt.askerFor('lab').ask(code, never)).toBe('654321');
    expect(ui.seen.filter((line) => line === 'keep?')).toEqual([]);
    expect(keeper.map.size).toBe(0);
  });

  it('is forgotten everywhere', async () => {
    const prompt = build(['one', true], ['two', true]);
    await prompt.askerFor('lab').ask(question(), never);
    await prompt.askerFor('lab').ask(question(false, '/l'), never);
    expect(await prompt.forget()).toBe(2);
    expect(keeper.map.size).toBe(0);
    expect(await prompt.quiet.ask(question(), never)).toBeUndefined();
  });

  it('that was refused is not counted among the kept ones', async () => {
    const prompt = build(['one', true], ['two', false]);
    const asker = prompt.askerFor('lab');
    await asker.ask(question(), never);
    await asker.ask(question(true), never);
    await prompt.askerFor('lab').ask(question(false, '/l'), never);
    const kept = [...keeper.map.keys()].filter((key) => key.includes(':'));
    expect(await prompt.forget()).toBe(kept.length);
  });

  it('works without a secret storage, and says that it is not kept', async () => {
    keeper.broken = true;
    expect(await build(['one', true]).askerFor('lab').ask(question(), never)).toBe('one');
    expect(told).toHaveLength(1);
  });
});

describe('a host key', () => {
  it('is confirmed once by connections that meet it at the same time', async () => {
    const prompt = build();
    const ask = (name: string): Promise<boolean> | undefined =>
      prompt.askerFor(name).confirmHostKey?.(host, never);
    expect(await Promise.all([ask('a'), ask('b')])).toEqual([true, true]);
    expect(trusted).toEqual(['a SHA256:x']);
  });

  it('that nobody waits for any more holds up no other question, and counts for no answer', async () => {
    const prompt = build(['one']);
    answerHost = () => new Promise(() => {});
    const gone = new AbortController();
    const first = prompt.askerFor('a').confirmHostKey?.(host, gone.signal);
    const late = prompt.askerFor('b').confirmHostKey?.(host, never);
    const secret = prompt.askerFor('c').ask(question(), never);
    await Promise.resolve();
    answerHost = () => Promise.resolve(true);
    gone.abort();
    expect(await Promise.all([first, late, secret])).toEqual([false, true, 'one']);
  });

  it('is not asked about when whoever wanted to know is gone already', async () => {
    expect(await build().askerFor('a').confirmHostKey?.(host, AbortSignal.abort())).toBe(false);
    expect(trusted).toEqual([]);
  });

  it('is confirmed by nobody where nobody may be asked', () => {
    expect(build().quiet).not.toHaveProperty('confirmHostKey');
  });
});
