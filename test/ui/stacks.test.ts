import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { clickLens, connectTo, pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import type { Workbench } from './support/workbench';

/*
 * A compose file becomes a stack on a real swarm, by clicks: deployed through the docker CLI, seen in
 * the tree, changed and compared with what runs; what the swarm would refuse is told beforehand.
 */

const COMPOSE = `# The shop
x-common: &common
  networks: [front]
  environment:
    SHOP_COLOUR: blue
    SHOP_TOKEN: value-of-the-shop

services:
  web:
    <<: *common
    image: swarmscope/hostname:latest
    ports:
      - "8080:80"
    deploy:
      replicas: 2
  api:
    <<: *common
    image: drupal:latest
    configs: [motd]
  cache:
    image: postgres:latest

networks:
  front:
    external: true
    name: edge

configs:
  motd:
    file: ./motd.txt
`;

let acquired: AcquiredLab;
let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  acquired = await acquireLab({ name: 'stacks', engine: 'newest', nodes: 2 });
  const { lab } = acquired;
  await lab.docker('node1', ['network', 'create', '-d', 'overlay', 'edge']);
  const other = ['--name', 'other', '--detach', '--no-resolve-image', '--publish', '9090:80'];
  await lab.docker('node1', ['service', 'create', ...other, 'swarmscope/hostname:latest']);
  session = await openWorkbench({
    name: 'stacks',
    netns: lab.clientNetns,
    settings: {
      'swarmscope.connections': [{ name: 'lab', address: lab.manager.tcpAddress }],
      'swarmscope.docker.path': lab.engine.dockerCli,
      'files.autoSave': 'off',
      'editor.minimap.enabled': false,
    },
  });
  ({ workbench } = session);
  await writeFile(file(), COMPOSE);
  await writeFile(path.join(session.folder, 'motd.txt'), 'Welcome.\n');
});

afterAll(async () => {
  await session?.dispose();
  await acquired?.release();
});

beforeEach(() => {
  pictureOnFailure(() => session);
});

const file = (): string => path.join(session.folder, 'compose.yaml');

/** Opens a file of the workspace by its name. */
async function openFile(name: string): Promise<void> {
  await until(`the editor of ${name}`, async () => {
    if ((await workbench.tab(name).count()) === 0) {
      await workbench.page.keyboard.press('Control+p');
      await workbench.quickInput.fill(name, { timeout: 2_000 });
      await workbench.quickRow(name).first().click({ timeout: 2_000 });
    }
    await workbench.tab(name).first().waitFor({ timeout: 2_000 });
    return true;
  });
}

/** A line above the code of the editor in front. */
function lens(text: string | RegExp): Locator {
  return workbench.page.locator('.codelens-decoration a', { hasText: text });
}

/** Chooses an item of the context menu of a file in the explorer. */
async function explorerMenu(name: string, item: string): Promise<void> {
  await workbench.openContainer('Explorer');
  const row = workbench.sidebar.locator('.explorer-folders-view .monaco-list-row', {
    hasText: name,
  });
  const wanted = workbench.page.locator(
    '.monaco-menu .action-item:not(.disabled) .action-menu-item',
    {
      hasText: item,
    },
  );
  await until(`the menu of ${name}`, async () => {
    if ((await workbench.page.locator('.monaco-menu').count()) === 0) {
      await row.first().click({ button: 'right', timeout: 2_000 });
    }
    await wanted.waitFor({ timeout: 2_000 });
    return true;
  });
  await session.shoot('stacks-explorer-menu');
  await until(`choosing ${item}`, async () => {
    if ((await wanted.count()) > 0) {
      await wanted.hover({ timeout: 2_000 });
      await wanted.click({ timeout: 2_000 });
    }
    await workbench.page.locator('.monaco-menu').waitFor({ state: 'detached', timeout: 2_000 });
    return true;
  });
}

/** Replaces the file as another program would, and waits until the editor has it. */
async function change(edit: (text: string) => string, shown: string): Promise<void> {
  await writeFile(file(), edit(await readFile(file(), 'utf8')));
  await until('the changed text', async () => (await workbench.editorText()).includes(shown));
}

/** Deploys the file under its own name, from the line above its services. */
async function deployFromLens(): Promise<void> {
  await clickLens(workbench, 'Deploy stack…');
  await workbench.quickPrompt('Name of the stack');
  await workbench.quickValue('shop');
  await workbench.accept();
  await workbench.quickRow('Send registry credentials').waitFor();
  await workbench.accept();
  await workbench.choose('Deploy shop to lab');
}

/** What the problems of the editor in front say. */
async function problems(): Promise<string> {
  await workbench.command('Problems: Focus on Problems View');
  const list = workbench.page.locator('.markers-panel .monaco-list-row');
  return (await list.allInnerTexts()).join('\n');
}

test('a compose file offers to be deployed before any swarm is connected', async () => {
  await openFile('compose.yaml');
  await lens('Deploy stack…').waitFor();
  expect(await lens(/running|deployed/).count()).toBe(0);
});

test('says what runs once a swarm is connected: nothing yet', async () => {
  await workbench.openContainer('Swarmscope');
  await connectTo(workbench, 'lab');
  await workbench.row('lab', 1).waitFor({ timeout: 20_000 });
  await lens(/on lab: not deployed/).waitFor();
  await until('three services', async () => (await lens(/^not deployed$/).count()) === 3);
  await session.shoot('stacks-lenses-before');
});

test('deploys from the explorer, showing the exact command first', async () => {
  await explorerMenu('compose.yaml', 'Deploy Stack to Swarm…');
  await workbench.quickTitle(/Deploy Stack/);
  await workbench.quickPrompt('Name of the stack');
  await workbench.quickInput.fill('my shop');
  await workbench.quickMessage.filter({ hasText: 'letters, digits' }).waitFor();
  await workbench.type('shop');
  await workbench.quickRow('Remove services that are not in the file').waitFor();
  await session.shoot('stacks-deploy-options');
  await workbench.accept();
  await workbench.quickRow('Deploy shop to lab').waitFor();
  const { lab } = acquired;
  const rows = await workbench.quick.locator('.quick-input-list .label-name').allTextContents();
  const lines = [
    lab.engine.dockerCli,
    `--host=${lab.manager.tcpAddress}`,
    'stack deploy',
    `--compose-file=${file()}`,
    'shop',
  ];
  // Rows that the list before had may stay in the page, unseen.
  expect(rows.map((row) => row.replace(/\\$/, '').trim())).toEqual(expect.arrayContaining(lines));
  await session.shoot('stacks-deploy-review');
  await workbench.choose('Deploy shop to lab');
  await workbench.toast('Deployed the stack "shop" to "lab": all 3 services run.').waitFor({
    timeout: 60_000,
  });
  await session.shoot('stacks-deploy-done');
  await workbench.clearToasts();
  // Written a moment after it happened.
  await until('what docker said', async () =>
    (await session.extensionLog()).includes('docker: Creating service shop_web'),
  );
  expect(await session.extensionLog()).not.toContain('value-of-the-shop');
});

test('the lines above the services follow until all are in step', async () => {
  await lens(/^2\/2 running · in step$/).waitFor({ timeout: 60_000 });
  await until(
    'three services in step',
    async () => (await lens(/· in step$/).count()) === 3,
    60_000,
  );
  await lens(/shop on lab: in step/).waitFor();
  await session.shoot('stacks-lenses-in-step');
});

test('a deploy that changes what is published tells what its probes found', async () => {
  await change((text) => text.replace('SHOP_COLOUR: blue', 'SHOP_COLOUR: red'), 'red');
  await deployFromLens();
  const toast = workbench.toast(/Deployed the stack "shop" to "lab": all 3 services run\./);
  await toast.waitFor({ timeout: 90_000 });
  await session.shoot('stacks-deploy-probed');
  expect(await toast.innerText()).toMatch(
    /run\. (No failed probe on port 8080\.|\d+ failed probes? .*\(port 8080\))/,
  );
  await workbench.clearToasts();
});

test('the tree groups by stack and back', async () => {
  await workbench.openContainer('Swarmscope');
  await workbench.command('Swarmscope: Group by Stack');
  await workbench.expand('Stacks', 2);
  await workbench.described('shop', /4\/4 running · 3 services · 1 network/, 3);
  await workbench.expand('shop', 3);
  for (const service of ['shop_web', 'shop_api', 'shop_cache']) {
    await workbench.row(service, 4).waitFor();
  }
  await workbench.row('shop_default', 4).waitFor();
  await workbench.expand('Services', 2);
  await workbench.row('other', 3).waitFor();
  expect(await workbench.row('shop_web', 3).count()).toBe(0);
  const stack = (await workbench.rows()).find(({ label }) => label === 'shop');
  expect(stack?.aria).toContain('Stack shop, 4 of 4 running, 3 services, 1 network');
  await session.shoot('stacks-tree');
  await workbench.command('Swarmscope: Do Not Group by Stack');
  await workbench.row('shop_web', 3).waitFor();
  await workbench.row('Stacks', 2).waitFor({ state: 'detached' });
  await workbench.command('Swarmscope: Group by Stack');
  await workbench.row('Stacks', 2).waitFor();
});

test('a changed file is shown beside what runs', async () => {
  await openFile('compose.yaml');
  await change(
    (text) =>
      text
        .replace('swarmscope/hostname:latest', 'drupal:latest')
        .replace('replicas: 2', 'replicas: 3')
        .replace('"8080:80"', '"8088:80"'),
    '8088:80',
  );
  await lens(/running · image, replicas, ports differ/).waitFor({ timeout: 30_000 });
  await clickLens(workbench, /shop on lab: 1 service differs/);
  await workbench.tab(/shop: lab \(left\)/).waitFor();
  const wanted = ['replicas: 2', 'replicas: 3', '8080→80/tcp', '8088→80/tcp', 'SHOP_TOKEN'];
  const shown = await until('both sides', async () => {
    const text = await workbench.page.locator('.monaco-diff-editor').innerText();
    const plain = text.replaceAll('\u00A0', ' ');
    return wanted.every((one) => plain.includes(one)) ? plain : undefined;
  });
  expect(shown).not.toContain('value-of-the-shop');
  await session.shoot('stacks-diff');
  await workbench.closeEditors();
});

test('a taken port and a missing external network are problems at their places', async () => {
  await openFile('compose.yaml');
  await change(
    (text) => text.replace('"8088:80"', '"9090:80"').replace('name: edge', 'name: nowhere'),
    'nowhere',
  );
  await until('both problems', async () => {
    const text = await problems();
    return (
      text.includes('Port 9090/tcp is taken: the service "other" of "lab" publishes it.') &&
      text.includes('The swarm "lab" has no network "nowhere".') &&
      text.includes('[Ln 13, Col 9]') &&
      text.includes('[Ln 26, Col 11]')
    );
  });
  await workbench.page.locator('.editor-instance .squiggly-error').first().waitFor();
  await session.shoot('stacks-problems');
});

test('what docker refuses is told with its own words, and nothing typed is lost', async () => {
  await deployFromLens();
  await workbench.toast(/The stack "shop" was not deployed.*nowhere/).waitFor({ timeout: 30_000 });
  await workbench.quickRow('Deploy shop to lab').waitFor();
  await session.shoot('stacks-refused');
  await workbench.page.keyboard.press('Escape');
  await workbench.clearToasts();
});

test('without a docker CLI it says so where it matters, and offers what helps', async () => {
  await session.writeSettings({
    'swarmscope.connections': [{ name: 'lab', address: acquired.lab.manager.tcpAddress }],
    'swarmscope.docker.path': '/nowhere/docker',
  });
  await lens(/shop on lab: comparing needs the docker CLI/).waitFor({ timeout: 30_000 });
  await clickLens(workbench, /comparing needs the docker CLI/);
  const toast = workbench.toast('There is no docker command "/nowhere/docker"').first();
  await toast.waitFor();
  expect(await toast.innerText()).toMatch(/Open the Install Page[\s\S]*Choose a Path…/);
  await session.shoot('stacks-no-cli');
});
