import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { keepClientFrom } from '../lab/clientFirewall';
import { deployLesson } from '../lab/lesson';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { knownLine, SshClient } from '../lab/sshClient';
import { LabSshd, sshdPort } from '../lab/sshd';
import { connectTo, pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import type { Workbench } from './support/workbench';

/* Probes from the manager, through ssh: what this window's host cannot reach answers from there. */

let acquired: AcquiredLab;
let sshd: LabSshd;
let letThrough: (() => Promise<void>) | undefined;
let client: SshClient;
let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  client = new SshClient();
  acquired = await acquireLab({ name: 'sshv-ui', engine: 'oldest' });
  const { lab } = acquired;
  await deployLesson(lab);
  const authorizedKeys = [await client.makeKey('plain')];
  sshd = await LabSshd.start(lab, 'node1', { authorizedKeys });
  const { configFile } = client.configure({ key: client.file('plain'), known: [knownLine(sshd)] });
  // Of all machines only this window's host is kept from the published port.
  letThrough = await keepClientFrom(lab, 8080, 'reset');
  session = await openWorkbench({
    name: 'sshv-ui',
    netns: lab.clientNetns,
    settings: {
      'swarmscope.connections': [
        { name: 'far', address: `ssh://admin@${sshd.address}:${sshdPort}` },
      ],
      'swarmscope.ssh.configFile': configFile,
    },
  });
  ({ workbench } = session);
  await workbench.openContainer('Swarmscope');
  await connectTo(workbench, 'far');
  await workbench.described('far', /3 nodes/, 1);
});

afterAll(async () => {
  await session?.dispose();
  await sshd?.stop();
  await letThrough?.();
  await acquired?.release();
  client?.dispose();
});

beforeEach(() => {
  pictureOnFailure(() => session);
});

test('the manager is a second place to probe from, chosen with the keyboard', async () => {
  await workbench.command('Swarmscope: Open Ingress Routing');
  const page = workbench.webview();
  await page.getByRole('radio', { name: /no node answers/ }).waitFor({ timeout: 60_000 });
  const from = page.getByRole('combobox', { name: 'Probing from' });
  await from.focus();
  await workbench.page.keyboard.press('Enter');
  await page.getByRole('option', { name: `Manager ${sshd.address} over ssh` }).waitFor();
  await session.shoot('vantage-choice');
  await workbench.page.keyboard.press('ArrowDown');
  await workbench.page.keyboard.press('Enter');
  await page.getByRole('radio', { name: /3 of 3 nodes answer/ }).waitFor({ timeout: 60_000 });
  await page.getByText(/^curl \d/).waitFor();
  await session.shoot('vantage-manager');
});

test('a burst starts there, too', async () => {
  const page = workbench.webview();
  await page.getByRole('tab', { name: 'Who answers' }).click();
  await page.getByRole('button', { name: 'Start burst' }).click();
  const burst = page.getByRole('region', { name: 'Burst' });
  await burst.getByText(/fresh connections to all nodes in turn/).waitFor({ timeout: 60_000 });
  await burst.getByText(/^Even: /).waitFor();
});

test('a hidden page leaves only the connections of the tree, and the choice outlives it', async () => {
  const page = workbench.webview();
  const sessionsOfProbes = (): number =>
    sshd.log.match(/Accepted publickey for admin/g)?.length ?? 0;
  await page.getByRole('button', { name: 'Inspect service' }).click();
  await until('the page is out of sight', async () => {
    return !(await workbench.page.locator('iframe.webview.ready').first().isVisible());
  });
  // The window's host hears of it a moment later, which a busy machine makes longer.
  await pause(2_000);
  const before = sessionsOfProbes();
  await pause(7_000);
  expect(sessionsOfProbes()).toBe(before);
  await workbench.command('Swarmscope: Open Ingress Routing');
  await page.getByRole('combobox', { name: 'Probing from' }).waitFor();
  await page.getByRole('radio', { name: /3 of 3 nodes answer/ }).waitFor({ timeout: 30_000 });
});

test('back at this window’s host nothing of the manager’s samples is left', async () => {
  const page = workbench.webview();
  await page.getByRole('combobox', { name: 'Probing from' }).click();
  await page.getByRole('option', { name: /^This window's host/ }).click();
  await page.getByRole('radio', { name: /no node answers/ }).waitFor({ timeout: 30_000 });
});
