import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { PageHost, readScriptSize, readSent, resize } from './pageHost';
import { HOSTILE, SCENES } from './scenes';
import {
  allAnswer,
  makeCell,
  makeHistory,
  makeProbes,
  makeRoute,
  makeRouting,
  repeatOutcomes,
} from './views';

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

describe('controls', () => {
  it('sends each intent once', async () => {
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: 'Probe now' }).click();
    await page.getByRole('button', { name: 'Inspect service' }).click();
    await page.getByRole('button', { name: 'Task shop_frontend.1 on node1' }).click();
    await page.getByRole('button', { name: 'Inspect task' }).click();
    await page.getByRole('button', { name: /^node5,/ }).click();
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    await page.getByRole('button', { name: 'Inspect node' }).click();
    expect(await readSent(page)).toEqual([
      { type: 'setRunning', running: false },
      { type: 'probeNow' },
      { type: 'inspect', kind: 'service', id: 'shop_frontend' },
      { type: 'inspect', kind: 'task', id: 'shop_frontend-task-1' },
      {
        type: 'watchHistory',
        history: {
          subject: { kind: 'entry', id: 'shop_frontend:tcp:8080@node-5' },
          rangeMs: 900_000,
          most: 100,
        },
      },
      { type: 'copyCurl', entryId: 'shop_frontend:tcp:8080@node-5' },
      { type: 'inspect', kind: 'node', id: 'node-5' },
    ]);
  });

  it('sets the interval and starts again', async () => {
    await page.getByRole('combobox', { name: 'Probe interval' }).click();
    await page.getByRole('option', { name: 'every 30 s' }).click();
    await host.show(page, 'paused');
    await page.getByRole('button', { name: 'Start' }).click();
    expect(await readSent(page)).toEqual([
      { type: 'setInterval', intervalMs: 30_000 },
      { type: 'setRunning', running: true },
    ]);
  });

  it('offers the remedy when nothing can be reached, and no verdict on any node', async () => {
    await host.show(page, 'unreachable');
    await page.getByRole('button', { name: 'Set node addresses' }).click();
    expect(await readSent(page)).toEqual([{ type: 'openAddressSetting' }]);
    expect(await page.locator('.tone-bad').count()).toBe(0);
  });

  it('offers connect and log while there is no swarm, the log alone while connecting', async () => {
    await host.show(page, 'unavailable');
    await page.getByRole('button', { name: 'Connect…' }).click();
    await page.getByRole('button', { name: 'Show log' }).click();
    expect(await readSent(page)).toEqual([{ type: 'connect' }, { type: 'showLog' }]);
    await host.show(page, 'busy');
    await page.getByRole('progressbar', { name: 'Connecting to lab swarm…' }).waitFor();
    expect(await page.getByRole('button', { name: 'Connect…' }).count()).toBe(0);
  });
});

describe('keyboard', () => {
  it('walks ports, nodes and details, and Escape returns to the node', async () => {
    await page.getByRole('radio', { name: /shop_frontend/ }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('radio', { name: /drupal/, checked: true }).waitFor();
    await page.keyboard.press('Home');
    await page.getByRole('radio', { name: /shop_frontend/, checked: true }).waitFor();
    await page.getByRole('button', { name: /^node1,/ }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: 'Details of node3' }).waitFor();
    await page.keyboard.press('Escape');
    await page
      .getByRole('complementary', { name: 'Details of node3' })
      .waitFor({ state: 'detached' });
    const focused = await page.evaluate(() => document.activeElement?.textContent?.trim());
    expect(focused).toMatch(/^node3, /);
  });

  it('changes the view with arrow keys and keeps it over a reload', async () => {
    await page.getByRole('tab', { name: 'Map' }).focus();
    await page.keyboard.press('ArrowRight');
    await page
      .getByRole('table', { name: 'Nodes: where a client may knock on port 8080' })
      .waitFor();
    await host.reload(page);
    await host.show(page, 'troubled');
    await page.getByRole('table', { name: 'Tasks behind 8080→80 of shop_frontend' }).waitFor();
  });
});

describe('what it says', () => {
  it('gives the table the same facts as the map', async () => {
    await page.getByRole('tab', { name: 'Table' }).click();
    const table = page.getByRole('table', { name: /^Nodes: / });
    await table.waitFor();
    const rows = table.getByRole('row');
    const cells = (index: number) =>
      rows
        .nth(index)
        .locator('th, td')
        .evaluateAll((all) =>
          all.map((one) => (one as HTMLElement).innerText.trim().replaceAll(/\s+/g, ' ')),
        );
    expect(await cells(2)).toEqual([
      'node2 manager drain',
      '192.168.56.12:8080',
      '12 of 12',
      'HTTP 200',
      '3.3 ms',
      'shop_frontend.1',
      '10.0.0.3',
    ]);
    expect(await cells(4)).toEqual([
      'ip-10-20-30-40.eu-central-1.compute.internal down',
      '192.168.56.14:8080',
      'no answer',
      'timed out',
      '3.0 s',
      '–',
      '10.0.0.5',
    ]);
  });

  it('explains an application error as a working mesh', async () => {
    const route = makeRoute('web', 8080, 1, 1);
    await host.post(
      page,
      { type: 'routing', view: makeRouting([route], { connectionId: 'other' }) },
      {
        type: 'probes',
        view: makeProbes(route.entries.map((entry) => makeCell(route, entry.id, [500]))),
      },
    );
    await page.getByRole('button', { name: /^node1,/ }).click();
    const details = page.getByRole('complementary', { name: 'Details of node1' });
    await details.getByText('The mesh works; the application answered 500.').waitFor();
    await details.getByRole('row', { name: /First byte/ }).waitFor();
  });

  it('names stale data, host-mode ports and the vantage point', async () => {
    await page.getByText('no news for 42 s').waitFor();
    await page.getByRole('radio', { name: /9100→80 node-exporter/ }).click();
    await page.getByText('host mode', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^node2,.*Closed, as it should be/ }).waitFor();
    await page.getByText('curl 7.88.1').waitFor();
    await host.show(page, 'simulated');
    await page.getByText('simulated').waitFor();
    await host.show(page, 'no-ports');
    await page.getByText('No service publishes a port').waitFor();
  });

  it('paints no refusal red that is expected', async () => {
    await page.getByRole('radio', { name: /9100→80 node-exporter/ }).click();
    const node = page.getByRole('button', { name: /^node2,/ });
    await node.click();
    await page.getByRole('heading', { name: 'Last 20 probes' }).waitFor();
    await host.post(page, {
      type: 'history',
      view: makeHistory(
        { kind: 'entry', id: 'node-exporter:tcp:9100@node-2' },
        { summary: { count: 30, failed: 30 } },
      ),
    });
    await page.getByText('100 % (30 of 30), as expected now').waitFor();
    expect(await node.locator('.bar-closed').count()).toBe(1);
    expect(await page.locator('.bar-failed, .tone-bad').count()).toBe(0);
    expect(await page.getByText('closed port refuses').count()).toBe(0);
    await host.picture(page, 'refusal-expected');
  });

  it('reads a change of verdict aloud', async () => {
    const route = makeRoute('web', 8080, 2, 1);
    const view = makeRouting([route], { connectionId: 'other' });
    await host.post(
      page,
      { type: 'routing', view },
      { type: 'probes', view: makeProbes(allAnswer([route], 6)) },
    );
    const cells = route.entries.map((entry, index) =>
      makeCell(route, entry.id, repeatOutcomes([index === 0 ? 'answered' : 'refused'], 6)),
    );
    await page.clock.setFixedTime(Date.now() + 60_000);
    await host.post(page, { type: 'probes', view: makeProbes(cells) });
    await page
      .getByRole('status')
      .filter({ hasText: 'web 8080→80: 1 of 2 nodes answer' })
      .waitFor({ state: 'attached' });
  });

  it('draws translated strings as soon as they come', async () => {
    await host.post(page, { type: 'strings', contents: { 'Probe now': 'Jetzt prüfen' } });
    await page.getByRole('button', { name: 'Jetzt prüfen' }).waitFor();
  });
});

it('draws hostile text as text', async () => {
  await host.show(page, 'hostile');
  await page.getByRole('heading', { level: 1, name: HOSTILE.slice(0, 30) }).waitFor();
  await page.locator('.map .node').first().click();
  await page.getByRole('tab', { name: 'Table' }).click();
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.evaluate(() => window.hacked)).toBeUndefined();
});

it('ignores messages that are none of the host', async () => {
  await page.evaluate(() => {
    window.postMessage({ type: 'unknown' }, '*');
    window.postMessage('routing', '*');
    window.postMessage(null, '*');
  });
  await host.post(page, ...SCENES.healthy);
  await page.getByRole('heading', { level: 1, name: 'lab swarm' }).waitFor();
});

it('says that a round outlasts the interval where the rate is capped, and until then nothing', async () => {
  const note = page.getByText('A round takes 20 s: at most 50 connections begin in a second.');
  expect(await note.count()).toBe(0);
  const route = makeRoute('web', 8080, 3, 3);
  const probes = makeProbes(allAnswer([route]), { longRound: { ms: 20_000, perSecond: 50 } });
  await host.post(
    page,
    { type: 'routing', view: makeRouting([route]) },
    { type: 'probes', view: probes },
  );
  await note.waitFor();
  for (const [width, name] of [
    [1040, 'wide'],
    [600, 'narrow'],
  ] as const) {
    await resize(page, width, 700);
    await host.picture(page, `long-round-${name}`);
    expect(await page.evaluate(() => document.body.scrollWidth <= window.innerWidth)).toBe(true);
  }
});

it('filters many ports and shows nodes with problems alone', async () => {
  await host.show(page, 'large');
  await page.getByRole('textbox', { name: 'Filter by port or service' }).fill('8049');
  await page.getByText('1 of 50 ports').waitFor();
  await page.getByRole('checkbox', { name: 'Problems only' }).click();
  // node6 is drawn before as well.
  await page.waitForFunction(() => document.querySelectorAll('.map .node').length === 12);
  await page.getByRole('button', { name: /^node6,/ }).waitFor();
});

it('keeps within its budget of 220 kB', async () => {
  expect(await readScriptSize()).toBeLessThan(220_000);
});
