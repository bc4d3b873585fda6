import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { connectTo, pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import type { Workbench } from './support/workbench';

/*
 * A folder that the person does not trust (Restricted Mode): the docker CLI never runs on its files,
 * what it says of programs and addresses counts for nothing, and everything else works.
 */

const COMPOSE = 'services:\n  web:\n    image: swarmscope/hostname:latest\n';

let acquired: AcquiredLab;
let session: Session;
let workbench: Workbench;
let programs: string;

/** Where a docker CLI of this test's notes that it was started. */
const noted = (name: string): string => path.join(programs, `${name}.started`);

/** A docker CLI that notes each start and then is the real one. */
async function program(name: string): Promise<string> {
  const file = path.join(programs, name);
  const { dockerCli } = acquired.lab.engine;
  await writeFile(file, `#!/bin/sh\necho "$*" >>'${noted(name)}'\nexec '${dockerCli}' "$@"\n`);
  await chmod(file, 0o755);
  return file;
}

beforeAll(async () => {
  acquired = await acquireLab({ name: 'restricted', engine: 'newest', nodes: 1 });
  const { lab } = acquired;
  const create = ['service', 'create', '-d', '--no-resolve-image', '--name=site'];
  await lab.docker('node1', [...create, 'swarmscope/hostname:latest']);
  programs = await mkdtemp(path.join(tmpdir(), 'swarmscope-programs-'));
  session = await openWorkbench({
    name: 'restricted',
    netns: lab.clientNetns,
    workspaceTrust: true,
    settings: {
      'security.workspace.trust.enabled': true,
      'security.workspace.trust.startupPrompt': 'never',
      'security.workspace.trust.untrustedFiles': 'open',
      'workbench.editor.useModal': 'off',
      'swarmscope.connections': [{ name: 'lab', address: lab.manager.tcpAddress }],
      'swarmscope.docker.path': await program('mine'),
    },
  });
  ({ workbench } = session);
  await mkdir(path.join(session.folder, '.vscode'));
  const theirs = {
    'swarmscope.docker.path': await program('theirs'),
    'swarmscope.ssh.path': await program('theirs'),
    'swarmscope.probe.curlPath': await program('theirs'),
    'swarmscope.connections': [{ name: 'theirs', address: 'tcp://192.0.2.1:2375' }],
  };
  const settings = path.join(session.folder, '.vscode/settings.json');
  await writeFile(settings, JSON.stringify(theirs));
  await writeFile(path.join(session.folder, 'compose.yaml'), COMPOSE);
});

afterAll(async () => {
  await session?.dispose();
  await acquired?.release();
  if (programs !== undefined) {
    await rm(programs, { recursive: true, force: true });
  }
});

beforeEach(() => {
  pictureOnFailure(() => session);
});

function lens(text: string | RegExp): Locator {
  return workbench.page.locator('.codelens-decoration a', { hasText: text });
}

async function openCompose(): Promise<void> {
  await until('the editor of compose.yaml', async () => {
    if ((await workbench.tab('compose.yaml').count()) === 0) {
      await workbench.page.keyboard.press('Control+p');
      await workbench.quickInput.fill('compose.yaml', { timeout: 2_000 });
      await workbench.quickRow('compose.yaml').first().click({ timeout: 2_000 });
    }
    await workbench.tab('compose.yaml').first().waitFor({ timeout: 2_000 });
    return true;
  });
}

test('the window is restricted, and the person’s own connections work', async () => {
  await workbench.page.getByText('Restricted Mode').first().waitFor();
  await workbench.openContainer('Swarmscope');
  await workbench.command('Swarmscope: Connect to Swarm Manager…');
  await workbench.quickTitle(/Connect to Swarm Manager/);
  await workbench.quickRow('lab').waitFor();
  expect(await workbench.quickRow('theirs').count()).toBe(0);
  await workbench.page.keyboard.press('Escape');
  await connectTo(workbench, 'lab');
  await workbench.row('lab', 1).waitFor({ timeout: 20_000 });
  await workbench.expand('Services', 2);
  await workbench.described('site', /1\/1/, 3);
});

test('a service is changed as ever', async () => {
  await workbench.contextMenu('site', 'Scale Service…', 3);
  await workbench.quickPrompt('Number of tasks of "site"');
  await workbench.type('2');
  await workbench.toast('"site" runs: 2 of 2 tasks').waitFor({ timeout: 60_000 });
  await workbench.clearToasts();
  await workbench.described('site', /2\/2/, 3);
});

test('stacks are neither compared nor deployed, and the reason is told', async () => {
  await openCompose();
  await lens('comparing needs a trusted workspace').waitFor();
  await session.shoot('restricted-lenses');
  for (const command of ['Deploy Stack to Swarm…', 'Compare Stack File with Swarm']) {
    await workbench.command(`Swarmscope: ${command}`);
    await workbench.toast('This workspace is not trusted').waitFor();
    await session.shoot('restricted-refusal');
    await workbench.clearToasts();
  }
  expect(existsSync(noted('mine'))).toBe(false);
  expect(existsSync(noted('theirs'))).toBe(false);
});

test('once the folder is trusted the person’s own docker CLI compares, never that of the folder', async () => {
  await workbench.command('Swarmscope: Compare Stack File with Swarm');
  await workbench.toastButton('This workspace is not trusted', 'Manage Workspace Trust');
  await workbench.page.getByRole('button', { name: 'Trust', exact: true }).click();
  await workbench.tab('compose.yaml').first().click();
  await lens(/on .*lab: /)
    .filter({ hasNotText: 'trusted' })
    .filter({ hasNotText: 'comparing' })
    .waitFor({ timeout: 90_000 });
  expect(await readFile(noted('mine'), 'utf8')).toContain('stack config');
  expect(existsSync(noted('theirs'))).toBe(false);
  await session.shoot('restricted-trusted');
});
