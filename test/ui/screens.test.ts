import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { deployLesson } from '../lab/lesson';
import { type AcquiredLab, acquireLab } from '../lab/sharedLab';
import { type Session, openWorkbench } from './support/session';
import { until } from './support/until';
import type { Workbench } from './support/workbench';

/*
 * Every screen in every theme, on the real swarm: pictures to look at (out/screenshots/screens), of
 * which scripts/pictures.ts takes those of the README.
 */

const THEMES = [
  { name: 'dark', label: 'Dark Modern', kind: 'vs-dark' },
  { name: 'light', label: 'Light Modern', kind: 'vs' },
  { name: 'hc-dark', label: 'Dark High Contrast', kind: 'hc-black' },
  { name: 'hc-light', label: 'Light High Contrast', kind: 'hc-light' },
] as const;

let acquired: AcquiredLab;
let session: Session;
let workbench: Workbench;
/** The form that a theme before has left is offered again. */
let hasLeftForm = false;

beforeAll(async () => {
  acquired = await acquireLab({ name: 'screens', engine: 'newest' });
  await deployLesson(acquired.lab);
  session = await openWorkbench({
    name: 'screens',
    netns: acquired.lab.clientNetns,
    width: 1440,
    height: 810,
    settings: {
      'swarmscope.connections': [{ name: 'lab', address: acquired.lab.manager.tcpAddress }],
      'workbench.editor.showTabs': 'multiple',
    },
  });
  ({ workbench } = session);
  await workbench.openContainer('Swarmscope');
  await workbench.widenSidebar(470);
});

afterAll(async () => {
  await session?.dispose();
  await acquired?.release();
});

test.each(THEMES)('every screen in $label', async ({ name, label, kind }) => {
  onTestFailed(() => session.shoot(`failed-screens-${name}`));
  const shoot = async (screen: string): Promise<void> => {
    await session.shoot(`screens/${screen}-${name}`);
  };
  await workbench.theme(label, kind);
  await workbench.welcome.getByRole('button', { name: 'Connect to Swarm Manager…' }).waitFor();
  await shoot('welcome');

  await workbench.command('Swarmscope: Connect to Swarm Manager…');
  await workbench.quickTitle(/Connect to Swarm Manager/);
  await workbench.quickRow('lab').waitFor();
  await shoot('connect');
  await workbench.choose('lab');
  await workbench.row('lab', 1).waitFor();

  for (const section of ['Networks', 'Services', 'Nodes', 'Peers']) {
    await workbench.expand(section, 2);
  }
  await workbench.described('drupal', /3\/3/, 3);
  await workbench.expand('mydrupal', 3);
  await workbench.row('drupal.1', 4).waitFor();
  await workbench.hoverNothing();
  await shoot('tree');
  // A row that is drawn anew under the mouse has its tooltip when the mouse comes again.
  await until('the tooltip', async () => {
    await workbench.hoverNothing();
    await workbench.row('drupal', 3).hover({ timeout: 2_000 });
    const tooltip = workbench.page.locator('.workbench-hover').getByText(/drupal:latest/);
    await tooltip.first().waitFor({ timeout: 5_000 });
    return true;
  });
  await shoot('tooltip');
  await workbench.hoverNothing();

  await workbench.contextMenu('mydrupal', 'Inspect', 3);
  await until('the JSON', async () => (await workbench.editorText()).includes('"mydrupal"'));
  await workbench.hoverNothing();
  await shoot('inspect');

  await workbench.command('Swarmscope: Create Overlay Network…');
  await workbench.quickTitle(/Create Overlay Network/);
  if (hasLeftForm) {
    await workbench.choose('Start anew');
    await workbench.quickPrompt('Name of the network');
  }
  hasLeftForm = true;
  await workbench.type('frontend');
  await workbench.quickPrompt('Subnet, or leave it empty');
  await workbench.quickInput.fill('10.0.1.7/24');
  await workbench.quickMessage.waitFor();
  await shoot('create-network');
  await workbench.page.keyboard.press('Escape');
  await workbench.toast('What you entered for "frontend" is kept.').waitFor();
  await workbench.clearToasts();

  await workbench.command('Swarmscope: Open Ingress Routing');
  const page = workbench.webview();
  await page.getByRole('radio', { name: /3 of 3 nodes answer/ }).waitFor({ timeout: 40_000 });
  await page.getByText('Map', { exact: true }).first().click();
  await page.getByText('10 of 10').first().waitFor({ timeout: 40_000 });
  await shoot('routing-map');
  await page.getByRole('button', { name: /^node2,/ }).click();
  await page.getByRole('button', { name: 'Copy as curl' }).waitFor();
  await shoot('routing-details');
  await page.getByRole('slider', { name: 'History of node2' }).scrollIntoViewIfNeeded();
  await shoot('routing-history');
  await page.getByRole('button', { name: /^Task drupal\.1 on / }).click();
  await page.getByRole('complementary', { name: 'Details of drupal.1' }).waitFor();
  await shoot('routing-task');
  await workbench.page.keyboard.press('Escape');
  await page.getByText('Table', { exact: true }).first().click();
  await page.getByRole('table').first().waitFor();
  await shoot('routing-table');
  await page.getByText('Who answers', { exact: true }).first().click();
  await page.getByText('Who answered the probes').waitFor();
  await shoot('routing-answers');
  await page.getByRole('button', { name: 'Start burst' }).click();
  const burst = page.getByRole('region', { name: 'Burst' });
  await burst.getByText(/^\d+ fresh connections to all nodes in turn/).waitFor({ timeout: 60_000 });
  await burst.scrollIntoViewIfNeeded();
  await shoot('routing-burst');
  await page.getByText('Matrix', { exact: true }).first().click();
  await page.getByRole('grid').getByText('10 of 10').first().waitFor();
  await shoot('routing-matrix');
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('menuitem').first().waitFor();
  await shoot('routing-share');
  await workbench.page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('probes paused').waitFor();
  await shoot('routing-paused');
  await page.getByRole('button', { name: 'Start', exact: true }).click();

  expect(await workbench.page.locator('.notifications-toasts .codicon-error').count()).toBe(0);
  await workbench.closeEditors();
  await workbench.command('Swarmscope: Disconnect');
});
