import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { findViolations } from './axe';
import { PageHost } from './pageHost';
import { SCENES, type SceneName } from './scenes';
import { THEMES } from './themes';
import { makeRouting } from './views';

let host: PageHost;

beforeAll(async () => {
  host = await PageHost.start();
});

afterAll(async () => {
  await host.stop();
});

const scenes = (Object.keys(SCENES) as SceneName[]).filter((scene) => scene !== 'large');

describe.each(THEMES.map((theme) => theme.name))('in %s', (theme) => {
  it('every state is drawn, readable by axe and within the policy', async () => {
    const page = await host.open('busy', { theme });
    const found: Record<string, readonly string[]> = {};
    const elsewhere = makeRouting([], { connectionId: 'elsewhere' });
    for (const scene of scenes) {
      // From another swarm: otherwise the page would say which port of the last scene is gone.
      await host.post(page, { type: 'routing', view: elsewhere });
      await host.show(page, scene);
      await host.picture(page, `${scene}-${theme}`);
      found[scene] = await findViolations(page);
    }
    await host.post(page, { type: 'routing', view: elsewhere });
    await host.show(page, 'troubled');
    await page.getByRole('button', { name: /^node3,/ }).click();
    await page.mouse.move(5, 5);
    await host.picture(page, `details-${theme}`);
    found['details'] = await findViolations(page);
    await page.getByRole('tab', { name: 'Table' }).click();
    await host.picture(page, `table-${theme}`);
    found['table'] = await findViolations(page);
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, []])));
    expect(await page.evaluate(() => window.violations)).toEqual([]);
    expect(host.takeProblems()).toEqual([]);
    await page.context().close();
  });
});

describe.each([600, 800, 1040, 1600])('%i px wide', (width) => {
  it.each(['healthy', 'troubled', 'unreachable', 'hostile'] as const)(
    '%s fits without sideways scrolling or overlap',
    async (scene) => {
      const page = await host.open(scene, { width, height: 900 });
      await host.picture(page, `${scene}-${width}`);
      expect(await findOverflow(page)).toEqual([]);
      await page.locator('.map .node').nth(1).click();
      await page.mouse.move(5, 5);
      await host.picture(page, `${scene}-details-${width}`);
      expect(await findOverflow(page)).toEqual([]);
      await page.context().close();
    },
  );
});

/** Boxes that stick out of the page, lines that stick out of their card, and cards that overlap. */
async function findOverflow(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    for (const frame of document.querySelectorAll('body, .scroller, .map-frame, .details')) {
      if (frame.scrollWidth > frame.clientWidth + 1) {
        found.push(`${frame.className || frame.tagName} scrolls sideways`);
      }
    }
    const cards = [...document.querySelectorAll('.map :is(.client, .sandbox, .node, .task)')].map(
      (card) => ({ card, box: card.getBoundingClientRect() }),
    );
    for (const [index, { card, box }] of cards.entries()) {
      for (const line of card.querySelectorAll('.node-line')) {
        const inner = line.getBoundingClientRect();
        const last = line.lastElementChild?.getBoundingClientRect() ?? inner;
        if (inner.bottom > box.bottom + 0.5 || last.right > box.right + 0.5) {
          found.push(`line leaves its card: ${line.textContent}`);
        }
      }
      for (const other of cards.slice(index + 1)) {
        const apart =
          box.right <= other.box.left ||
          other.box.right <= box.left ||
          box.bottom <= other.box.top ||
          other.box.bottom <= box.top;
        if (!apart) {
          found.push(`${card.className} overlaps ${other.card.className}`);
        }
      }
    }
    return found;
  });
}

it('draws 50 ports of 200 nodes windowed', async () => {
  const page = await host.open('large');
  await host.picture(page, 'large-dark-modern');
  expect(await page.locator('.map .node').count()).toBeLessThan(40);
  await page.locator('.scroller').evaluate((scroller) => {
    scroller.scrollTop = 9000;
  });
  await page.getByRole('button', { name: /^node90,/ }).waitFor();
  await host.picture(page, 'large-scrolled-dark-modern');
  await page.locator('.scroller').evaluate((scroller) => {
    scroller.scrollTop = scroller.scrollHeight;
  });
  await page.getByRole('button', { name: /^node200,/ }).waitFor();
  await page.context().close();
});
