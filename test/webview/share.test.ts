import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { findViolations } from './axe';
import { PageHost, readSent } from './pageHost';
import type { SceneName } from './scenes';
import { THEMES } from './themes';
import { takePicture } from '../vscodeHost/picture';

const PICTURES = path.resolve(import.meta.dirname, '../../out/screenshots/webview');

let host: PageHost;
let page: Page;

beforeAll(async () => {
  host = await PageHost.start();
});

beforeEach(async () => {
  page = await host.open('troubled');
});

afterEach(async () => {
  expect(host.takeProblems()).toEqual([]);
  expect(await page.evaluate(() => window.violations)).toEqual([]);
  await page.context().close();
});

afterAll(async () => {
  await host.stop();
});

const opener = () => page.getByRole('button', { name: 'Share' });
const menu = () => page.getByRole('menu', { name: 'Share' });
/** What was asked for by hand: opened details ask for their history too. */
const asked = async () => (await readSent(page)).filter(({ type }) => type !== 'watchHistory');
const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim());

describe('the share menu', () => {
  it('sends each intent once, and closes', async () => {
    for (const name of ['Write incident report', 'Save as JSON…', 'Save probes as CSV…']) {
      await opener().click();
      await page.getByRole('menuitem', { name }).click();
      await menu().waitFor({ state: 'detached' });
    }
    expect(await readSent(page)).toEqual([
      { type: 'share', what: 'report' },
      { type: 'share', what: 'json' },
      { type: 'share', what: 'csv' },
    ]);
  });

  it('is led by keys as a menu is', async () => {
    await opener().focus();
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toBe('Save probes as CSV…');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('Write incident report');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toBe('Save as JSON…');
    await page.keyboard.press('Home');
    await page.keyboard.press('s');
    expect(await focused()).toBe('Save map as SVG…');
    await page.keyboard.press('Escape');
    await menu().waitFor({ state: 'detached' });
    expect(await focused()).toBe('Share');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('Write incident report');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('Share');
    expect(await readSent(page)).toEqual([{ type: 'share', what: 'report' }]);
  });

  it('leaves with Tab, a click elsewhere, and Escape without closing the details', async () => {
    await page.getByRole('button', { name: /^node3,/ }).click();
    const details = page.getByRole('complementary', { name: 'Details of node3' });
    await opener().click();
    await page.keyboard.press('Escape');
    await menu().waitFor({ state: 'detached' });
    expect(await details.count()).toBe(1);
    await opener().click();
    await page.keyboard.press('Tab');
    await menu().waitFor({ state: 'detached' });
    expect(await focused()).not.toBe('Share');
    await opener().click();
    await page.getByRole('heading', { level: 1 }).click();
    await menu().waitFor({ state: 'detached' });
    expect(await asked()).toEqual([]);
  });

  it('stays open while new probes are drawn, and follows the language', async () => {
    await opener().click();
    await page.keyboard.press('ArrowDown');
    await host.show(page, 'troubled');
    expect(await focused()).toBe('Save map as SVG…');
    await host.post(page, { type: 'strings', contents: { 'Save as JSON…': 'Als JSON sichern…' } });
    await page.getByRole('menuitem', { name: 'Als JSON sichern…' }).waitFor();
  });

  it.each(THEMES.map(({ name }) => name))('is readable in %s, and to axe', async (theme) => {
    await page.context().close();
    page = await host.open('troubled', { theme });
    await opener().click();
    await host.picture(page, `share-menu-${theme}`);
    expect(await findViolations(page)).toEqual([]);
  });

  it.each([600, 800])('fits into %i px', async (width) => {
    await page.context().close();
    page = await host.open('troubled', { width });
    await opener().click();
    await host.picture(page, `share-menu-${width}`);
    const box = await menu().boundingBox();
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
  });
});

describe('the details of a node', () => {
  it('copy it as Markdown and open it in the browser', async () => {
    await page.getByRole('button', { name: /^node5,/ }).click();
    await page.getByRole('button', { name: 'Copy as Markdown' }).click();
    await page.getByRole('button', { name: 'Open in browser' }).click();
    const entryId = 'shop_frontend:tcp:8080@node-5';
    expect(await asked()).toEqual([
      { type: 'copyCell', entryId },
      { type: 'openInBrowser', entryId },
    ]);
  });

  it('offer no browser for what it cannot speak', async () => {
    await host.show(page, 'udp');
    await page.getByRole('button', { name: /^node1,/ }).click();
    await page.getByRole('button', { name: 'Copy as Markdown' }).waitFor();
    expect(await page.getByRole('button', { name: 'Open in browser' }).count()).toBe(0);
  });
});

/** The map that the page gives away now. */
async function takeMap(from: Page): Promise<string> {
  await from.evaluate(() => {
    window.sent.length = 0;
  });
  await host.post(from, { type: 'drawMap' });
  await from.waitForFunction(() => window.sent.some(({ type }) => type === 'saveMap'));
  const [message] = await readSent(from);
  return message?.type === 'saveMap' ? message.svg : '';
}

/** Opens a picture as a file of its own, as a person does, and reads what is to be seen. */
async function openAlone(
  svg: string,
  name: string,
): Promise<{
  readonly texts: readonly string[];
  readonly outside: readonly string[];
  readonly tags: readonly string[];
}> {
  await mkdir(PICTURES, { recursive: true });
  const file = path.join(PICTURES, `${name}.svg`);
  await writeFile(file, svg);
  const alone = await page.context().newPage();
  const asked: string[] = [];
  alone.on('request', (request) => asked.push(request.url()));
  const address = pathToFileURL(file).href;
  await alone.goto(address);
  await takePicture(alone, path.join(PICTURES, `${name}.png`));
  expect(asked).toEqual([address]);
  const seen = await alone.evaluate(() => {
    const all = [...document.documentElement.querySelectorAll('*')];
    const frame = document.documentElement.getBoundingClientRect();
    const texts = all.filter((one) => one.localName === 'text');
    return {
      texts: texts.map(({ textContent }) => textContent),
      outside: texts
        .filter((one) => {
          const box = one.getBoundingClientRect();
          return (
            box.left < frame.left ||
            box.right > frame.right + 1 ||
            box.top < frame.top ||
            box.bottom > frame.bottom + 1
          );
        })
        .map(({ textContent }) => textContent),
      tags: [...new Set(all.map(({ localName }) => localName))].toSorted(),
    };
  });
  await alone.close();
  return seen;
}

const ONLY_SHAPES = ['path', 'rect', 'text', 'title'];

describe('the map as SVG', () => {
  it.each(THEMES.map(({ name }) => name))('opens on its own in %s', async (theme) => {
    await page.context().close();
    page = await host.open('troubled', { theme });
    const svg = await takeMap(page);
    // Colours are values: nothing of the page is there to look them up in.
    expect(svg).not.toMatch(/stroke-width="(?!1"|1\.\d+")/);
    expect(svg).not.toMatch(/var\(|foreignObject|style=|class=|url\(|<script|href/);
    const { texts, outside, tags } = await openAlone(svg, `map-${theme}`);
    expect(tags).toEqual(ONLY_SHAPES);
    expect(outside).toEqual([]);
    expect(texts[0]).toBe('shop_frontend 8080→80 · production eu-central');
    expect(texts[1]).toBe('2026-01-15T12:00:00.000Z · curl 7.88.1 · Probing from workstation');
    for (const text of ['Client', 'node1', '192.168.56.11:8080', 'drain', 'shop_frontend.4']) {
      expect(texts).toContain(text);
    }
    expect(texts.filter((text) => text === 'IPVS')).toHaveLength(6);
    expect(texts.filter((text) => /^ip-10-20-.*…$/.test(text)).length).toBeGreaterThan(0);
  });

  it('shows the texts where the page shows them', async () => {
    const svg = await takeMap(page);
    const place = (scope: Page, selector: string) =>
      scope.evaluate((wanted) => {
        const corner = (one: Element | undefined) => one?.getBoundingClientRect();
        const all = [...document.querySelectorAll(wanted)];
        const find = (text: string) => corner(all.find((one) => one.textContent.trim() === text));
        const from = find('node1');
        const to = find('192.168.56.16:8080');
        return [(to?.left ?? 0) - (from?.left ?? 0), (to?.top ?? 0) - (from?.top ?? 0)];
      }, selector);
    const [pageX = 0, pageY = 0] = await place(page, '.map span');
    await writeFile(path.join(PICTURES, 'map-places.svg'), svg);
    const alone = await page.context().newPage();
    await alone.goto(pathToFileURL(path.join(PICTURES, 'map-places.svg')).href);
    const [x = 0, y = 0] = await place(alone, 'text');
    expect(pageY).toBeGreaterThan(300);
    expect(Math.abs(x - pageX)).toBeLessThan(2);
    expect(Math.abs(y - pageY)).toBeLessThan(2);
  });

  it.each(['hostile', 'unreachable', 'no-tasks', 'waiting'] as const)(
    'opens on its own when %s',
    async (scene: SceneName) => {
      await host.show(page, scene);
      const { outside, tags } = await openAlone(await takeMap(page), `map-${scene}`);
      expect(tags).toEqual(ONLY_SHAPES);
      expect(outside).toEqual([]);
    },
  );

  it('holds the rows in sight of very many', async () => {
    await host.show(page, 'large');
    await page.locator('.scroller').evaluate((scroller) => {
      scroller.scrollTop = 9000;
    });
    await page.getByRole('button', { name: /^node90,/ }).waitFor();
    const svg = await takeMap(page);
    const { texts, outside } = await openAlone(svg, 'map-large');
    expect(texts).toContain('node90');
    expect(outside).toEqual([]);
    expect(Number(/height="([\d.]+)"/.exec(svg)?.[1])).toBeLessThan(3_000);
  });

  it('is taken from the menu, out of the table too', async () => {
    await page.getByRole('tab', { name: 'Table' }).click();
    await opener().click();
    await page.getByRole('menuitem', { name: 'Save map as SVG…' }).click();
    await page.waitForFunction(() => window.sent.some(({ type }) => type === 'saveMap'));
    const [message, ...more] = await readSent(page);
    expect(more).toEqual([]);
    expect(message?.type === 'saveMap' ? message.svg : '').toContain('>shop_frontend.1</text>');
    await page.getByRole('tab', { name: 'Map', selected: true }).waitFor();
  });

  it('is empty where no port is published', async () => {
    await host.show(page, 'no-ports');
    expect(await takeMap(page)).toBe('');
  });
});
