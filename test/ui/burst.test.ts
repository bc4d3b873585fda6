import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { deployLesson } from '../lab/lesson';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { connectTo, pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import type { Workbench } from './support/workbench';

/* A burst from a real VS Code at a real swarm: while the probes are paused, and only while it is seen. */

let acquired: AcquiredLab;
let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  acquired = await acquireLab({ name: 'burst-ui', engine: 'oldest' });
  await deployLesson(acquired.lab);
  session = await openWorkbench({
    name: 'burst-ui',
    netns: acquired.lab.clientNetns,
    settings: {
      'swarmscope.connections': [{ name: 'lab', address: acquired.lab.manager.tcpAddress }],
    },
  });
  ({ workbench } = session);
  await workbench.openContainer('Swarmscope');
  await connectTo(workbench, 'lab');
  await workbench.described('lab', /3 nodes/, 1);
});

afterAll(async () => {
  await session?.dispose();
  await acquired?.release();
});

beforeEach(() => {
  pictureOnFailure(() => session);
});

test('300 connections to all nodes while paused: an even spread over three tasks in turn', async () => {
  await workbench.command('Swarmscope: Open Ingress Routing');
  const page = workbench.webview();
  const healthy = page.getByRole('radio', { name: /3 of 3 nodes answer/ });
  await healthy.waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('probes paused').waitFor();
  await page.getByRole('tab', { name: 'Who answers' }).click();
  await page.getByRole('combobox', { name: 'Connections of a burst' }).click();
  await page.getByRole('option', { name: '300 connections' }).click();
  await page.getByRole('button', { name: 'Start burst' }).click();
  const burst = page.getByRole('region', { name: 'Burst' });
  await burst.getByText(/^300 fresh connections to all nodes in turn/).waitFor({ timeout: 60_000 });
  await session.shoot('burst-even');
  await burst.getByText('300 of 300', { exact: true }).waitFor();
  await burst.getByText(/^Even: /).waitFor();
  await burst.getByText(/take turns \(round robin\)/).waitFor();
  for (const task of ['drupal.1', 'drupal.2', 'drupal.3']) {
    const cells = burst.getByRole('row', { name: new RegExp(`^${task}`) }).getByRole('cell');
    // Each node takes turns by itself: 33 or 34 of its 100 connections.
    expect(Number(await cells.nth(-2).innerText())).toBeGreaterThanOrEqual(97);
  }
  expect(await page.getByText('probes paused').count()).toBe(1);
});

test('ends when the page is hidden, and leaves no mark on the verdicts', async () => {
  const page = workbench.webview();
  await acquired.lab.fault('vxlan', 'node3');
  await page.getByRole('combobox', { name: 'Node' }).click();
  await page.getByRole('option', { name: 'node3' }).click();
  await page.getByRole('button', { name: 'Start burst' }).click();
  const burst = page.getByRole('region', { name: 'Burst' });
  await burst.getByText(/^[1-9]\d* of 300 connections to node3 made/).waitFor({ timeout: 30_000 });
  await session.shoot('burst-running');
  await page.getByRole('button', { name: 'Inspect service' }).click();
  await until('the page is out of sight', async () => {
    return !(await workbench.page.locator('iframe.webview.ready').first().isVisible());
  });
  await workbench.command('Swarmscope: Open Ingress Routing');
  await burst.getByText(/^Cancelled after \d+ of 300 connections to node3/).waitFor();
  await session.shoot('burst-cancelled');
  await page.getByRole('radio', { name: /3 of 3 nodes answer/ }).waitFor();
  await acquired.lab.heal();
});
