import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { findViolations } from './axe';
import { PageHost, readSent, resize } from './pageHost';
import { THEMES } from './themes';
import { makeCell, makeProbes, makeRoute, makeRouting, repeatOutcomes } from './views';

let host: PageHost;
let page: Page;

beforeAll(async () => {
  host = await PageHost.start();
});

beforeEach(async () => {
  page = await host.open('pending', { width: 1400, height: 900 });
});

afterEach(async () => {
  expect(host.takeProblems()).toEqual([]);
  expect(await page.evaluate(() => window.violations)).toEqual([]);
  await page.context().close();
});

afterAll(async () => {
  await host.stop();
});

/** What every element of the map says of itself, and a word that its details hold. */
const PARTS: readonly [element: RegExp, title: string, words: RegExp][] = [
  [/^Probing from workstation/, 'workstation', /curl 7\.88\.1.*every 5 s.*node3/s],
  [/^Way to node1: 24 of 24 probes answered/, 'Way to node1', /192\.168\.56\.11:8080.*0\.2\/s/s],
  [/^node2,/, 'node2', /Expected\s*an answer; running tasks: 2/],
  [/^Ingress sandbox of node1/, 'Ingress sandbox of node1', /shop\.1.*50 %.*ipvsadm -ln/s],
  [/^Task shop\.1 on node1, running/, 'shop.1', /10\.0\.0\.21.*c0ffee000001/s],
  [/^Task shop\.3, pending/, 'shop.3', /insufficient resources on 2 nodes.*none yet/s],
  [/^Tasks that do not run: 2/, 'Not running', /waits for its container to be healthy/],
];

describe('the side panel', () => {
  it.each(PARTS)('tells of %s, and Escape returns there', async (element, title, words) => {
    const opener = page.getByRole('button', { name: element });
    await opener.focus();
    await page.keyboard.press('Enter');
    const panel = page.getByRole('complementary', { name: `Details of ${title}` });
    await panel.waitFor();
    expect(await opener.getAttribute('aria-expanded')).toBe('true');
    expect(await panel.innerText()).toMatch(words);
    expect(await findViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(await focusedName(page)).toMatch(element);
  });

  it('opens a task from the text on the way to it', async () => {
    await page.getByRole('button', { name: /^shop\.2 gave 24 of 48 answers/ }).click();
    const panel = page.getByRole('complementary', { name: 'Details of shop.2' });
    expect(await panel.innerText()).toMatch(/Even share\s*50 %/);
  });

  it('leads from a sandbox to what went to one task, and on to that task', async () => {
    await page.getByRole('button', { name: /^Ingress sandbox of node1/ }).click();
    const panel = page.getByRole('complementary');
    await panel.getByRole('button', { name: 'shop.2' }).click();
    await panel.getByText('UDP port 7789').waitFor();
    expect(await focusedName(page)).toBe('node1 to shop.2');
    await host.picture(page, 'share');
    await panel.getByRole('button', { name: 'shop.2' }).click();
    await panel.getByRole('button', { name: 'Inspect task' }).click();
    expect(await readSent(page)).toEqual([{ type: 'inspect', kind: 'task', id: 'shop-task-2' }]);
  });

  it('starts a burst to its node and shows who answers it', async () => {
    await page.getByRole('button', { name: /^Ingress sandbox of node2/ }).click();
    await page.getByRole('button', { name: 'Burst of 100' }).click();
    await page.getByRole('tab', { name: 'Who answers', selected: true }).waitFor();
    expect(await readSent(page)).toEqual([
      {
        type: 'startBurst',
        routeId: 'shop:tcp:8080',
        entryId: 'shop:tcp:8080@node-2',
        connections: 100,
      },
    ]);
  });

  it('is there again after a reload', async () => {
    await page.getByRole('button', { name: /^Tasks that do not run/ }).click();
    await host.reload(page);
    await host.show(page, 'pending');
    await page.getByRole('complementary', { name: 'Details of Not running' }).waitFor();
  });
});

describe('the way of a probe', () => {
  async function hops(): Promise<readonly string[]> {
    const list = page.getByRole('list', { name: 'Way of the probe, hop by hop' });
    await list.waitFor();
    const texts = await list.getByRole('listitem').allTextContents();
    return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim());
  }

  it('is told hop by hop, of the newest probe or of a chosen one', async () => {
    await page.getByRole('button', { name: /^node2,/ }).click();
    expect(await hops()).toEqual([
      'Shown by this probe: workstation opened a TCP connection to 192.168.56.12:8080.',
      expect.stringContaining('DOCKER-INGRESS'),
      'Shown by this probe: IPVS there chose shop.1, in turn: the answer names it. The task sees 10.0.0.3 in place of the client’s address.',
      'shop.1 runs on node1: the packets go there through VXLAN, UDP port 7789, and so does every reply.',
      'Shown by this probe: At shop.1 (10.0.0.21), port 8080 is redirected to its port 80.',
      'Shown by this probe: The answer came back through the ingress sandbox of node2.',
    ]);
    await page.getByRole('button', { name: /^11:56:55/ }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^Chosen probe 11:56:50/ }).waitFor();
    expect((await hops())[3]).toBe('shop.2 runs on node2 too: the packets stay on this node.');
  });

  it('names where a probe that failed may have failed', async () => {
    await page.getByRole('button', { name: /^node3, down/ }).click();
    expect((await hops()).filter((hop) => hop.includes('May have failed here'))).toEqual([
      expect.stringContaining('a firewall may drop packets, or node3 may be off.'),
      expect.stringContaining('it may still know a task that is gone.'),
      expect.stringContaining('UDP port 7789 may be blocked'),
    ]);
  });
});

describe('the map', () => {
  it('lights the ways to a task that was chosen', async () => {
    await page.getByRole('button', { name: /^Task shop\.1 on node1, running/ }).click();
    await page.mouse.move(5, 5);
    await page.locator('.edge.lit').first().waitFor({ state: 'attached' });
    const lit = await page
      .locator('.edge.lit')
      .evaluateAll((all) => all.map((one) => one.getAttribute('class')?.split(' ')[1] ?? ''));
    expect(lit.toSorted((a, b) => a.localeCompare(b))).toEqual(
      ['balance', 'enter', 'knock'].flatMap((kind) => [`edge-${kind}`, `edge-${kind}`]),
    );
    await host.picture(page, 'task-ways');
  });

  it('draws no balancing at a node that is down', async () => {
    const drawn = await page
      .locator('.edge-enter, .edge-balance')
      .evaluateAll((all) => [...new Set(all.map((one) => one.getAttribute('data-entry')))]);
    expect(drawn).toEqual(['shop:tcp:8080@node-1', 'shop:tcp:8080@node-2']);
  });

  it('is walked with the arrow keys from the client to the tasks', async () => {
    await page.getByRole('button', { name: /^Probing from/ }).focus();
    const seen: string[] = [];
    for (const key of ['Right', 'Right', 'Up', 'Right', 'Right', 'Right', 'Down', 'Down', 'Down']) {
      await page.keyboard.press(`Arrow${key}`);
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
      seen.push((await focusedName(page)).split(/[,:(]/)[0]?.trim() ?? '');
    }
    expect(seen).toEqual([
      'Way to node2',
      'node2',
      'node1',
      'Ingress sandbox of node1',
      'shop.2 gave 12 of 24 answers of node1',
      'Task shop.2 on node2',
      'Tasks that do not run',
      'Task shop.3',
      'Task shop.4 on node2',
    ]);
  });

  /** Pixels from the last node that is drawn to where the sight of the map ends. */
  async function gapBelow(): Promise<number> {
    return await page.evaluate(() => {
      const nodes = [...document.querySelectorAll('.map .node')].map((one) =>
        one.getBoundingClientRect(),
      );
      const seen = document.querySelector('.scroller')?.getBoundingClientRect();
      const map = document.querySelector('.map')?.getBoundingClientRect();
      const end = Math.min(seen?.bottom ?? 0, map?.bottom ?? 0);
      return end - Math.max(...nodes.map(({ bottom }) => bottom));
    });
  }

  it.each([900, 2000])('of 1,000 nodes has at most 400 elements at %i px', async (height) => {
    await resize(page, 1400, height);
    const route = makeRoute('huge', 8080, 1000, 60);
    const cells = route.entries.map((entry, index) =>
      makeCell(
        route,
        entry.id,
        repeatOutcomes(
          (['answered', 500, 'timed-out', 'reset'] as const).slice(0, 1 + (index % 4)),
          30,
        ),
        index,
      ),
    );
    await host.post(
      page,
      { type: 'routing', view: makeRouting([route], { connectionId: 'huge' }) },
      { type: 'probes', view: makeProbes(cells) },
    );
    for (const top of [0, 40_000, 10_000_000]) {
      await page.locator('.scroller').evaluate((scroller, to) => {
        scroller.scrollTop = to;
      }, top);
      // The last row in sight is drawn, soon after, and nothing but what is near.
      await expect.poll(gapBelow, { timeout: 30_000, interval: 50 }).toBeLessThan(20);
      const elements = await page
        .locator('.map, .map *')
        .evaluateAll((all) => all.filter((one) => one instanceof SVGElement).length);
      expect(elements).toBeLessThanOrEqual(400);
    }
    await host.picture(page, `huge-${height}`);
    await page.getByRole('tab', { name: 'Table' }).click();
    const table = page.getByRole('table', { name: /^Nodes: / });
    await table.waitFor();
    expect(await table.locator('tbody tr').count()).toBe(1000);
  });

  it('counts shares without a clash of texts and cards, at any width', async () => {
    for (const width of [620, 960, 1040, 1200, 1400, 1900]) {
      await resize(page, width, 900);
      await host.picture(page, `pending-${width}`);
      expect(await findClashes(page)).toEqual([]);
    }
  });
});

describe.each(THEMES.map(({ name }) => name))('in %s', (theme) => {
  it('panels are readable', async () => {
    await page.context().close();
    page = await host.open('pending', { theme, width: 1400, height: 1100 });
    await page.getByRole('button', { name: /^Ingress sandbox of node1/ }).click();
    await page.mouse.move(5, 5);
    await expectOpacity(page, theme.startsWith('high-contrast') ? '0.6' : '0.25');
    await page.keyboard.press('Escape');
    for (const [name, element] of [
      ['sandbox', /^Ingress sandbox of node1/],
      ['idle', /^Tasks that do not run/],
      ['node-down', /^node3, down/],
    ] as const) {
      await page.getByRole('button', { name: element }).click();
      await page.mouse.move(5, 5);
      await host.picture(page, `panel-${name}-${theme}`);
      expect(await findViolations(page)).toEqual([]);
    }
  });
});

it('keeps forced colours apart, and stacks below the map where it is narrow', async () => {
  await page.emulateMedia({ forcedColors: 'active' });
  await page.getByRole('button', { name: /^Task shop\.1/ }).click();
  await host.picture(page, 'panel-forced-colours');
  await page.emulateMedia({ forcedColors: 'none' });
  await resize(page, 640, 900);
  const map = await page.locator('.scroller').boundingBox();
  const panel = await page.getByRole('complementary').boundingBox();
  await host.picture(page, 'panel-narrow');
  expect(panel?.y).toBeGreaterThanOrEqual((map?.y ?? 0) + (map?.height ?? 0) - 1);
  await page.getByText('Inspect task').waitFor();
});

/** Waits until the lines that are not lit have faded. */
async function expectOpacity(of: Page, opacity: string): Promise<void> {
  await of.waitForFunction((wanted) => {
    const dim = document.querySelector('.focused .edge:not(.lit)');
    return dim !== null && getComputedStyle(dim).opacity === wanted;
  }, opacity);
}

/** Name of what has the focus. */
async function focusedName(of: Page): Promise<string> {
  return of.evaluate(() => {
    const { activeElement: found } = document;
    const name = found?.querySelector('.hidden')?.textContent ?? found?.textContent ?? '';
    return name.trim().replaceAll(/\s+/g, ' ');
  });
}

/** Buttons of the map that lie on each other, and texts on lines that stick out of theirs. */
async function findClashes(of: Page): Promise<readonly string[]> {
  return of.evaluate(() => {
    const all = [...document.querySelectorAll<HTMLElement>('.map button')].map((one) => ({
      one,
      box: one.getBoundingClientRect(),
    }));
    const found: string[] = [];
    for (const [index, { one, box }] of all.entries()) {
      if (one.classList.contains('way') && one.scrollWidth > one.clientWidth) {
        found.push(`${one.innerText} is cut`);
      }
      for (const { one: other, box: there } of all.slice(index + 1)) {
        if (
          box.left < there.right &&
          there.left < box.right &&
          box.top < there.bottom &&
          there.top < box.bottom
        ) {
          found.push(`${one.className} lies on ${other.className}`);
        }
      }
    }
    return found;
  });
}
