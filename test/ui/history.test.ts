import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { connectTo, pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import type { Workbench } from './support/workbench';

/* The history of a node's port on a real swarm: what happened, and that a reload keeps it. */

let acquired: AcquiredLab;
let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  acquired = await acquireLab({ name: 'past', engine: 'newest', nodes: 2 });
  const create = ['service', 'create', '-d', '--no-resolve-image', '--name=web', '--replicas=2'];
  await acquired.lab.docker('node1', [
    ...create,
    '--publish=8080:80',
    'swarmscope/hostname:latest',
  ]);
  session = await openWorkbench({
    name: 'past',
    netns: acquired.lab.clientNetns,
    settings: {
      'swarmscope.connections': [{ name: 'lab', address: acquired.lab.manager.tcpAddress }],
      'swarmscope.probe.intervalSeconds': 1,
    },
  });
  ({ workbench } = session);
});

afterAll(async () => {
  await session?.dispose();
  await acquired?.release();
});

/** How many probes the figures are of; undefined before the first. */
async function probesTold(): Promise<number | undefined> {
  const text = await workbench.webview().locator('.history-figures').innerText({ timeout: 2_000 });
  const count = Number(/of (\d+)\)/.exec(text)?.[1]);
  return count > 0 ? count : undefined;
}

/** Files in which histories are kept. */
async function historyFiles(): Promise<readonly string[]> {
  const files = await readdir(session.dataDir, { recursive: true });
  return files.filter((file) => /globalStorage.*probes.*\.history/.test(file));
}

test('a reload of the window keeps the history of a node, with what happened and a gap', async () => {
  pictureOnFailure(() => session);
  await workbench.openContainer('Swarmscope');
  await connectTo(workbench, 'lab');
  await workbench.row('lab', 1).waitFor({ timeout: 20_000 });
  await workbench.command('Swarmscope: Open Ingress Routing');
  const page = workbench.webview();
  await page.getByRole('button', { name: /^node1,/ }).click({ timeout: 40_000 });
  await page.getByRole('slider', { name: 'History of node1' }).waitFor();
  await until('thirty probes', async () => ((await probesTold()) ?? 0) >= 30, 60_000);
  await acquired.lab.docker('node1', ['node', 'update', '--availability=drain', 'node2']);
  await page.getByText('As a table').click();
  await page
    .getByRole('region', { name: 'History of node1 as a table' })
    .getByText('Node node2 is set to drain')
    .waitFor();
  await session.shoot('routing-history');
  const gaps = await page.locator('.history-gap').count();
  const before = await until('the probes before', probesTold);
  await session.reload();
  await workbench
    .webview()
    .getByRole('slider', { name: 'History of node1' })
    .waitFor({ timeout: 60_000 });
  // Read from its file while the first new ones come, of which there are not as many by then.
  const after = await until(
    'the probes of before',
    async () => {
      const told = (await probesTold()) ?? 0;
      return told >= before ? told : undefined;
    },
    15_000,
  );
  await until('more probes', async () => ((await probesTold()) ?? 0) > after, 60_000);
  await until(
    'the gap in between',
    async () => (await workbench.webview().locator('.history-gap').count()) > gaps,
  );
  await workbench.webview().getByText('As a table').click();
  await workbench
    .webview()
    .getByRole('region', { name: 'History of node1 as a table' })
    .getByText('Node node2 is set to drain')
    .waitFor();
  await session.shoot('routing-history-reloaded');
  const files = await historyFiles();
  expect(files).toHaveLength(1);
  expect(files[0]).toMatch(/[0-9a-f]{32}\.history$/);
});
