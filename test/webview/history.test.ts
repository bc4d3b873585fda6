import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { HistoryView } from '../../src/shared/historyView';
import { findViolations } from './axe';
import { PageHost, readSent, type OpenOptions } from './pageHost';
import { HOSTILE } from './scenes';
import { THEMES } from './themes';
import { makeHistory, NOW } from './views';

const ENTRY = 'shop_frontend:tcp:8080@node-5';
const TASK = 'shop_frontend-task-2';
const view = makeHistory({ kind: 'entry', id: ENTRY });

let host: PageHost;

beforeAll(async () => {
  host = await PageHost.start();
});

afterAll(async () => {
  await host.stop();
});

/** Opens the details of node5 with their history, and runs `act`; fails on errors of the page. */
async function withHistory(
  act: (page: Page) => Promise<void>,
  options?: OpenOptions,
): Promise<void> {
  const page = await host.open('troubled', options);
  await page.getByRole('button', { name: /^node5,/ }).click();
  await post(page);
  await page.mouse.move(5, 5);
  await act(page);
  expect(await page.evaluate(() => window.violations)).toEqual([]);
  expect(host.takeProblems()).toEqual([]);
  await page.context().close();
}

async function post(page: Page, change: Partial<HistoryView> = {}): Promise<void> {
  await host.post(page, { type: 'history', view: { ...view, ...change } });
}

function slider(page: Page): Locator {
  return page.getByRole('slider', { name: 'History of node5' });
}

function readout(page: Page): Locator {
  return page.locator('.history-readout');
}

describe.each(THEMES.map((theme) => theme.name))('in %s', (theme) => {
  it('is drawn and readable by axe, scrubbed and as a table too', async () => {
    await withHistory(
      async (page) => {
        await host.picture(page, `history-${theme}`);
        expect(await findViolations(page)).toEqual([]);
        await slider(page).press('Home');
        await page.getByText('As a table').click();
        await page.getByRole('region', { name: 'History of node5 as a table' }).focus();
        await host.picture(page, `history-table-${theme}`);
        expect(await findViolations(page)).toEqual([]);
      },
      { theme, height: 1_100 },
    );
  });
});

describe('the drawing', () => {
  it.each([600, 800, 1040, 1600])(
    'shows failures 2 px wide at least, %i px wide',
    async (width) => {
      await withHistory(
        async (page) => {
          // A failure in a day of probes, among as many points as a page may get.
          await page.getByRole('combobox', { name: 'Time range' }).click();
          await page.getByRole('option', { name: '24 hours' }).click();
          const [rangeMs, widthMs] = [86_400_000, 864_000] as const;
          const from = NOW - rangeMs;
          const points = Array.from({ length: 100 }, (_, index) => ({
            from: from + index * widthMs,
            widthMs,
            count: 5_000,
            failed: 1,
            least: 1,
            median: 2,
            most: 3_000,
          }));
          const gaps = Array.from({ length: 16 }, (_, index) => ({
            from: from + index * 5_000_000,
            to: from + index * 5_000_000 + 600_000,
          }));
          const marks = Array.from({ length: 40 }, (_, index) => ({
            at: from + index * 2_000_000,
            kind: 'leader' as const,
            name: `node${index}`,
          }));
          await post(page, { rangeMs, from, points, gaps, marks });
          const boxes = await page
            .locator('.history-failed')
            .evaluateAll((all) =>
              all.map((one) => one.getBoundingClientRect().toJSON() as DOMRect),
            );
          expect(boxes).toHaveLength(100);
          for (const box of boxes) {
            expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(2);
          }
          expect(await page.locator('.history-gap').count()).toBe(16);
          expect(await page.locator('.history-plot svg *').count()).toBeLessThanOrEqual(300);
          await host.picture(page, `history-${width}`);
          expect(await readRoom(page)).toEqual([]);
          await page.getByText('As a table').click();
          const rows = page.locator('.history-rows');
          await rows.waitFor();
          expect(
            await rows.evaluate((one) => one.scrollWidth - one.clientWidth),
          ).toBeLessThanOrEqual(0);
          const sideways = await page
            .locator('.details')
            .evaluate((one) => one.scrollWidth - one.clientWidth);
          expect(sideways).toBeLessThanOrEqual(0);
        },
        { width, height: 1_000 },
      );
    },
  );

  it('gives events a title, and pauses as gaps', async () => {
    await withHistory(async (page) => {
      expect(await page.locator('.history-mark title').allTextContents()).toEqual([
        '11:54:05 Service shop_frontend changed\n11:54:08 Running tasks of shop_frontend: +1 −1',
        '11:56:40 Node node2 is set to drain',
      ]);
      expect(await page.locator('.history-gap').count()).toBe(1);
      const fill = await page.locator('.history-gap').evaluate((one) => getComputedStyle(one).fill);
      expect(fill).toContain('history-hatch');
      expect(await page.locator('.history-figures').innerText()).toMatch(
        /p50\s+3\.1 ms\s+p90\s+6\.4 ms\s+p99\s+41 ms\s+max\s+57 ms\s+failed\s+2\.1 % \(5 of 240\)/,
      );
    });
  });

  it('draws hostile names as text, and says when nothing is kept or probed', async () => {
    await withHistory(async (page) => {
      await post(page, {
        marks: [{ at: NOW - 5_000, kind: 'service-updated', name: HOSTILE }],
      });
      await page.getByText('As a table').click();
      await readout(page).getByText(HOSTILE.slice(0, 20)).waitFor();
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.evaluate(() => window.hacked)).toBeUndefined();
      await post(page, { points: [], summary: { count: 0, failed: 0 }, marks: [] });
      await readout(page).getByText('Nothing was probed in this time').waitFor();
      await post(page, { kept: false });
      await page.getByText('There are too many ports and tasks').waitFor();
    });
  });
});

/** What is wrong with the room of the drawing: it has what the scale and figures beside it leave over. */
async function readRoom(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const boxOf = (name: string): DOMRect | undefined =>
      document.querySelector(`.history-${name}`)?.getBoundingClientRect();
    const [body, scale, plot, figures] = ['body', 'scale', 'plot', 'figures'].map(boxOf);
    if (!body || !scale || !plot || !figures) {
      return ['parts are missing'];
    }
    const isBeside = figures.right <= scale.left;
    return [
      ...(scale.right <= plot.left ? [] : ['the scale lies on the drawing']),
      ...(plot.width > body.width - (isBeside ? 280 : 80) ? [] : ['the drawing is small']),
    ];
  });
}

describe('scrubbing', () => {
  it('goes through the points by keys, reads each out, and Escape leads back before it closes', async () => {
    await withHistory(async (page) => {
      await slider(page).focus();
      await page.keyboard.press('Home');
      await readout(page).getByText('11:45:00 to 11:45:10, 3 of 3 answered, median').waitFor();
      expect(await slider(page).getAttribute('aria-valuenow')).toBe('0');
      await page.keyboard.press('ArrowRight');
      await readout(page).getByText('11:45:10 to 11:45:20').waitFor();
      expect(await slider(page).getAttribute('aria-valuetext')).toMatch(/^11:45:10 to 11:45:20, /);
      await page.keyboard.press('ArrowLeft');
      await readout(page).getByText('11:45:00 to').waitFor();
      await page.keyboard.press('End');
      await readout(page).getByText('11:59:50 to 12:00:00').waitFor();
      // All before the next frame.
      await slider(page).evaluate((one) => {
        for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowLeft']) {
          one.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
        }
      });
      await readout(page).getByText('11:59:20 to 11:59:30').waitFor();
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Escape');
      await readout(page).getByText('11:59:50 to 12:00:00').waitFor();
      await page.keyboard.press('Escape');
      await slider(page).waitFor({ state: 'detached' });
    });
  });

  it('stays at its time while probes go on, and follows them again at the end', async () => {
    await withHistory(async (page) => {
      await slider(page).press('ArrowLeft');
      const held = readout(page).getByText('11:59:40 to 11:59:50');
      await held.waitFor();
      const newest = { from: NOW, widthMs: 10_000, count: 1, failed: 1 };
      const grown = [...view.points.slice(1), newest];
      await post(page, { from: view.from + 10_000, to: NOW + 10_000, points: grown });
      await held.waitFor();
      expect(await page.locator('.history-cursor').count()).toBe(1);
      await slider(page).press('End');
      await readout(page).getByText('12:00:00 to 12:00:10, 0 of 1 answered').waitFor();
      expect(await page.locator('.history-cursor').count()).toBe(0);
    });
  });

  it('goes where the pointer is pressed', async () => {
    await withHistory(async (page) => {
      const box = await slider(page).boundingBox();
      await slider(page).click({ position: { x: (box?.width ?? 0) * 0.615, y: 50 } });
      await readout(page).getByText('11:54:10 to 11:54:20, 0 of 3 answered').waitFor();
    });
  });
});

describe('what it is of', () => {
  it('asks for a task, for another range, and for nothing once the details are closed', async () => {
    await withHistory(async (page) => {
      await page.getByRole('combobox', { name: 'History of' }).click();
      await page.getByRole('option', { name: 'shop_frontend.2' }).click();
      await page.getByText('Asking for the history').waitFor();
      await post(page, { subject: { kind: 'task', id: TASK } });
      await page.getByRole('slider', { name: 'History of shop_frontend.2' }).waitFor();
      await page.getByRole('combobox', { name: 'Time range' }).click();
      await page.getByRole('option', { name: '1 hour' }).click();
      await page.getByRole('button', { name: 'Close details' }).click();
      const entry = { subject: { kind: 'entry', id: ENTRY }, rangeMs: 900_000, most: 100 };
      const task = { ...entry, subject: { kind: 'task', id: TASK } };
      expect(await readSent(page)).toEqual([
        { type: 'watchHistory', history: entry },
        { type: 'watchHistory', history: task },
        { type: 'watchHistory', history: { ...task, rangeMs: 3_600_000 } },
        { type: 'watchHistory' },
      ]);
      await host.reload(page);
      await host.show(page, 'troubled');
      await page.getByRole('button', { name: /^node5,/ }).click();
      expect(await readSent(page)).toEqual([
        { type: 'watchHistory', history: { ...entry, rangeMs: 3_600_000 } },
      ]);
    });
  });

  it('has the same in a table, which stays open while it grows', async () => {
    await withHistory(async (page) => {
      await page.getByText('As a table').click();
      const table = page.getByRole('table', { name: 'Probes of node5' });
      await table.getByRole('row', { name: '11:54:10 3 3 – – –' }).waitFor();
      expect(await table.getByRole('row').count()).toBe(view.points.length + 1);
      const region = page.getByRole('region', { name: 'History of node5 as a table' });
      await region.getByText('11:50:00 to 11:51:40').waitFor();
      await region.getByText('11:56:40 Node node2 is set to drain').waitFor();
      await post(page, { points: view.points.slice(0, 5) });
      expect(await table.getByRole('row').count()).toBe(6);
      await page.getByText('As a table').click();
      await table.waitFor({ state: 'detached' });
    });
  });
});
