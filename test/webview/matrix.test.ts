import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { findViolations } from './axe';
import { FAMILIES } from './familyScene';
import { MANY_PORTS, MIXED } from './matrixScenes';
import { PageHost, readSent, type OpenOptions } from './pageHost';
import { SCENES } from './scenes';
import { THEMES } from './themes';
import { makeProbes } from './views';

let host: PageHost;
let page: Page;

beforeAll(async () => {
  host = await PageHost.start();
});

afterEach(async () => {
  expect(host.takeProblems()).toEqual([]);
  expect(await page.evaluate(() => window.violations)).toEqual([]);
  await page.context().close();
});

afterAll(async () => {
  await host.stop();
});

async function open(messages: typeof MIXED = MIXED, options: OpenOptions = {}): Promise<void> {
  page = await host.open('busy', options);
  await host.post(page, ...messages);
  await page.getByRole('tab', { name: 'Matrix' }).click();
  await page.getByRole('grid', { name: 'All ports at all nodes' }).waitFor();
}

/** The accessible name of what has the focus, up to the sentence. */
async function readFocus(): Promise<string> {
  // Two frames: the one that draws, and the one that moves the focus.
  return page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const name = document.activeElement?.getAttribute('aria-label') ?? '';
    return name.slice(0, name.indexOf(': '));
  });
}

/** Whether the focused element can be seen, clear of the headers. */
async function isFocusSeen(): Promise<boolean> {
  return page.evaluate(() => {
    const box = document.activeElement?.getBoundingClientRect() ?? new DOMRect();
    const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return at !== null && document.activeElement?.contains(at) === true;
  });
}

const rows = () => page.locator('.matrix tbody th[scope="row"]');
const heads = () => page.locator('.matrix thead th[scope="col"]');
const texts = async (of: 'rows' | 'heads'): Promise<readonly string[]> =>
  (of === 'rows' ? rows() : heads()).evaluateAll((all) =>
    all.map((one) => (one as HTMLElement).innerText.trim().replaceAll(/\s+/g, ' ')),
  );

it('shows both addresses of a node: a silent IPv6 is none of the mesh’s faults', async () => {
  await open(FAMILIES);
  expect(await texts('rows')).toEqual([
    'node1 (IPv4) leader 2 of 2',
    'node1 (IPv6) leader 1 of 1',
    'node2 2 of 2',
  ]);
  await page.getByText('3 ports at 2 nodes').waitFor();
  expect(await page.locator('.cell-bad, .cell-partial').count()).toBe(0);
  await host.picture(page, 'families-matrix');
  await page.getByRole('rowheader', { name: /^node1 \(IPv6\)/ }).click();
  expect(await readSent(page)).toEqual([{ type: 'inspect', kind: 'node', id: 'node-1' }]);
  const cell = page.getByRole('gridcell', { name: /^node1 \(IPv6\), 8080/ });
  expect(await cell.getAttribute('aria-label')).toContain('the mesh does not promise IPv6');
  await cell.click();
  await page.getByText(/nothing: the mesh does not promise IPv6/).waitFor();
  expect(await findViolations(page)).toEqual([]);
  await page.getByRole('tab', { name: 'Map' }).click();
  await page.getByRole('button', { name: /^node1 \(IPv6\),/ }).waitFor();
  expect(await page.locator('.edge-bad, .edge-of-bad').count()).toBe(0);
  expect(await page.getByText('2 of 2 nodes answer').count()).toBeGreaterThan(0);
  expect(await page.getByText('3 of 3 addresses answer').count()).toBeGreaterThan(0);
  await host.picture(page, 'families-map');
});

describe('what it shows', () => {
  it('has every node against every port, each with its sum', async () => {
    await open();
    expect(await texts('rows')).toEqual([
      'ip-10-20-30-40.eu-central-1.compute.internal down –',
      'node1 leader 4 of 4',
      'node2 manager drain 4 of 4',
      'node3 3 of 4',
      'node5 2 of 4',
      'node6 4 of 4',
      'node7 4 of 4',
    ]);
    expect(await texts('heads')).toEqual([
      '53→80/udp dns –',
      '8081→80 drupal 6 of 6',
      '9100→80 monitoring_exporter host 5 of 6',
      '9443→80 shop_api 4 of 6',
      '8080→80 shop_frontend 6 of 6',
      '2905→80/sctp signalling –',
    ]);
    const cells = await page
      .getByRole('row', { name: /node5/ })
      .getByRole('gridcell')
      .allInnerTexts();
    expect(cells.map((text) => text.trim())).toEqual([
      'udp',
      'closed',
      'answers',
      '6 of 10',
      '10 of 10',
      'sctp',
    ]);
    await page
      .getByRole('gridcell', {
        name: 'node5, 9100→80 monitoring_exporter: Something answers, yet no task runs on this node (host mode)',
      })
      .waitFor();
    await page.getByText('6 ports at 7 nodes').waitFor();
  });

  it('is red for nothing but what is not as expected', async () => {
    await open();
    const red = await page
      .locator('.matrix td')
      .evaluateAll((all) =>
        all
          .filter((one) => one.querySelector('.tone-bad') !== null)
          .map((one) => (one as HTMLElement).dataset['entry']),
      );
    expect(red).toEqual(['shop_api:tcp:9443@node-3', 'monitoring_exporter:tcp:9100@node-5']);
  });

  it('has the ports as rows where they are many, under their stacks', async () => {
    await open(MANY_PORTS);
    expect(await texts('heads')).toHaveLength(5);
    await page.getByRole('combobox', { name: 'Groups of the matrix' }).click();
    await page.getByRole('option', { name: 'Ports by stack' }).click();
    await page.getByRole('rowheader', { name: 'stack shop' }).waitFor();
    await host.picture(page, 'matrix-many-ports-by-stack');
    expect((await texts('rows')).slice(0, 2)).toEqual([
      '9100→80 monitoring_exporter host 3 of 4',
      '9443→80 shop_api 2 of 4',
    ]);
  });

  it('changes with the probes, in place', async () => {
    await open();
    const cell = page.locator('td[data-entry="shop_api:tcp:9443@node-3"]');
    await cell.focus();
    const verdict = { kind: 'all', of: 10 } as const;
    const cells = [{ entryId: 'shop_api:tcp:9443@node-3', verdict, samples: [] }];
    await host.post(page, { type: 'probes', view: makeProbes(cells, { complete: false }) });
    expect((await cell.innerText()).trim()).toBe('10 of 10');
    expect(await readFocus()).toBe('node3, 9443→80 shop_api');
  });

  it('says once that nothing can be reached', async () => {
    await open(SCENES.unreachable);
    await page.getByRole('region', { name: 'Nodes out of reach' }).waitFor();
    expect(await page.locator('.matrix .tone-bad').count()).toBe(0);
  });
});

describe('what it can do', () => {
  it('opens the details of a cell, of the port that is its own', async () => {
    await open();
    await page.getByRole('gridcell', { name: /^node5, 9443/ }).click();
    await page.getByRole('complementary', { name: 'Details of node5' }).waitFor();
    await page.getByText('6 of the last 10 probes connected.').waitFor();
    await host.picture(page, 'matrix-details');
    await page.getByRole('tab', { name: 'Map' }).click();
    await page.getByRole('radio', { name: /9443/, checked: true }).waitFor();
  });

  it('leads from a port to its map, and from a node to its document', async () => {
    await open();
    await page.getByRole('rowheader', { name: /^node3/ }).click();
    expect(await readSent(page)).toEqual([{ type: 'inspect', kind: 'node', id: 'node-3' }]);
    await page.getByRole('columnheader', { name: /^9443/ }).click();
    await page.getByRole('heading', { level: 2, name: 'shop_api' }).waitFor();
    await page.getByRole('tab', { name: 'Map', selected: true }).waitFor();
  });

  it('filters by port and by node, and shows problems alone', async () => {
    await open();
    const filter = page.getByRole('textbox', { name: 'Filter by port, service or node' });
    await filter.fill('node3 shop');
    await page.getByText('2 of 6 ports at 1 of 7 nodes').waitFor();
    expect(await texts('rows')).toEqual(['node3 1 of 2']);
    await filter.fill('nothing like that');
    await page.getByText('No port and no node fits the filter.').waitFor();
    await filter.fill('');
    await page.getByRole('checkbox', { name: 'Problems only' }).click();
    await page.getByText('2 of 6 ports at 2 of 7 nodes').waitFor();
    expect(await texts('rows')).toEqual(['node3 3 of 4', 'node5 2 of 4']);
    await host.picture(page, 'matrix-problems-only');
    await filter.fill('drupal');
    await page.getByText('No port has a problem at any node.').waitFor();
  });

  it('sorts by problems, holds still under the pointer, and keeps both over a reload', async () => {
    await open();
    await page.getByRole('combobox', { name: 'Order of the matrix' }).click();
    await page.getByRole('option', { name: 'Problems first' }).click();
    await rows().first().getByText('node5').waitFor();
    await rows().first().hover();
    const bad = { kind: 'none', of: 10 } as const;
    const cells = ['shop_api:tcp:9443', 'shop_frontend:tcp:8080'].map((id) => ({
      entryId: `${id}@node-7`,
      verdict: bad,
      samples: [],
    }));
    await host.post(page, { type: 'probes', view: makeProbes(cells, { complete: false }) });
    await page.getByRole('rowheader', { name: /^node7: 2 of 4/ }).waitFor();
    expect((await texts('rows'))[0]).toBe('node5 2 of 4');
    await page.mouse.move(5, 5);
    await rows().first().getByText('node7').waitFor();
    await host.reload(page);
    await host.post(page, ...MIXED);
    await rows().first().getByText('node5').waitFor();
  });
});

describe('keyboard', () => {
  it('is one tab stop, walks by arrows, opens by Enter and comes back by Escape', async () => {
    await open();
    expect(await page.locator('.matrix [tabindex="0"]').count()).toBe(1);
    await page.getByRole('checkbox', { name: 'Problems only' }).focus();
    await page.keyboard.press('Tab');
    expect(await readFocus()).toMatch(/^ip-10-20-30-40.*, 53→80\/udp dns$/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await readFocus()).toBe('node1, 9100→80 monitoring_exporter');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    expect(await readFocus()).toBe('9100→80 monitoring_exporter, host mode');
    await page.keyboard.press('Control+End');
    expect(await readFocus()).toBe('node7, 2905→80/sctp signalling');
    await page.keyboard.press('Home');
    expect(await readFocus()).toBe('node7');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: 'Details of node5' }).waitFor();
    expect(await readFocus()).toBe('node5, 9443→80 shop_api');
    expect(await page.getByRole('gridcell', { selected: true }).count()).toBe(1);
    await page.getByRole('button', { name: 'Close details' }).focus();
    await page.keyboard.press('Escape');
    await page.getByRole('complementary').waitFor({ state: 'detached' });
    expect(await readFocus()).toBe('node5, 9443→80 shop_api');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Tab');
    expect(await readFocus()).toBe('node5, 9443→80 shop_api');
  });

  it('keeps the focus in sight and clear of the headers', async () => {
    await open(SCENES.large, { width: 800 });
    await page.locator('.matrix [tabindex="0"]').focus();
    await page.keyboard.press('Control+End');
    expect(await readFocus()).toBe('node200, 8049→80 service-50');
    expect(await isFocusSeen()).toBe(true);
    for (const key of ['PageUp', 'ArrowUp', 'ArrowLeft', 'ArrowLeft', 'PageUp', 'PageUp']) {
      await page.keyboard.press(key);
      await readFocus();
      expect(await isFocusSeen()).toBe(true);
    }
    await page.keyboard.press('Control+Home');
    expect(await readFocus()).toBe('node1, 8000→80 service-1');
    expect(await isFocusSeen()).toBe(true);
  });
});

describe('200 nodes and 50 ports', () => {
  const countElements = () => page.evaluate(() => document.querySelectorAll('*').length);

  it('draws what can be seen, and the whole size of the rest', async () => {
    await open(SCENES.large);
    await host.picture(page, 'matrix-large');
    expect(await page.locator('.matrix td').count()).toBeGreaterThan(100);
    expect(await countElements()).toBeLessThan(3000);
    const frame = page.locator('.matrix-frame');
    const height = await frame.evaluate((one) => one.scrollHeight);
    await frame.evaluate((one) => one.scrollTo(one.scrollWidth, one.scrollHeight));
    await page.getByRole('gridcell', { name: /^node200, 8049/ }).waitFor();
    await host.picture(page, 'matrix-large-end');
    expect(await frame.evaluate((one) => one.scrollHeight)).toBe(height);
    expect(await countElements()).toBeLessThan(3000);
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('201');
  });

  it('keeps the focus where it is while the wheel leads elsewhere', async () => {
    await open(SCENES.large);
    await page.getByRole('gridcell', { name: /^node3, 8001/ }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await readFocus()).toBe('node3, 8002→80 service-3');
    await page.locator('.matrix-frame').evaluate((one) => one.scrollTo(3000, 6000));
    await page.getByRole('rowheader', { name: /^node150/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    expect(await readFocus()).toBe('node4, 8002→80 service-3');
    expect(await isFocusSeen()).toBe(true);
  });
});

describe.each(THEMES.map(({ name }) => name))('in %s', (theme) => {
  it('is readable by axe', async () => {
    await open(MIXED, { theme });
    await page.getByRole('combobox', { name: 'Groups of the matrix' }).click();
    await page.getByRole('option', { name: 'Ports by stack' }).click();
    await page.getByRole('gridcell', { name: /^node3, 9443/ }).click();
    await page.mouse.move(5, 5);
    await host.picture(page, `matrix-${theme}`);
    expect(await findViolations(page)).toEqual([]);
    await host.post(page, ...MANY_PORTS);
    await host.picture(page, `matrix-many-ports-${theme}`);
    expect(await findViolations(page)).toEqual([]);
  });
});

describe.each([600, 800, 1040, 1600])('%i px wide', (width) => {
  it.each([
    ['mixed', MIXED],
    ['many-ports', MANY_PORTS],
    ['troubled', SCENES.troubled],
    ['hostile', SCENES.hostile],
  ] as const)('%s scrolls sideways in its own frame alone', async (name, messages) => {
    await open(messages, { width, height: 900 });
    await host.picture(page, `matrix-${name}-${width}`);
    const wide = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('body, .scroller, .view-bar, .matrix th, .matrix td')]
          .filter((one) => one.scrollWidth > one.clientWidth + 1)
          .map((one) => `${one.className || one.tagName}: ${one.textContent?.trim().slice(0, 40)}`),
      );
    expect(await wide()).toEqual([]);
    await page.locator('.matrix td[data-entry]').first().click();
    await page.getByRole('complementary').waitFor();
    await host.picture(page, `matrix-${name}-details-${width}`);
    expect(await wide()).toEqual([]);
  });
});
