import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { HostMessage } from '../../src/shared/protocol';
import { makeBurst } from './bursts';
import { PageHost, readSent } from './pageHost';
import { HOSTILE } from './scenes';
import { THEMES } from './themes';
import {
  allAnswer,
  makeBackend,
  makeCell,
  makeProbes,
  makeRoute,
  makeRouting,
  repeatOutcomes,
} from './views';

/*
 * Who answers a port: the shares of the probes, and bursts with all they say.
 */

const AXE_PATH = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const route = makeRoute('drupal', 8080, 3, 3);
const [node1, node2] = route.entries;
const [one, two] = route.backends;

let host: PageHost;
let axeSource: string;

beforeAll(async () => {
  host = await PageHost.start();
  axeSource = await readFile(AXE_PATH, 'utf8');
});

afterEach(() => {
  expect(host.takeProblems()).toEqual([]);
});

afterAll(async () => {
  await host.stop();
});

function topology(shown = route): readonly HostMessage[] {
  return [
    { type: 'routing', view: makeRouting([shown], { connectionId: 'answers' }) },
    { type: 'probes', view: makeProbes(allAnswer([shown])) },
  ];
}

/** The messages of each state, by name. */
const STATES: Readonly<Record<string, readonly HostMessage[]>> = {
  even: [...topology(), { type: 'burst', view: makeBurst(route, 300) }],
  running: [
    ...topology(),
    {
      type: 'burst',
      view: makeBurst(route, 100, {
        state: 'running',
        answers: makeBurst(route, 40).answers,
      }),
    },
  ],
  sticky: [
    ...topology(),
    {
      type: 'burst',
      view: makeBurst(route, 50, { entryId: node1?.id ?? '' }, () => ({
        answeredBy: two?.taskId ?? '',
        cookie: { name: 'SERVERID', kind: 'task' },
      })),
    },
  ],
  failing: [
    ...topology(),
    {
      type: 'burst',
      view: makeBurst(route, 100, {}, (index, turn) =>
        turn % 3 === 2
          ? { outcome: index % 2 === 0 ? 'timed-out' : 'reset', ms: 3_000, answeredBy: 'none' }
          : {},
      ),
    },
  ],
  lossy: [
    ...topology(),
    {
      type: 'probes',
      view: makeProbes(
        route.entries.map(({ id }, turn) =>
          makeCell(route, id, repeatOutcomes(['answered', 'timed-out'], 24), turn),
        ),
      ),
    },
  ],
  unnamed: [
    ...topology(),
    {
      type: 'burst',
      view: {
        ...makeBurst(route, 20),
        answers: makeBurst(route, 20).answers.map(({ answeredBy, ...rest }) =>
          rest.index % 4 === 0 && answeredBy !== undefined ? { ...rest, answeredBy } : rest,
        ),
      },
    },
  ],
  hostile: hostileState(),
};

function hostileState(): readonly HostMessage[] {
  const odd = makeRoute('web', 8080, 2, 2, {
    entries: makeRoute('web', 8080, 2, 2).entries.map((entry) => ({ ...entry, hostname: HOSTILE })),
    backends: [makeBackend('web', 1, 1, { taskName: HOSTILE }), makeBackend('web', 2, 2)],
  });
  const view = makeBurst(odd, 20, {}, () => ({ cookie: { name: HOSTILE, kind: 'session' } }));
  return [...topology(odd), { type: 'burst', view }];
}

async function openAnswers(
  state: string,
  options: Parameters<PageHost['open']>[1] = {},
): Promise<Page> {
  const page = await host.open('busy', options);
  await host.post(page, ...topology());
  await page.getByRole('tab', { name: 'Who answers' }).click();
  await host.post(page, ...(STATES[state] ?? []));
  await page.mouse.move(5, 5);
  return page;
}

async function findViolations(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.evaluate(axeSource);
  }
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<AxeResults> } };
    const results = await axe.run();
    return results.violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)}`));
  });
}

describe.each(THEMES.map(({ name }) => name))('in %s', (theme) => {
  it('every state is drawn, readable by axe and within the policy', async () => {
    const page = await openAnswers('even', { theme, height: 1000 });
    const found: Record<string, readonly string[]> = {};
    for (const [name, messages] of Object.entries(STATES)) {
      await host.post(page, ...messages);
      await host.picture(page, `answers-${name}-${theme}`);
      found[name] = await findViolations(page);
    }
    expect(found).toEqual(Object.fromEntries(Object.keys(STATES).map((name) => [name, []])));
    expect(await page.evaluate(() => window.violations)).toEqual([]);
    await page.context().close();
  });
});

describe.each([600, 800, 1040, 1600])('%i px wide', (width) => {
  it.each(Object.keys(STATES))('%s fits without sideways scrolling', async (state) => {
    const page = await openAnswers(state, { width, height: 1000 });
    await host.picture(page, `answers-${state}-${width}`);
    const wide = await page.evaluate(() =>
      [...document.querySelectorAll('body, .scroller, .answers, .answers-part')]
        .filter((frame) => frame.scrollWidth > frame.clientWidth + 1)
        .map((frame) => frame.className || frame.tagName),
    );
    expect(wide).toEqual([]);
    await page.context().close();
  });
});

describe('who answers', () => {
  it('gives the shares of all nodes and of one as numbers', async () => {
    const page = await openAnswers('even');
    const chart = page.getByRole('table', { name: 'Answers to the kept probes of all nodes' });
    const row = chart.getByRole('row', { name: new RegExp(one?.taskName ?? '') });
    await row.getByRole('cell', { name: '24', exact: true }).waitFor();
    await row.getByRole('cell', { name: '33 %', exact: true }).waitFor();
    await chart.getByText('Even share 33 %').waitFor();
    await page.getByRole('combobox', { name: 'Node' }).click();
    await page.getByRole('option', { name: node2?.hostname ?? '' }).click();
    const single = page.getByRole('table', { name: 'Answers to the kept probes of node2' });
    await single
      .getByRole('row', { name: new RegExp(one?.taskName ?? '') })
      .getByRole('cell', { name: '8', exact: true })
      .waitFor();
    await page.context().close();
  });

  it('starts a burst at the chosen node with the chosen number, once, and cancels it', async () => {
    const page = await openAnswers('unnamed');
    await page.getByRole('combobox', { name: 'Node' }).click();
    await page.getByRole('option', { name: 'node1' }).click();
    await page.getByRole('combobox', { name: 'Connections of a burst' }).click();
    await page.getByRole('option', { name: '300 connections' }).click();
    const start = page.getByRole('button', { name: 'Start burst' });
    await start.focus();
    await page.keyboard.press('Enter');
    await host.post(page, ...(STATES['running'] ?? []));
    // The focus stays where the hand is.
    await page.getByRole('button', { name: 'Cancel burst' }).waitFor();
    await page.keyboard.press('Enter');
    expect(await readSent(page)).toEqual([
      { type: 'startBurst', routeId: route.id, entryId: node1?.id, connections: 300 },
      { type: 'cancelBurst' },
    ]);
    await page.context().close();
  });

  it('starts at all nodes when none is chosen', async () => {
    const page = await openAnswers('even');
    await page.getByRole('button', { name: 'Start burst' }).click();
    expect(await readSent(page)).toEqual([
      { type: 'startBurst', routeId: route.id, connections: 100 },
    ]);
    await page.context().close();
  });

  it('shows how far a burst is, and reads its end aloud', async () => {
    const page = await openAnswers('running');
    const progress = page.getByRole('progressbar', { name: 'Connections made' });
    await progress.waitFor();
    expect(await progress.evaluate((bar) => (bar as HTMLProgressElement).position)).toBe(0.4);
    await page.getByText('40 of 100 connections to all nodes in turn made').waitFor();
    await host.post(page, ...(STATES['even'] ?? []));
    await progress.waitFor({ state: 'detached' });
    await page
      .getByRole('status')
      .filter({ hasText: '300 of 300 connections were answered' })
      .waitFor({ state: 'attached' });
    await page.context().close();
  });

  it('says what a burst means', async () => {
    const page = await openAnswers('even');
    const burst = page.getByRole('region', { name: 'Burst' });
    await burst.getByText(/^No session is kept: .* take turns \(round robin\)\.$/).waitFor();
    await burst.getByText('300 of 300', { exact: true }).waitFor();
    await burst
      .getByRole('img', { name: /^node1, first answers by drupal\.1, drupal\.2/ })
      .waitFor();
    await host.post(page, ...(STATES['sticky'] ?? []));
    await burst.getByText(/^Sticky: the answers of node1 come from one task.*consistent/).waitFor();
    await burst.getByText(/cookie "SERVERID", which names a task.*consistent/).waitFor();
    await burst.getByText(/^Never answered: drupal\.1, drupal\.3\./).waitFor();
    await host.post(page, ...(STATES['failing'] ?? []));
    await burst.getByText('timed out', { exact: true }).waitFor();
    await burst.getByText('reset', { exact: true }).waitFor();
    await burst.getByText(/^Never answered: drupal\.3/).waitFor();
    await host.post(page, ...(STATES['unnamed'] ?? []));
    await burst.getByRole('row', { name: /^Not named/ }).waitFor();
    await page.context().close();
  });

  it('says how many probes were lost, and ticks nothing then', async () => {
    const page = await openAnswers('lossy');
    const probes = page.getByRole('region', { name: 'Who answered the probes' });
    await probes.getByText('36 of 72 connections were not answered').waitFor();
    await probes.getByText(/^Even: /).waitFor();
    expect(await probes.locator('.tone-good').count()).toBe(0);
    await host.picture(page, 'answers-lossy');
    await host.post(page, ...(STATES['even'] ?? []));
    const headline = page.getByText(/^300 fresh connections to all nodes/).locator('..');
    expect(await headline.locator('.tone-good').count()).toBe(1);
    await host.picture(page, 'answers-burst-done');
    await page.context().close();
  });

  it('offers no burst where nothing can be probed', async () => {
    const page = await openAnswers('even');
    const udp = makeRoute('dns', 53, 3, 1, { protocol: 'udp' });
    await host.post(page, ...topology(udp));
    const start = page.getByRole('button', { name: 'Start burst' });
    await start.waitFor();
    expect(await start.isDisabled()).toBe(true);
    await page.context().close();
  });

  it('draws hostile names as text', async () => {
    const page = await openAnswers('hostile');
    await page.getByRole('region', { name: 'Burst' }).waitFor();
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.evaluate(() => window.hacked)).toBeUndefined();
    await page.context().close();
  });
});
