import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { getJson } from '../lab/engineApi';
import { type AskedRegistry, startRegistry } from '../lab/registry';
import { countRequests } from '../lab/requestLog';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { changeOutside, connectTo, pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import type { Workbench } from './support/workbench';

/*
 * Acts on a production swarm: what is typed to confirm, what is refused before it is sent, which login
 * is sent, and what others change meanwhile. Each is counted at the engine.
 */

let acquired: AcquiredLab;
let registry: AskedRegistry;
let dockerFolder: string;
let session: Session;
let workbench: Workbench;

interface ServiceJson {
  readonly Spec: {
    readonly TaskTemplate: {
      readonly Networks?: readonly { readonly Aliases?: readonly string[] }[];
      readonly ContainerSpec: { readonly Image: string };
    };
  };
}

interface NodeJson {
  readonly Spec: { readonly Labels: Record<string, string> };
}

const IMAGE = 'swarmscope/hostname:latest';

beforeAll(async () => {
  acquired = await acquireLab({ name: 'operate-more', engine: 'newest' });
  const { lab } = acquired;
  await lab.importImage('swarmscope/other:1');
  for (const flags of [['app'], ['extra'], ['inner', '--internal']]) {
    await lab.docker('node1', ['network', 'create', '-d', 'overlay', ...flags]);
  }
  await create('web', '--network=app', '--replicas=2');
  await create('wide', '--replicas=5', '--publish=8070:80');
  const hostPort = '--publish=mode=host,published=8060,target=80';
  await create('edge', '--network=app', '--network=inner', hostPort);
  await create('pulls', '--constraint=node.hostname==node1');
  registry = await startRegistry(lab.manager.netns);
  dockerFolder = await mkdtemp(path.join(os.tmpdir(), 'swarmscope-docker-'));
  await logIn('ann:first');
  session = await openWorkbench({
    name: 'operate-more',
    netns: lab.clientNetns,
    env: { DOCKER_CONFIG: dockerFolder },
    settings: {
      'swarmscope.connections': [
        { name: 'prod', address: lab.manager.tcpAddress, production: true },
      ],
    },
  });
  ({ workbench } = session);
  await workbench.openContainer('Swarmscope');
  await workbench.widenSidebar(430);
  await connectTo(workbench, 'prod');
  await workbench.row('prod', 1).waitFor({ timeout: 30_000 });
  await workbench.expand('Services', 2);
  await workbench.expand('Nodes', 2);
  await workbench.described('web', /2\/2/, 3);
});

afterAll(async () => {
  await session?.dispose();
  await registry?.stop();
  await acquired?.release();
  await rm(dockerFolder, { recursive: true, force: true });
});

beforeEach(() => {
  pictureOnFailure(() => session);
});

async function create(name: string, ...args: string[]): Promise<void> {
  const flags = ['--detach', '--no-resolve-image', `--name=${name}`];
  await acquired.lab.docker('node1', ['service', 'create', ...flags, ...args, IMAGE]);
}

/** As `docker login` leaves the login of the registry behind. */
async function logIn(login: string): Promise<void> {
  const auth = Buffer.from(login).toString('base64');
  const config = { auths: { [registry.name]: { auth } } };
  await writeFile(path.join(dockerFolder, 'config.json'), JSON.stringify(config));
}

/** The logins with which the registry was asked for a tag of `app`. */
function loginsOf(tag: string): readonly string[] {
  const asked = registry.asked.filter((one) => one.path === `/v2/app/manifests/${tag}`);
  return [...new Set(asked.map(({ login }) => login))];
}

const service = (name: string): Promise<ServiceJson> =>
  getJson<ServiceJson>(acquired.lab.manager.socket, `/services/${name}`);

const node = (name: string): Promise<NodeJson> =>
  getJson<NodeJson>(acquired.lab.manager.socket, `/nodes/${name}`);

const updates = (): number =>
  countRequests(acquired.lab.manager, 'POST', /^\/services\/[^/]+\/update$/);

/** Waits until the open list says this above its rows. */
async function listSays(text: string): Promise<void> {
  await workbench.quick.locator(`input[placeholder*='${text}']`).waitFor();
}

/** Leaves the open question with Escape. */
async function leave(): Promise<void> {
  await workbench.quickInput.press('Escape');
  await workbench.quick.waitFor({ state: 'detached' });
}

test('an image is updated in production once the name is typed, and not before', async () => {
  const before = updates();
  await workbench.contextMenu('web', 'Update Image…', 3);
  await workbench.quickPrompt('Image that the tasks of "web" run');
  await workbench.type('swarmscope/other:1');
  await workbench.quickTitle(/Update Image in production: prod/);
  await workbench.quickPrompt('Type "web" to confirm');
  await workbench.type('wbe');
  await workbench.quickMessage.filter({ hasText: 'Type exactly "web"' }).waitFor();
  await session.shoot('operate-production');
  await workbench.quickInput.press('Escape');
  // The question comes back with what was typed; nothing was sent.
  await workbench.quickTitle(/^Update Image: web/);
  await workbench.quickValue('swarmscope/other:1');
  expect(updates() - before).toBe(0);
  expect((await service('web')).Spec.TaskTemplate.ContainerSpec.Image).toBe(IMAGE);
  await workbench.accept();
  await workbench.quickPrompt('Type "web" to confirm');
  await workbench.type('web');
  await workbench.toast('"web" runs: 2 of 2 tasks').waitFor({ timeout: 90_000 });
  await workbench.clearToasts();
  expect(updates() - before).toBe(1);
  const { Image: image } = (await service('web')).Spec.TaskTemplate.ContainerSpec;
  expect(image).toBe('swarmscope/other:1');
});

test('this machine’s login is sent when the person says so, and its image is kept until then', async () => {
  const image = `${registry.name}/app:1`;
  await workbench.contextMenu('pulls', 'Update Image…', 3);
  await workbench.quickPrompt('Image that the tasks of "pulls" run');
  await workbench.type(image);
  await listSays(`Send this machine’s login for "${registry.name}"`);
  await workbench.quickRow('Without a Login').waitFor();
  await session.shoot('operate-login');
  await leave();
  expect(registry.asked).toEqual([]);
  await workbench.contextMenu('pulls', 'Update Image…', 3);
  await workbench.quickPrompt('Kept from before. Image that the tasks of "pulls" run');
  await workbench.quickValue(image);
  await session.shoot('operate-kept');
  await workbench.accept();
  await listSays(`Send this machine’s login for "${registry.name}"`);
  await workbench.choose('With the Login of This Machine');
  await workbench.quickPrompt('and send this machine’s login with it');
  await workbench.type('pulls');
  // The registry knows no image: it is asked about it, and the task's pull fails.
  await workbench.toast('The swarm paused the update of "pulls"').waitFor({ timeout: 90_000 });
  await workbench.clearToasts();
  expect(loginsOf('1')).toEqual(['ann:first']);
  await workbench.contextMenu('pulls', 'Update Image…', 3);
  await workbench.quickPrompt('Image that the tasks of "pulls" run');
  expect(await workbench.quick.innerText()).not.toContain('Kept from before');
  await leave();
});

test('a new image in YAML is applied with this machine’s login when that is switched on', async () => {
  await logIn('bob:second');
  await workbench.contextMenu('pulls', 'Edit Service as YAML…', 3);
  await until('the document', async () => (await workbench.editorText()).includes('/app:1'));
  await workbench.page.getByText('Preview Changes', { exact: true }).first().waitFor();
  const line = workbench.page.locator('.editor-instance .view-line', { hasText: '/app:1' }).first();
  await line.click();
  await workbench.page.keyboard.press('End');
  await workbench.page.keyboard.type('1');
  await until('the change', async () => (await workbench.editorText()).includes('/app:11'));
  await workbench.page
    .locator('.editor-actions .action-label[aria-label^="Apply to Swarm"]')
    .click();
  await workbench.quickTitle(/Apply to "pulls"/);
  expect(await workbench.quick.innerText()).not.toContain('--with-registry-auth');
  await workbench.choose('Registry login');
  await workbench.quickRow('--with-registry-auth').first().waitFor();
  await session.shoot('operate-yaml-login');
  await workbench.choose('Apply 1 changes');
  await workbench.quickPrompt('Type "pulls" to confirm');
  await workbench.type('pulls');
  await workbench.toast('The swarm paused the update of "pulls"').waitFor({ timeout: 90_000 });
  await workbench.clearToasts();
  expect(loginsOf('11')).toEqual(['bob:second']);
  await workbench.closeEditors();
});

test('ports in host mode for more replicas than nodes are refused, and the list is kept', async () => {
  const before = updates();
  await workbench.contextMenu('wide', 'Published Ports…', 3);
  await workbench.choose('8070:80');
  await workbench.quickValue('8070:80');
  await workbench.type('8070:80 host');
  await workbench.quickRow('8070:80 host').waitFor();
  await workbench.choose('Publish These Ports');
  const refused = '5 replicas need 5 nodes, and 3 can take tasks. Use fewer replicas';
  await listSays(refused);
  await workbench.toast(refused).waitFor();
  await session.shoot('operate-ports-refused');
  await leave();
  await workbench.clearToasts();
  await workbench.contextMenu('wide', 'Published Ports…', 3);
  await listSays('Kept from before');
  await workbench.quickRow('8070:80 host').waitFor();
  await session.shoot('operate-ports-kept');
  await workbench.choose('Start Anew');
  await workbench.quickRow(/^\s*8070:80$/).waitFor();
  await leave();
  expect(updates() - before).toBe(0);
});

test('a host port is not left on internal networks only', async () => {
  const before = updates();
  await workbench.contextMenu('edge', 'Detach from Networks…', 3);
  await listSays('Tick the networks that "edge" leaves');
  await workbench.tick('app');
  await workbench.accept();
  await listSays('A port in host mode is dead when all networks of the service are internal');
  await workbench.toast('add a network that is not, or use mode ingress').waitFor();
  await session.shoot('operate-detach-refused');
  await leave();
  await workbench.clearToasts();
  expect(updates() - before).toBe(0);
});

test('attaches with an alias', async () => {
  await workbench.contextMenu('web', 'Attach to Networks…', 3);
  await listSays('Tick the networks that "web" joins');
  await workbench.tick('extra');
  await workbench.accept();
  await workbench.quickPrompt('Aliases of "web" on "extra"');
  await workbench.type('-no');
  await workbench.quickMessage.filter({ hasText: '"-no" is no alias' }).waitFor();
  await session.shoot('operate-aliases');
  await workbench.type('api backend');
  await workbench.quickPrompt('Type "web" to confirm');
  await workbench.quick.locator('.action-label[aria-label="Copy as Docker Command"]').click();
  await workbench.page.locator('.part.statusbar').getByText('Copied: docker').first().waitFor();
  const copied = await workbench.page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe('docker service update --network-add name=extra,alias=api,alias=backend web');
  await workbench.type('web');
  await workbench.toast('"web" runs: 2 of 2 tasks').waitFor({ timeout: 90_000 });
  await workbench.clearToasts();
  const { Networks: networks = [] } = (await service('web')).Spec.TaskTemplate;
  expect(networks.map(({ Aliases }) => Aliases ?? [])).toContainEqual(['api', 'backend']);
});

test('labels go onto those that somebody else set meanwhile, and one that both set is told', async () => {
  await workbench.contextMenu('node3', 'Edit Node Labels…', 3);
  await listSays('Node "node3" has no labels yet');
  await workbench.choose('Add a label…');
  await workbench.quickPrompt('Label as name=value');
  await workbench.type('zone=mine');
  await workbench.quickRow('zone=mine').waitFor();
  await changeOutside<NodeJson['Spec']>(
    acquired.lab.manager.socket,
    `/nodes/${await nodeId('node3')}`,
    (spec) => ({ ...spec, Labels: { zone: 'theirs', disk: 'ssd' } }),
  );
  await workbench.choose('Set These Labels');
  const told = 'Somebody else changed "node3" meanwhile: Labels.zone';
  await workbench.toastButton(told, 'Ask Again');
  await workbench.quickRow('zone=theirs is there, and you asked for zone=mine').waitFor();
  await workbench.quickRow('disk=ssd').waitFor();
  await session.shoot('operate-labels-both');
  await workbench.choose(/^\s*zone=theirs$/);
  await workbench.quickValue('zone=theirs');
  await workbench.type('zone=mine');
  await workbench.choose('Set These Labels');
  await workbench.toast('The labels of node "node3" are set').waitFor();
  await workbench.clearToasts();
  await until('the labels of both', async () => {
    const { Labels: labels } = (await node('node3')).Spec;
    return labels['zone'] === 'mine' && labels['disk'] === 'ssd';
  });
});

async function nodeId(name: string): Promise<string> {
  const { ID: id } = await getJson<{ readonly ID: string }>(
    acquired.lab.manager.socket,
    `/nodes/${name}`,
  );
  return id;
}
