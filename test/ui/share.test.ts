import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import type { Workbench } from './support/workbench';

/* What a person takes out of the routing page is there: in a file of their choice, in a document, in the browser. */

let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  session = await openWorkbench({ name: 'share' });
  ({ workbench } = session);
  await workbench.openContainer('Swarmscope');
  await workbench.command('Swarmscope: Start the Demo Swarm');
  await workbench.row('demo swarm', 1).waitFor({ timeout: 60_000 });
});

afterAll(async () => {
  await session?.dispose();
});

beforeEach(() => {
  pictureOnFailure(() => session);
});

/** Accepts the place that the file dialog offers; gives what was written there. */
async function saved(suffix: string): Promise<string> {
  await until(`a file dialog for ${suffix}`, async () =>
    (await workbench.quickInput.inputValue({ timeout: 1_000 })).endsWith(suffix),
  );
  // The dialog takes no answer while it still reads the folder.
  await until('the dialog accepted', async () => {
    await workbench.quickInput.press('Enter', { timeout: 1_000 });
    await workbench.quick.waitFor({ state: 'detached', timeout: 2_000 });
    return true;
  });
  await workbench
    .toast(/^Saved swarmscope-demo-swarm-/)
    .first()
    .waitFor();
  await workbench.clearToasts();
  const name = (await readdir(session.folder)).find((one) => one.endsWith(suffix)) ?? suffix;
  return await readFile(path.join(session.folder, name), 'utf8');
}

async function share(choice: string): Promise<void> {
  const page = workbench.shownWebview();
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('menuitem', { name: choice }).click();
}

test('nothing is offered to the palette while no routing page is in front', async () => {
  await workbench.palette('Swarmscope: Open Ingress Routing');
  await workbench.quickRow('Swarmscope: Open Ingress Routing').first().waitFor();
  await workbench.quickInput.fill('>Swarmscope: Write Incident Report');
  await workbench.quickRow('Swarmscope: Open Ingress Routing').waitFor({ state: 'detached' });
  expect(await workbench.quickRow('Swarmscope: Write Incident Report').count()).toBe(0);
  await workbench.page.keyboard.press('Escape');
});

test('the menu saves JSON and CSV where the person says', async () => {
  await workbench.command('Swarmscope: Open Ingress Routing');
  const page = workbench.shownWebview();
  await page.getByRole('radio', { name: /web.*4 of 4 nodes answer/ }).waitFor({ timeout: 40_000 });
  await share('Save as JSON…');
  const exported = JSON.parse(await saved('routing.json')) as {
    format: string;
    ports: { nodes: { samples: unknown[] }[] }[];
  };
  expect(exported.format).toBe('swarmscope-routing');
  expect(exported.ports[0]?.nodes[0]?.samples.length).toBeGreaterThan(0);
  await share('Save probes as CSV…');
  const csv = await saved('probes.csv');
  expect(csv).toMatch(/^time,service,port,/);
  expect(csv.split('\r\n').length).toBeGreaterThan(5);
});

test('the palette saves the map and writes the report', async () => {
  await workbench.command('Swarmscope: Save Map as SVG…');
  expect(await saved('map.svg')).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  await workbench.command('Swarmscope: Write Incident Report');
  await workbench.tab(/Incident report|Untitled-/).waitFor();
  await until('the text of the report', async () =>
    (await workbench.editorText()).startsWith('# Incident report: `demo swarm`'),
  );
  await session.shoot('share-report');
  await workbench.tab(/^Ingress Routing/).click();
});

test('a node is copied as Markdown and opened in the browser, through the relay', async () => {
  const page = workbench.shownWebview();
  await page.getByRole('radio', { name: /web/ }).first().click();
  await page.locator('.map .node').first().click();
  await page.getByRole('button', { name: 'Copy as Markdown' }).click();
  await workbench.page
    .locator('.statusbar-item', { hasText: 'Copied the node and its probes as Markdown' })
    .waitFor();
  const copied = await workbench.page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^### `web\S*` `\d+→\d+\/tcp` at /);
  await session.shoot('share-details');
  // This host names `/proxy/<port>/` for ports of its loopback, which a server around it would answer.
  await workbench.page.context().route(/\/proxy\/\d+\//, async (route) => {
    const [, port, rest] = /\/proxy\/(\d+)\/(.*)$/.exec(route.request().url()) ?? [];
    await route.continue({ url: `http://127.0.0.1:${port}/${rest}` });
  });
  const popup = workbench.page.context().waitForEvent('page');
  await page.getByRole('button', { name: 'Open in browser' }).click();
  const opened = await popup;
  await until('the answer of a task', async () => {
    const text = (await opened.locator('body').innerText({ timeout: 2_000 })).trim();
    return text !== '' && !text.includes('ERR_');
  });
  expect(new URL(opened.url()).pathname).toMatch(/^\/proxy\/\d+\/$/);
  await opened.close();
});
