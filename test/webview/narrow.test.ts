import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { PageHost } from './pageHost';
import { makeCell, makeProbes, makeRoute, makeRouting, repeatOutcomes } from './views';

/*
 * The page beside a file: nothing of it is cut, and what does not fit can be seen to scroll.
 */

const ROUTES = ['api', 'hosty', 'idle', 'shop_front', 'web'].map((name, index) =>
  makeRoute(name, 8090 + index, 3, 3),
);

let host: PageHost;

beforeAll(async () => {
  host = await PageHost.start();
});

afterEach(() => {
  expect(host.takeProblems()).toEqual([]);
});

afterAll(async () => {
  await host.stop();
});

async function open(width: number): Promise<Page> {
  const page = await host.open('busy', { width, height: 800 });
  const cells = ROUTES.flatMap((route) =>
    route.entries.map(({ id }, turn) =>
      makeCell(route, id, repeatOutcomes(['answered', 'answered', 'timed-out'], 24), turn),
    ),
  );
  await host.post(
    page,
    { type: 'routing', view: makeRouting(ROUTES) },
    { type: 'probes', view: makeProbes(cells) },
  );
  await page.getByRole('radio', { name: /8094/ }).click();
  await page.getByRole('heading', { level: 2, name: 'web' }).waitFor();
  await page.mouse.move(5, 5);
  return page;
}

/** Elements whose text is cut off, by their text. */
async function cutTexts(page: Page, selector: string): Promise<readonly string[]> {
  return page
    .locator(selector)
    .evaluateAll((all) =>
      all
        .filter((one) => one.scrollWidth > one.clientWidth + 1)
        .map((one) => (one as HTMLElement).innerText),
    );
}

/** Elements that the page's edge cuts off. */
async function sticksOut(page: Page, selector: string): Promise<readonly string[]> {
  return page
    .locator(selector)
    .evaluateAll((all) =>
      all
        .filter((one) => one.getBoundingClientRect().right > window.innerWidth)
        .map((one) => (one as HTMLElement).innerText),
    );
}

/** Whether the chosen port is wholly in sight among the others. */
async function isChoiceInSight(page: Page): Promise<boolean> {
  return page.locator('.chip[aria-checked="true"]').evaluate((chip) => {
    const inner = chip.getBoundingClientRect();
    const outer = chip.parentElement?.getBoundingClientRect() ?? new DOMRect();
    return (
      inner.left >= outer.left - 1 &&
      inner.right <= outer.right + 1 &&
      inner.top >= outer.top - 1 &&
      inner.bottom <= outer.bottom + 1
    );
  });
}

describe.each([320, 400])('%i px wide', (width) => {
  it('cuts neither addresses nor names on the map, nor the chosen port', async () => {
    const page = await open(width);
    expect(await isChoiceInSight(page)).toBe(true);
    await host.picture(page, `narrow-map-${width}`);
    expect(await sticksOut(page, '.tabs button')).toEqual([]);
    expect(
      await cutTexts(
        page,
        '.map .node-target, .map .node-name, .map .sandbox-name, .map-heading, .tabs button',
      ),
    ).toEqual([]);
    const frame = page.locator('.map-frame');
    const fade = await frame.evaluate((one) => [
      one.scrollWidth > one.clientWidth,
      getComputedStyle(one).getPropertyValue('--fade'),
    ]);
    expect(fade).toEqual(width < 400 ? [true, '36px'] : [false, '0px']);
    if (width < 400) {
      await frame.evaluate((one) => one.scrollTo(one.scrollWidth, 0));
      await page.waitForFunction(() => {
        const one = document.querySelector('.map-frame');
        return one !== null && getComputedStyle(one).getPropertyValue('--fade') === '0px';
      });
    }
    await page.context().close();
  });

  it('fits tables and shares without sideways scrolling', async () => {
    const page = await open(width);
    await page.getByRole('tab', { name: 'Table' }).click();
    await page.getByRole('table', { name: /^Tasks behind/ }).waitFor();
    await host.picture(page, `narrow-table-${width}`);
    expect(await cutTexts(page, '.table-frame, .data caption, .data td')).toEqual([]);
    await page.getByRole('tab', { name: 'Who answers' }).click();
    await page.getByRole('table', { name: /^Answers to the kept probes/ }).waitFor();
    await host.picture(page, `narrow-answers-${width}`);
    expect(await cutTexts(page, '.scroller, .shares th, .shares td')).toEqual([]);
    await page.context().close();
  });
});

it('keeps the chosen port in sight while the page becomes narrow', async () => {
  const page = await open(1200);
  await page.setViewportSize({ width: 400, height: 800 });
  await page.waitForFunction(() => (document.querySelector('.chips')?.scrollLeft ?? 0) > 0);
  expect(await isChoiceInSight(page)).toBe(true);
  await page.context().close();
});
