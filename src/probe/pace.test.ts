import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { Pace } from './pace';

describe('Pace', () => {
  it('lets a second hold so many connections and no more, whoever asks for them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 25, max: 200 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 25 })), {
          minLength: 1,
          maxLength: 40,
        }),
        async (perSecond, asked) => {
          const clock = new FakeClock();
          const pace = new Pace(clock, perSecond);
          const begun: { at: number; count: number }[] = [];
          for (const [ms, count] of asked) {
            await clock.advance(ms);
            void pace
              .take(count, new AbortController().signal)
              .then(() => begun.push({ at: clock.now(), count }));
          }
          await clock.advance(60_000);
          expect(begun.map(({ count }) => count)).toEqual(asked.map(([, count]) => count));
          for (const { at } of begun) {
            const inSecond = begun.filter((one) => one.at >= at && one.at < at + 1_000);
            expect(inSecond.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(
              perSecond,
            );
          }
          expect(clock.pending).toBe(0);
        },
      ),
    );
  });

  it('begins what fits into a second at once', async () => {
    const clock = new FakeClock();
    const pace = new Pace(clock, 50);
    const { signal } = new AbortController();
    expect(await pace.take(25, signal)).toBe(true);
    expect(await pace.take(25, signal)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('lets nobody wait for one that was given up, and leaves no timer', async () => {
    const clock = new FakeClock();
    const pace = new Pace(clock, 10);
    const [first, second] = [new AbortController(), new AbortController()];
    await pace.take(10, first.signal);
    const givenUp = pace.take(10, first.signal);
    const waiting = pace.take(5, second.signal);
    first.abort();
    expect(await givenUp).toBe(false);
    await clock.advance(1_000);
    expect(await waiting).toBe(true);
    const late = pace.take(10, second.signal);
    await clock.advance(10);
    second.abort();
    expect(await late).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('follows a limit that changes, below what was asked for as well', async () => {
    const clock = new FakeClock();
    const pace = new Pace(clock, 100);
    const { signal } = new AbortController();
    await pace.take(25, signal);
    pace.perSecond = 5;
    let begun = false;
    void pace.take(25, signal).then(() => (begun = true));
    await clock.advance(999);
    expect(begun).toBe(false);
    await clock.advance(1);
    expect(begun).toBe(true);
  });
});
