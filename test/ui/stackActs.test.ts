import { existsSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { getJson } from '../lab/engineApi';
import type { LabNode } from '../lab/lab';
import { countRequests } from '../lab/requestLog';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { clickLens, connectTo, pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import type { Workbench } from './support/workbench';

/*
 * What stacks and YAML documents change, in production and beside another swarm: said before, typed,
 * counted at the engine, and followed until it runs or the reason is told.
 */

const COMPOSE = `services:
  web:
    image: swarmscope/hostname:latest
    ports:
      - "8080:80"
    deploy:
      replicas: 2
  api:
    image: swarmscope/hostname:latest
  bad:
    image: swarmscope/hostname:latest
    command: [busybox, "false"]
    deploy:
      restart_policy:
        delay: 1s
`;

const OTHER = `services:
  web:
    image: swarmscope/hostname:latest
`;

let prod: AcquiredLab;
let other: AcquiredLab;
let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  prod = await acquireLab({ name: 'stack-acts', engine: 'newest', nodes: 2 });
  other = await acquireLab({ name: 'stack-else', engine: 'newest', nodes: 1 });
  await other.lab.docker('node1', ['network', 'create', '-d', 'overlay', 'app']);
  for (const [name, ...more] of [['api'], ['front', '--publish=8090:80', '--replicas=2']]) {
    const flags = ['--detach', '--no-resolve-image', `--name=${name}`, '--network=app', ...more];
    await other.lab.docker('node1', ['service', 'create', ...flags, 'swarmscope/hostname:latest']);
  }
  session = await openWorkbench({
    name: 'stack-acts',
    netns: prod.lab.clientNetns,
    settings: settings(prod.lab.engine.dockerCli),
  });
  ({ workbench } = session);
  await writeFile(file('compose.yaml'), COMPOSE);
  await writeFile(file('other.stack.yaml'), OTHER);
});

afterAll(async () => {
  await session?.dispose();
  await prod?.release();
  await other?.release();
});

beforeEach(() => {
  pictureOnFailure(() => session);
});

const file = (name: string): string => path.join(session.folder, name);
const manager = ({ lab }: AcquiredLab): LabNode => lab.manager;

function settings(docker: string): Readonly<Record<string, unknown>> {
  return {
    'swarmscope.connections': [
      { name: 'prod', address: manager(prod).tcpAddress, production: true },
      { name: 'frozen', address: manager(other).tcpAddress, readOnly: true },
      { name: 'other', address: manager(other).tcpAddress },
    ],
    'swarmscope.docker.path': docker,
    'files.autoSave': 'off',
    'editor.minimap.enabled': false,
  };
}

/** Every request that changes services, at a swarm's manager. */
function changes(acquired: AcquiredLab): number {
  const node = manager(acquired);
  return (
    countRequests(node, 'POST', /^\/services\/create$/) +
    countRequests(node, 'POST', /^\/services\/[^/]+\/update$/) +
    countRequests(node, 'DELETE', /^\/services\/[^/]+$/)
  );
}

interface ServiceJson {
  readonly Spec: {
    readonly Name: string;
    readonly Mode: { readonly Replicated: { readonly Replicas: number } };
  };
}

async function replicas(acquired: AcquiredLab, name: string): Promise<number> {
  const { Spec } = await getJson<ServiceJson>(manager(acquired).socket, `/services/${name}`);
  return Spec.Mode.Replicated.Replicas;
}

async function openFile(name: string): Promise<void> {
  await until(`the editor of ${name}`, async () => {
    if ((await workbench.tab(name).count()) === 0) {
      await workbench.page.keyboard.press('Control+p');
      await workbench.quickInput.fill(name, { timeout: 2_000 });
      await workbench.quickRow(name).first().click({ timeout: 2_000 });
    }
    await workbench.tab(name).first().click({ timeout: 2_000 });
    return true;
  });
}

/** Writes a file as another program would, and waits until the editor in front has it. */
async function change(name: string, edit: (text: string) => string, shown: RegExp): Promise<void> {
  await writeFile(file(name), edit(await readFile(file(name), 'utf8')));
  await until('the changed text', async () => shown.test(await workbench.editorText()));
}

/** Clicks "Deploy stack…" above the code of the editor in front. */
async function startDeploy(): Promise<void> {
  await clickLens(workbench, 'Deploy stack…');
}

/** Goes through the form that deploys to a swarm. */
async function deploy(stack: string, swarm: string, prune = false): Promise<void> {
  await workbench.quickPrompt('Name of the stack');
  await workbench.type(stack);
  await workbench.quickRow('Remove services that are not in the file').waitFor();
  if (prune) {
    await workbench.tick('Remove services that are not in the file');
  }
  await workbench.accept();
  await workbench.choose(`Deploy ${stack} to ${swarm}`);
}

/** Opens a service as YAML and makes its number of tasks another. */
async function editReplicas(name: string, from: number, to: number): Promise<void> {
  await workbench.contextMenu(name, 'Edit Service as YAML…', 3);
  await until('the document', async () =>
    (await workbench.editorText()).includes(`replicas: ${from}`),
  );
  // Drawn last: what stands below it moves then.
  await workbench.page.getByText('Preview Changes', { exact: true }).first().waitFor();
  await workbench.page
    .locator('.editor-instance .view-line', { hasText: `replicas: ${from}` })
    .first()
    .click();
  await workbench.page.keyboard.press('End');
  await workbench.page.keyboard.press('Backspace');
  await workbench.page.keyboard.type(String(to));
  await until('the change', async () => (await workbench.editorText()).includes(`replicas: ${to}`));
}

async function apply(name: string): Promise<void> {
  await workbench.page
    .locator('.editor-actions .action-label[aria-label^="Apply to Swarm"]')
    .click();
  await workbench.quickTitle(new RegExp(`Apply to "${name}"`));
  await workbench.choose(/Apply 1 change/);
}

test('a deploy is followed in one notification, and ends with the reason of what does not run', async () => {
  await workbench.openContainer('Swarmscope');
  await workbench.widenSidebar(430);
  await connectTo(workbench, 'prod');
  await workbench.row('prod', 1).waitFor({ timeout: 30_000 });
  await openFile('compose.yaml');
  await startDeploy();
  await deploy('shop', 'prod');
  const followed = workbench.toast(/Stack "shop": \d of 3 services run; .*bad/);
  await followed.waitFor({ timeout: 60_000 });
  await session.shoot('stack-acts-following');
  const told =
    /Deployed the stack "shop" to "prod": 2 of 3 services run\. "bad" does not come up\. shop_bad\.1/;
  await workbench.toast(told).waitFor({ timeout: 90_000 });
  await session.shoot('stack-acts-failing');
  expect(changes(prod)).toBe(3);
  await workbench.toastButton(told, 'Show Logs');
  await workbench.tab(/shop_bad/).waitFor();
  await workbench.clearToasts();
  await workbench.closeEditors();
});

test('a redeploy in production says what it takes away, and sends nothing before its name is typed', async () => {
  await openFile('compose.yaml');
  await change(
    'compose.yaml',
    (text) => text.replace(/ {2}bad:[^]*/, '').replace('"8080:80"', '"8081:80"'),
    /8081/,
  );
  const before = changes(prod);
  await startDeploy();
  await deploy('shop', 'prod', true);
  await workbench.quickTitle(/Deploy and Remove in production: prod/);
  for (const text of [
    'Removes what is not in the file: bad.',
    'web (ports differ)',
    'Published ports that close on every node: 8080/tcp (shop_web).',
    'Type "shop" to confirm.',
  ]) {
    await workbench.quickPrompt(text);
  }
  await session.shoot('stack-acts-typed');
  await workbench.type('shopp');
  await workbench.quickMessage.filter({ hasText: 'Type exactly "shop"' }).waitFor();
  expect(changes(prod)).toBe(before);
  await workbench.type('shop');
  await workbench
    .toast('Deployed the stack "shop" to "prod": all 2 services run.')
    .waitFor({ timeout: 90_000 });
  await session.shoot('stack-acts-all-run');
  await workbench.clearToasts();
  expect(changes(prod) - before).toBe(3);
});

test('a confirmation that is left sends nothing, and the form is there again', async () => {
  const before = changes(prod);
  await startDeploy();
  await deploy('shop', 'prod');
  await workbench.quickTitle(/Deploy in production: prod/);
  await workbench.page.keyboard.press('Escape');
  await workbench.quickRow('Deploy shop to prod').waitFor();
  await workbench.page.keyboard.press('Escape');
  expect(changes(prod)).toBe(before);
});

test('a YAML document is applied in production once the name of its service is typed', async () => {
  await workbench.openContainer('Swarmscope');
  await workbench.expand('Services', 2);
  await editReplicas('shop_web', 2, 0);
  const before = changes(prod);
  await apply('shop_web');
  await workbench.quickTitle(/Apply in production: prod/);
  await workbench.quickPrompt('Published ports that close on every node: 8081/tcp (shop_web).');
  await workbench.quickPrompt('2 running tasks of shop_web stop.');
  await session.shoot('stack-acts-yaml-typed');
  await workbench.type('shop');
  await workbench.quickMessage.filter({ hasText: 'Type exactly "shop_web"' }).waitFor();
  expect(changes(prod)).toBe(before);
  await workbench.type('shop_web');
  await workbench.toast('"shop_web" runs: 0 of 0 tasks').waitFor({ timeout: 60_000 });
  await workbench.clearToasts();
  expect(changes(prod) - before).toBe(1);
  expect(await replicas(prod, 'shop_web')).toBe(0);
  await workbench.closeEditors();
});

test('a docker CLI that gets to another swarm deploys nothing', async () => {
  // As an ssh configuration or a context of its own would lead it elsewhere.
  const program = file('docker');
  const [from, to] = [manager(prod).tcpAddress, manager(other).tcpAddress];
  const real = prod.lab.engine.dockerCli;
  await writeFile(
    program,
    `#!/bin/sh\n: >'${program}.ran'\nfirst=$1; shift\n[ "$first" = "--host=${from}" ] && first="--host=${to}"\nexec ${real} "$first" "$@"\n`,
  );
  await chmod(program, 0o755);
  await session.writeSettings(settings(program));
  await openFile('compose.yaml');
  // The file is compared by the program of the settings, once they have arrived.
  await until('the other program in use', () => existsSync(`${program}.ran`));
  const before = [changes(prod), changes(other)];
  await startDeploy();
  await workbench.quickPrompt('Name of the stack');
  await workbench.accept();
  await workbench.quickRow('Remove services that are not in the file').waitFor();
  await workbench.accept();
  await workbench.quickRow(program).waitFor();
  await workbench.choose('Deploy shop to prod');
  await workbench.quickTitle(/Deploy in production: prod/);
  await workbench.type('shop');
  await workbench
    .toast('Nothing was deployed: the docker CLI gets to another swarm than "prod"')
    .waitFor({ timeout: 30_000 });
  await session.shoot('stack-acts-elsewhere');
  expect([changes(prod), changes(other)]).toEqual(before);
  await workbench.quickRow('Deploy shop to prod').waitFor();
  await workbench.page.keyboard.press('Escape');
  await workbench.clearToasts();
  await session.writeSettings(settings(real));
});

test('a file that was never deployed asks which swarm, though only one of them can be changed', async () => {
  await connectTo(workbench, 'frozen');
  await workbench.row('frozen', 1).waitFor({ timeout: 30_000 });
  await openFile('other.stack.yaml');
  await startDeploy();
  await workbench.quickTitle(/Deploy Stack/);
  await workbench.quickRow('prod').waitFor();
  await workbench.quickRow('frozen').waitFor();
  await session.shoot('stack-acts-which');
  await workbench.choose('frozen');
  await workbench.toast(/"frozen".*read-only/).waitFor();
  await workbench.clearToasts();
  await startDeploy();
  await workbench.choose('prod');
  expect(await workbench.quickTitle(/Deploy Stack.*1\/3/)).toContain('prod');
  await workbench.page.keyboard.press('Escape');
  await workbench.openContainer('Swarmscope');
  await workbench.contextMenu('frozen', 'Disconnect', 1);
  await workbench.row('frozen', 1).waitFor({ state: 'detached' });
});

test('outside production a document asks only when something is taken away', async () => {
  await workbench.contextMenu('prod', 'Disconnect', 1);
  await workbench.row('prod', 1).waitFor({ state: 'detached' });
  await connectTo(workbench, 'other');
  await workbench.row('other', 1).waitFor({ timeout: 30_000 });
  await workbench.expand('Services', 2);
  await editReplicas('front', 2, 3);
  await apply('front');
  await workbench.toast('"front" runs: 3 of 3 tasks').waitFor({ timeout: 60_000 });
  await workbench.clearToasts();
  await workbench.closeEditors();
  await editReplicas('front', 3, 0);
  const before = changes(other);
  await apply('front');
  await workbench.dialog.waitFor();
  await session.shoot('stack-acts-yaml-dialog');
  expect(changes(other)).toBe(before);
  const asked = await workbench.dialogButton('Apply');
  expect(asked).toContain('Published ports that close on every node: 8090/tcp (front).');
  expect(asked).toContain('On network "app", api no longer finds front.');
  await workbench.toast('"front" runs: 0 of 0 tasks').waitFor({ timeout: 60_000 });
  await workbench.clearToasts();
  await workbench.closeEditors();
  expect(changes(other) - before).toBe(1);
});

test('a file whose swarm is not open asks before it goes to another', async () => {
  await openFile('compose.yaml');
  await startDeploy();
  await workbench.quickTitle(/Deploy Stack/);
  await until('the question', async () =>
    (await workbench.quickInput.getAttribute('placeholder'))?.includes('is not open'),
  );
  await workbench.quickRow('other').waitFor();
  await session.shoot('stack-acts-not-open');
  await workbench.page.keyboard.press('Escape');
});

test('two services are scaled together, and followed together', async () => {
  const before = changes(other);
  await workbench.openContainer('Swarmscope');
  await workbench.select('api', 3);
  await workbench.select('front', 3, { added: true });
  await workbench.contextMenu('front', 'Scale Service…', 3);
  await workbench.quickPrompt('Number of tasks of each: api, front');
  await workbench.type('2');
  await workbench.toast('Scaled on "other": all 2 services run.').waitFor({ timeout: 60_000 });
  await session.shoot('stack-acts-scaled');
  await workbench.clearToasts();
  expect(changes(other) - before).toBe(2);
});
