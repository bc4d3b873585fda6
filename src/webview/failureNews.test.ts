import { beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { FailureNews } from './failureNews';

let clock: FakeClock;
let told: string[];
let news: FailureNews;

beforeEach(() => {
  clock = new FakeClock();
  told = [];
  news = new FailureNews(clock, (failing) => told.push([...failing].join()));
});

const ROUND_MS = 30_000;
const fails = (...ids: string[]): void => news.take(new Set(ids), ROUND_MS);

test('what fails within a round is told together, once', async () => {
  fails('a');
  await clock.advance(20_000);
  fails('a', 'b', 'c');
  await clock.advance(20_000);
  expect(told).toEqual(['a,b,c']);
  fails('a', 'b', 'c');
  fails('a', 'b');
  fails('a', 'b', 'c');
  await clock.advance(3_600_000);
  expect(told).toEqual(['a,b,c']);
});

test('what is right again in time is not told', async () => {
  fails('a');
  await clock.advance(20_000);
  fails();
  await clock.advance(60_000);
  expect(clock.pending).toBe(0);
  expect(told).toEqual([]);
});

test('something else that fails is told after a quiet time, if it still does', async () => {
  fails('a');
  await clock.advance(35_000);
  fails('a', 'b');
  await clock.advance(299_000);
  expect(told).toEqual(['a']);
  await clock.advance(1_000);
  expect(told).toEqual(['a', 'a,b']);
  fails('a', 'b', 'c');
  await clock.advance(100_000);
  fails('a', 'b');
  await clock.advance(600_000);
  expect(told).toHaveLength(2);
});

test('what fails again after all was right is told again, but not in a storm', async () => {
  for (let minute = 0; minute < 4; minute += 1) {
    fails('a');
    await clock.advance(40_000);
    fails();
    await clock.advance(20_000);
  }
  expect(told).toEqual(['a']);
  await clock.advance(20_000);
  fails('a');
  await clock.advance(300_000);
  expect(told).toEqual(['a', 'a']);
});

test('what fails is told only after the next round, however long that takes', async () => {
  const slowly = (...ids: string[]): void => news.take(new Set(ids), 300_000);
  slowly('a');
  await clock.advance(304_000);
  expect(told).toEqual([]);
  await clock.advance(1_000);
  expect(told).toEqual(['a']);
});

test('what fails again is told again although something else never became right', async () => {
  fails('a', 'b');
  await clock.advance(35_000);
  fails('a');
  await clock.advance(300_000);
  fails('a', 'b');
  await clock.advance(35_000);
  expect(told).toEqual(['a,b', 'a,b']);
  fails('a');
  await clock.advance(20_000);
  // Right for too short a time to be news.
  fails('a', 'b');
  await clock.advance(600_000);
  expect(told).toHaveLength(2);
});

test('while nothing can be known nothing is told, and nothing that was told is forgotten', async () => {
  fails('a');
  await clock.advance(35_000);
  fails();
  await clock.advance(20_000);
  news.hold();
  await clock.advance(600_000);
  fails();
  await clock.advance(20_000);
  fails('a', 'b');
  await clock.advance(10_000);
  news.hold();
  expect(clock.pending).toBe(0);
  await clock.advance(600_000);
  fails('a');
  await clock.advance(600_000);
  expect(told).toEqual(['a']);
});

test('nothing is left of it once disposed', () => {
  fails('a');
  news.dispose();
  expect(clock.pending).toBe(0);
});

test('what fails begins to wait anew once nothing new fails, though something known still does', async () => {
  fails('known');
  await clock.advance(35_000);
  expect(told).toEqual(['known']);
  await clock.advance(600_000);
  fails('known', 'a');
  await clock.advance(20_000);
  fails('known');
  await clock.advance(10_000);
  fails('known', 'b');
  await clock.advance(10_000);
  expect(told).toEqual(['known']);
  await clock.advance(25_000);
  expect(told).toEqual(['known', 'known,b']);
});
