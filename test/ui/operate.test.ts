import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { getJson } from '../lab/engineApi';
import { countRequests } from '../lab/requestLog';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { changeOutside, connectTo, pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import type { Workbench } from './support/workbench';

/*
 * What is done to services and nodes that run, by clicks and keys on a real three-node swarm: each act
 * says before what it takes away, and is counted at the engine.
 */

let acquired: AcquiredLab;
let session: Session;
let workbench: Workbench;

interface ServiceJson {
  readonly Version: { readonly Index: number };
  readonly Spec: {
    readonly Mode: { readonly Replicated: { readonly Replicas: number } };
    readonly Labels: Record<string, string>;
    readonly TaskTemplate: {
      readonly ForceUpdate?: number;
      readonly Networks?: readonly { readonly Target: string }[];
      readonly ContainerSpec: { readonly Image: string; readonly Env?: readonly string[] };
    };
    readonly EndpointSpec: {
      readonly Ports?: readonly {
        readonly PublishedPort: number;
        readonly PublishMode: string;
      }[];
    };
  };
  readonly UpdateStatus?: { readonly State: string };
}

interface NodeJson {
  readonly Version: { readonly Index: number };
  readonly Spec: {
    readonly Availability: string;
    readonly Role: string;
    readonly Labels: Record<string, string>;
  };
}

const UPDATES = /^\/services\/[^/]+\/update$/;
const NODE_UPDATES = /^\/nodes\/[^/]+\/update$/;

beforeAll(async () => {
  acquired = await acquireLab({ name: 'operate', engine: 'newest' });
  const { lab } = acquired;
  for (const network of ['app', 'extra']) {
    await lab.docker('node1', ['network', 'create', '-d', 'overlay', network]);
  }
  await create('web', '--network=app', '--replicas=2', '--publish=8080:80', '--env=TOKEN=first');
  await create('front', '--network=app', '--replicas=2', '--publish=8070:80');
  await create('api', '--network=app');
  await create('pinned', '--network=app', '--constraint=node.hostname==node2', '--publish=8090:80');
  for (const name of ['old-a', 'old-b']) {
    await create(name);
  }
  session = await openWorkbench({
    name: 'operate',
    netns: lab.clientNetns,
    settings: {
      'swarmscope.connections': [{ name: 'lab', address: lab.manager.tcpAddress }],
    },
  });
  ({ workbench } = session);
  await workbench.openContainer('Swarmscope');
  await workbench.widenSidebar(430);
  await connectTo(workbench, 'lab');
  await workbench.row('lab', 1).waitFor({ timeout: 30_000 });
  await workbench.expand('Services', 2);
  await workbench.expand('Nodes', 2);
});

afterAll(async () => {
  await session?.dispose();
  await acquired?.release();
});

beforeEach(() => {
  pictureOnFailure(() => session);
});

async function create(name: string, ...args: string[]): Promise<void> {
  const image = 'swarmscope/hostname:latest';
  const flags = ['--detach', '--no-resolve-image', `--name=${name}`];
  await acquired.lab.docker('node1', ['service', 'create', ...flags, ...args, image]);
}

const service = (name: string): Promise<ServiceJson> =>
  getJson<ServiceJson>(acquired.lab.manager.socket, `/services/${name}`);

const node = (name: string): Promise<NodeJson> =>
  getJson<NodeJson>(acquired.lab.manager.socket, `/nodes/${name}`);

const updates = (): number => countRequests(acquired.lab.manager, 'POST', UPDATES);
const nodeUpdates = (): number => countRequests(acquired.lab.manager, 'POST', NODE_UPDATES);

/** Somebody else's change, at the engine. */
const elsewhere = (
  name: string,
  change: (spec: ServiceJson['Spec']) => ServiceJson['Spec'],
): Promise<void> => changeOutside(acquired.lab.manager.socket, `/services/${name}`, change);

/** Waits until the open list says this above its rows. */
async function listSays(text: string): Promise<void> {
  await workbench.quick.locator(`input[placeholder*='${text}']`).waitFor();
}

/** Reads what the copy button of the open question copied, without the system's clipboard. */
async function copied(command: string): Promise<void> {
  await workbench.page
    .locator('.part.statusbar')
    .getByText(`Copied: ${command}`, { exact: false })
    .first()
    .waitFor();
}

test('scales a service, once, and offers the command', async () => {
  await workbench.described('web', /2\/2/, 3);
  const before = updates();
  await workbench.contextMenu('web', 'Scale Service…', 3);
  await workbench.quickPrompt('Number of tasks of "web"');
  await workbench.quickInput.fill('3');
  await workbench.quick.locator('.action-label[aria-label="Copy as Docker Command"]').click();
  await copied('docker service scale web=3');
  await session.shoot('operate-scale');
  await workbench.accept();
  await workbench.toast('"web" runs: 3 of 3 tasks').waitFor({ timeout: 60_000 });
  await workbench.clearToasts();
  expect(updates() - before).toBe(1);
  expect((await service('web')).Spec.Mode.Replicated.Replicas).toBe(3);
});

test('a change from outside that touches nothing of ours is carried over', async () => {
  await workbench.contextMenu('web', 'Scale Service…', 3);
  await workbench.quickPrompt('Number of tasks of "web"');
  await elsewhere('web', (spec) => ({ ...spec, Labels: { by: 'somebody else' } }));
  await workbench.type('2');
  await workbench.toast('"web" runs: 2 of 2 tasks').waitFor({ timeout: 60_000 });
  await workbench.clearToasts();
  const { Spec: spec } = await service('web');
  expect(spec.Labels).toEqual({ by: 'somebody else' });
  expect(spec.Mode.Replicated.Replicas).toBe(2);
});

test('one that touches the same field is told with the field, and the question comes back', async () => {
  await workbench.contextMenu('web', 'Scale Service…', 3);
  await workbench.quickPrompt('Number of tasks of "web"');
  await elsewhere('web', (spec) => ({ ...spec, Mode: { Replicated: { Replicas: 1 } } }));
  await workbench.type('3');
  const told = 'Somebody else changed "web" meanwhile: Mode.Replicated.Replicas';
  await workbench.toast(told).waitFor();
  await session.shoot('operate-conflict');
  expect((await service('web')).Spec.Mode.Replicated.Replicas).toBe(1);
  await workbench.toastButton(told, 'Show Difference');
  await workbench.tab('web: now ↔ as you asked').waitFor();
  await workbench.toast(told).waitFor();
  await session.shoot('operate-conflict-difference');
  await workbench.toastButton(told, 'Ask Again');
  await workbench.quickTitle(/^Scale: web$/);
  await workbench.quickMessage.filter({ hasText: told }).waitFor();
  await workbench.quickValue('3');
  await workbench.accept();
  await workbench.toast('"web" runs: 3 of 3 tasks').waitFor({ timeout: 60_000 });
  await workbench.clearToasts();
  expect(await workbench.tab('web: now').count()).toBe(0);
});

test('an image that fails pauses the update, and rolling back shows what it goes back to', async () => {
  await workbench.contextMenu('web', 'Update Image…', 3);
  await workbench.quickPrompt('Image that the tasks of "web" run');
  await workbench.quickValue('swarmscope/hostname:latest');
  await workbench.type('nosuch/image:1');
  await workbench.toast(/The swarm paused the update of "web"/).waitFor({ timeout: 90_000 });
  await session.shoot('operate-paused');
  await workbench.clearToasts();
  await workbench.described('web', /update paused/, 3);
  const before = updates();
  await workbench.contextMenu('web', 'Roll Back…', 3);
  await workbench.tab('web: now ↔ after rolling back').waitFor();
  await workbench.quickPrompt('Goes back: image nosuch/image:1 → swarmscope/hostname:latest');
  const shown = workbench.page.locator('.monaco-diff-editor .view-line', { hasText: '"Image"' });
  const images = await until('both images', async () => {
    const texts = await shown.allInnerTexts();
    return texts.length === 2 ? texts.join('\n') : undefined;
  });
  expect(images).toMatch(/nosuch\/image:1[^]*swarmscope\/hostname/);
  expect(await workbench.page.getByText('TOKEN=first').count()).toBe(0);
  await session.shoot('operate-roll-back');
  await workbench.choose('Roll Back');
  await workbench.described('web', /3\/3.*rolled back/, 3);
  await workbench
    .toast('"web" runs again as it did before the update')
    .waitFor({ timeout: 90_000 });
  await workbench.clearToasts();
  expect(updates() - before).toBe(1);
  const { Spec: spec } = await service('web');
  expect(spec.TaskTemplate.ContainerSpec).toMatchObject({
    Image: 'swarmscope/hostname:latest',
    Env: ['TOKEN=first'],
  });
});

test('attaches to a network and detaches from another, saying who no longer finds whom', async () => {
  await workbench.contextMenu('front', 'Attach to Networks…', 3);
  await listSays('Tick the networks that "front" joins');
  await workbench.tick('extra');
  await session.shoot('operate-attach');
  await workbench.accept();
  await workbench.quickPrompt('Aliases of "front" on "extra"');
  await workbench.accept();
  expect(await workbench.dialogButton('Attach')).toContain('Attach "front" of "lab"');
  await workbench.toast('"front" runs: 2 of 2 tasks').waitFor({ timeout: 90_000 });
  await workbench.clearToasts();
  expect((await service('front')).Spec.TaskTemplate.Networks).toHaveLength(2);
  await workbench.contextMenu('front', 'Detach from Networks…', 3);
  await listSays('Tick the networks that "front" leaves');
  await workbench.tick('app');
  await workbench.accept();
  await workbench.dialog.waitFor();
  await session.shoot('operate-detach');
  const asked = await workbench.dialogButton('Detach');
  expect(asked).toContain('On network "app", api, pinned, web no longer find front.');
  await workbench.toast('"front" runs: 2 of 2 tasks').waitFor({ timeout: 90_000 });
  await workbench.clearToasts();
  expect((await service('front')).Spec.TaskTemplate.Networks).toHaveLength(1);
});

test('publishes another port and stops publishing one', async () => {
  await workbench.contextMenu('front', 'Published Ports…', 3);
  await workbench.quickRow('8070:80').waitFor();
  await workbench.choose('Add a port…');
  await workbench.quickPrompt('published:target');
  await workbench.quickInput.fill('8090:80');
  await workbench.quickMessage.filter({ hasText: 'published by the service "pinned"' }).waitFor();
  await workbench.type('8081:80');
  await workbench.quickRow('8081:80').waitFor();
  await workbench.choose('8070:80');
  await workbench.quickPrompt('empty to remove it');
  await workbench.quickValue('8070:80');
  await workbench.type('');
  await workbench.quickRow('8070:80').waitFor({ state: 'detached' });
  await session.shoot('operate-ports');
  await workbench.choose('Publish These Ports');
  await workbench.dialog.waitFor();
  await session.shoot('operate-ports-dialog');
  const asked = await workbench.dialogButton('Change Ports');
  expect(asked).toContain('Port 8070/tcp closes on every node.');
  await workbench.toast('"front" runs: 2 of 2 tasks').waitFor({ timeout: 90_000 });
  await workbench.clearToasts();
  const { Ports: ports = [] } = (await service('front')).Spec.EndpointSpec;
  expect(ports.map(({ PublishedPort }) => PublishedPort)).toEqual([8081]);
});

test('drains a node after saying what that takes away, by one update', async () => {
  await workbench.described('pinned', /1\/1/, 3);
  const before = nodeUpdates();
  await workbench.contextMenu('node2', 'Set Node Availability…', 3);
  await workbench.choose('Drain');
  await workbench.dialog.waitFor();
  await session.shoot('operate-drain');
  const asked = await workbench.dialogButton('Drain');
  expect(asked).toContain('Drain node "node2" of "lab"?');
  expect(asked).toContain('Published ports that close on every node: 8090/tcp (pinned)');
  expect(asked).toContain('No node is left for pinned');
  await workbench.toast('Drained: node2').waitFor({ timeout: 90_000 });
  await workbench.described('node2', /drain/, 3);
  await workbench.clearToasts();
  expect(nodeUpdates() - before).toBe(1);
  expect((await node('node2')).Spec.Availability).toBe('drain');
  await workbench.contextMenu('node2', 'Set Node Availability…', 3);
  await workbench.choose('Active');
  await workbench.toast('Takes tasks again: node2').waitFor();
  await workbench.clearToasts();
  await workbench.described('pinned', /1\/1/, 3);
});

test('drains two selected nodes with one question, and lets both take tasks again', async () => {
  const before = nodeUpdates();
  await workbench.select('node2', 3);
  await workbench.select('node3', 3, { added: true });
  await workbench.contextMenu('node3', 'Set Node Availability…', 3);
  await workbench.choose('Drain');
  await workbench.dialog.waitFor();
  await session.shoot('operate-drain-two');
  const asked = await workbench.dialogButton('Drain');
  expect(asked).toContain('Drain 2 nodes of "lab"?');
  expect(asked).toContain('node2, node3.');
  await workbench.toast('Drained: node2, node3').waitFor({ timeout: 90_000 });
  await workbench.described('node3', /drain/, 3);
  await workbench.clearToasts();
  await workbench.contextMenu('node3', 'Set Node Availability…', 3);
  await workbench.choose('Active');
  await workbench.toast('Takes tasks again: node2, node3').waitFor();
  await workbench.clearToasts();
  expect(nodeUpdates() - before).toBe(4);
  // Leaves the selection, whose menu offers what fits several rows only.
  await workbench.select('node1', 3);
});

test('sets a label on a node, and refuses to demote the last manager', async () => {
  await workbench.contextMenu('node3', 'Edit Node Labels…', 3);
  await listSays('Node "node3" has no labels yet');
  await workbench.choose('Add a label…');
  await workbench.quickPrompt('Label as name=value');
  await workbench.type('zone=a b');
  await workbench.quickRow('zone=a b').waitFor();
  await session.shoot('operate-labels');
  await workbench.choose('Set These Labels');
  await workbench.toast('The labels of node "node3" are set').waitFor();
  await workbench.clearToasts();
  expect((await node('node3')).Spec.Labels).toEqual({ zone: 'a b' });
  await workbench.contextMenu('node1', 'Demote Node…', 3);
  await workbench.toast('A swarm needs a manager').waitFor();
  await workbench.clearToasts();
  await workbench.contextMenu('node3', 'Promote Node…', 3);
  await workbench.dialog.waitFor();
  await session.shoot('operate-promote');
  const asked = await workbench.dialogButton('Promote');
  expect(asked).toContain('From 1 manager to 2');
  expect(asked).toContain('two are worse than one');
  await until('node3 a manager', async () => (await node('node3')).Spec.Role === 'manager');
});

test('removes what is selected, with one question', async () => {
  const deletes = (): number =>
    countRequests(acquired.lab.manager, 'DELETE', /^\/services\/[^/]+$/);
  const before = deletes();
  await workbench.select('old-a', 3);
  await workbench.select('old-b', 3, { added: true });
  const items = await workbench.contextMenu('old-b', 'Remove…', 3);
  expect(items).toContain('Scale Service…');
  expect(items).not.toContain('Update Image…');
  await workbench.dialog.waitFor();
  await session.shoot('operate-remove-two');
  const asked = await workbench.dialogButton('Remove');
  expect(asked).toContain('Remove 2 services from "lab"?');
  expect(asked).toContain('Services: old-a, old-b.');
  await workbench.row('old-a', 3).waitFor({ state: 'detached' });
  await workbench.row('old-b', 3).waitFor({ state: 'detached' });
  expect(deletes() - before).toBe(2);
});
