import { describe, expect, it } from 'vitest';
import { FakeClock, settled } from '../../test/fakes/fakeClock';
import { Lanes } from './lanes';
import { Pace } from './pace';
import type { ProbeTarget } from './probe';

function batch(...nodes: readonly string[]): ProbeTarget[] {
  return nodes.map((nodeId) => ({
    id: nodeId,
    nodeId,
    host: '10.0.0.1',
    port: 80,
    kind: 'http',
    tasks: { count: 1, key: '' },
  }));
}

/** Work that goes on until it is ended by name. */
class Works {
  readonly begun: string[] = [];
  private readonly ends = new Map<string, () => void>();

  of(name: string): () => Promise<void> {
    return async () => {
      this.begun.push(name);
      await new Promise<void>((resolve) => {
        this.ends.set(name, resolve);
      });
    };
  }

  async end(name: string): Promise<void> {
    this.ends.get(name)?.();
    await settled();
  }
}

describe('Lanes', () => {
  it('lets pass those behind one who waits for a busy node', async () => {
    const lanes = new Lanes({ concurrency: 4, perNode: 2 });
    const works = new Works();
    const { signal } = new AbortController();
    void lanes.run(batch('a', 'a'), signal, works.of('first'));
    void lanes.run(batch('a'), signal, works.of('busy'));
    void lanes.run(batch('b'), signal, works.of('other'));
    await settled();
    expect(works.begun).toEqual(['first', 'other']);
    await works.end('first');
    expect(works.begun).toEqual(['first', 'other', 'busy']);
  });

  it('keeps what a large batch waits for from those behind it', async () => {
    const lanes = new Lanes({ concurrency: 3 });
    const works = new Works();
    const { signal } = new AbortController();
    for (const name of ['a', 'b', 'c']) {
      void lanes.run(batch(name), signal, works.of(name));
    }
    void lanes.run(batch('d', 'e', 'f'), signal, works.of('large'));
    void lanes.run(batch('g'), signal, works.of('small'));
    await settled();
    await works.end('a');
    await works.end('b');
    // Neither one that waited nor one that comes now.
    void lanes.run(batch('h'), signal, works.of('late'));
    await settled();
    expect(works.begun).toEqual(['a', 'b', 'c']);
    await works.end('c');
    expect(works.begun).toEqual(['a', 'b', 'c', 'large']);
    await works.end('large');
    expect(works.begun).toEqual(['a', 'b', 'c', 'large', 'small', 'late']);
  });

  it('keeps the lanes of a node as well, and those alone', async () => {
    const lanes = new Lanes({ concurrency: 9, perNode: 2 });
    const works = new Works();
    const { signal } = new AbortController();
    void lanes.run(batch('a'), signal, works.of('one'));
    void lanes.run(batch('a', 'a'), signal, works.of('two'));
    void lanes.run(batch('a'), signal, works.of('behind'));
    void lanes.run(batch('b'), signal, works.of('other'));
    await settled();
    expect(works.begun).toEqual(['one', 'other']);
    await works.end('other');
    expect(works.begun).toEqual(['one', 'other']);
    await works.end('one');
    expect(works.begun).toEqual(['one', 'other', 'two']);
    await works.end('two');
    expect(works.begun).toEqual(['one', 'other', 'two', 'behind']);
  });

  it('looks at few of those who wait while nothing is free', async () => {
    const lanes = new Lanes({ concurrency: 50 });
    let looked = 0;
    const targets = batch(...Array.from({ length: 5_000 }, (_unused, index) => `n${index}`)).map(
      (target) => ({
        ...target,
        get nodeId(): string {
          looked += 1;
          return target.id;
        },
      }),
    );
    let done = 0;
    const { signal } = new AbortController();
    await Promise.all(
      targets.map((target) =>
        lanes.run([target], signal, async () => {
          await settled();
          done += 1;
        }),
      ),
    );
    expect(done).toBe(5_000);
    expect(looked).toBeLessThanOrEqual(2 * 5_000);
  });

  it('begins nothing that waited once aborted, and what fails ends its turn', async () => {
    const lanes = new Lanes({ concurrency: 1 });
    const works = new Works();
    const { signal } = new AbortController();
    const failing = lanes.run(batch('a'), signal, () => Promise.reject(new Error('no curl')));
    void lanes.run(batch('a'), signal, works.of('next'));
    await expect(failing).rejects.toThrow('no curl');
    await settled();
    expect(works.begun).toEqual(['next']);
    const given = new AbortController();
    const waiting = lanes.run(batch('a'), given.signal, works.of('never'));
    given.abort();
    await works.end('next');
    await waiting;
    expect(works.begun).toEqual(['next']);
  });

  it('begins no more together than a node, the whole or a second allows', () => {
    const clock = new FakeClock();
    expect(new Lanes({ concurrency: 50 }).most).toBe(50);
    expect(new Lanes({ concurrency: 50, perNode: 25 }).most).toBe(25);
    expect(new Lanes({ concurrency: 50, perNode: 25, pace: new Pace(clock, 5) }).most).toBe(5);
  });
});
