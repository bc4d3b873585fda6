import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { getJson } from '../lab/engineApi';
import type { LabNode } from '../lab/lab';
import { countRequests } from '../lab/requestLog';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { connectTo, pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import type { ShownRow, Workbench } from './support/workbench';

/* Two swarms, each of engines of its own, open at the same time in a real VS Code and kept apart. */

const SECRET = 'secret-of-alpha-0451';

let labs: Readonly<Record<Swarm, AcquiredLab>>;
let session: Session;
let workbench: Workbench;

type Swarm = 'alpha' | 'beta';
const SWARMS: readonly Swarm[] = ['alpha', 'beta'];

beforeAll(async () => {
  const alpha = await acquireLab({ name: 'hard-a', nodes: 2, engine: 'oldest' });
  const beta = await acquireLab({ name: 'hard-b', nodes: 1, engine: 'oldest' }).catch(
    async (error: unknown) => {
      await alpha.release();
      throw error;
    },
  );
  labs = { alpha, beta };
  session = await openWorkbench({
    name: 'two-swarms',
    netns: alpha.lab.clientNetns,
    logLevel: 'swarmscope.swarmscope:trace',
    settings: {
      'swarmscope.connections': [
        { name: 'alpha', address: manager('alpha').tcpAddress },
        { name: 'beta', address: manager('beta').tcpAddress },
        { name: 'helper', address: alpha.lab.node('node2').tcpAddress },
        { name: 'nobody', address: `tcp://${manager('alpha').address}:4321` },
      ],
    },
  });
  ({ workbench } = session);
  await workbench.openContainer('Swarmscope');
});

afterAll(async () => {
  await session?.dispose();
  for (const acquired of Object.values(labs ?? {})) {
    await acquired.release();
  }
});

beforeEach(() => {
  pictureOnFailure(() => session);
});

function manager(swarm: Swarm): LabNode {
  return labs[swarm].lab.manager;
}

/** The rows below a swarm's root, as far as they are unfolded. */
async function rowsOf(swarm: string): Promise<readonly ShownRow[]> {
  const rows = await workbench.rows();
  const first = rows.findIndex(({ level, label }) => level === 1 && label === swarm) + 1;
  const next = rows.findIndex(({ level }, index) => index >= first && level === 1);
  return first === 0 ? [] : rows.slice(first, next < 0 ? undefined : next);
}

/** Folds the other root, so that a row of this one is the only one of its name. */
async function lookInto(swarm: Swarm, group: string): Promise<void> {
  for (const other of SWARMS.filter((name) => name !== swarm)) {
    await workbench.collapse(other, 1);
  }
  await workbench.expand(swarm, 1);
  await workbench.expand(group, 2);
}

/** Labels of the rows in a group of a swarm. */
async function labelsIn(swarm: Swarm, group: string): Promise<readonly string[]> {
  const rows = await rowsOf(swarm);
  const first = rows.findIndex(({ level, label }) => level === 2 && label === group) + 1;
  const next = rows.findIndex(({ level }, index) => index >= first && level === 2);
  const inside = first === 0 ? [] : rows.slice(first, next < 0 ? undefined : next);
  return inside.filter(({ level }) => level === 3).map(({ label }) => label);
}

/** Ids of the networks of this name, as a swarm's own engine tells. */
async function networkIds(swarm: Swarm, name: string): Promise<readonly string[]> {
  const networks = await getJson<{ Name: string; Id: string }[]>(
    manager(swarm).socket,
    '/networks',
  );
  return networks.filter(({ Name }) => Name === name).map(({ Id }) => Id);
}

function creates(swarm: Swarm, kind: string): number {
  return countRequests(manager(swarm), 'POST', new RegExp(`^/${kind}/create$`));
}

async function statusBar(): Promise<string> {
  return await workbench.page.locator('.statusbar-item[id^="swarmscope"]').first().innerText();
}

/** The names of the open tabs. */
async function tabs(): Promise<readonly string[]> {
  return await workbench.page
    .locator('.tabs-container .tab .label-name')
    .evaluateAll((elements) => elements.map((element) => element.textContent ?? ''));
}

test('one swarm has its name in the status bar, the second is opened beside it', async () => {
  await connectTo(workbench, 'alpha');
  await workbench.described('alpha', /^2 nodes · manager node1/, 1);
  await until('the status bar names alpha', async () => /alpha · node1/.test(await statusBar()));
  await session.shoot('two-swarms-first');
  await connectTo(workbench, 'beta');
  await workbench.described('beta', /^1 node · manager node1/, 1);
  await workbench.described('alpha', /^2 nodes · manager node1/, 1);
  await until('the status bar counts beta', async () => /alpha.*\+1/.test(await statusBar()));
  await session.shoot('two-swarms-tree');
});

test('each root has its own objects', async () => {
  await labs.beta.lab.docker('node1', ['network', 'create', '-d', 'overlay', 'only-beta']);
  await lookInto('beta', 'Networks');
  await workbench.row('only-beta', 3).waitFor();
  await workbench.expand('Nodes', 2);
  await until('the node of beta', async () => (await labelsIn('beta', 'Nodes')).length === 1);
  await lookInto('alpha', 'Networks');
  await workbench.expand('Nodes', 2);
  await until(
    'the nodes of alpha',
    async () => (await labelsIn('alpha', 'Nodes')).join() === 'node1,node2',
  );
  expect(await labelsIn('alpha', 'Networks')).not.toContain('only-beta');
});

test('a network created in one swarm is in that one alone', async () => {
  const title = 'Create Overlay Network';
  await workbench.contextMenu('alpha', `${title}…`, 1);
  expect(await workbench.quickTitle(new RegExp(title))).toContain('alpha');
  await workbench.quickPrompt('Name of the network');
  await workbench.type('only-alpha');
  await workbench.quickPrompt('Subnet, or leave it empty');
  await workbench.accept();
  await workbench.quickRow('Attachable').waitFor();
  await workbench.accept();
  await workbench.toast('Created the overlay network "only-alpha"').waitFor();
  await workbench.clearToasts();
  await workbench.row('only-alpha', 3).waitFor();
  expect([creates('alpha', 'networks'), await networkIds('alpha', 'only-alpha')]).toEqual([
    1,
    [expect.any(String)],
  ]);
  // One that the test itself made.
  expect([creates('beta', 'networks'), await networkIds('beta', 'only-alpha')]).toEqual([1, []]);
  await lookInto('beta', 'Networks');
  await workbench.row('only-beta', 3).waitFor();
  expect(await labelsIn('beta', 'Networks')).not.toContain('only-alpha');
});

test('a command of the palette asks which swarm is meant', async () => {
  await workbench.command('Swarmscope: Deploy Service…');
  await workbench.quickTitle(/Deploy Service/);
  await until(
    'the question which swarm',
    async () => (await workbench.quickInput.getAttribute('placeholder')) === 'Which swarm?',
  );
  await session.shoot('two-swarms-which');
  await workbench.choose('alpha');
  expect(await workbench.quickTitle(/Deploy Service.*\d\/\d/)).toContain('alpha');
  await workbench.quickPrompt('Image that the tasks run');
  await workbench.type('postgres');
  await workbench.quickPrompt('Name of the service');
  await workbench.type('vault');
  await workbench.quickRow('only-alpha').waitFor();
  expect(await workbench.quickRow('only-beta').count()).toBe(0);
  await workbench.accept();
  await workbench.choose('Replicated');
  await workbench.quickPrompt('Number of replicas');
  await workbench.type('1');
  await workbench.quickPrompt('Ports to publish');
  await workbench.type('8081:5432');
  await workbench.choose('Add a variable…');
  await workbench.quickPrompt('Variable as NAME=value');
  await workbench.type(`POSTGRES_PASSWORD=${SECRET}`);
  await workbench.quickRow(/=\*\*\*/).waitFor();
  await workbench.choose('Continue');
  await workbench.choose('Deploy vault');
  await workbench.toast('"vault" runs: 1 of 1 tasks').waitFor({ timeout: 90_000 });
  await workbench.clearToasts();
  expect([creates('alpha', 'services'), creates('beta', 'services')]).toEqual([1, 0]);
});

test('a value of a service is in no line of the log at its finest level', async () => {
  const services = await getJson<unknown>(manager('alpha').socket, '/services');
  // The controls: the value did reach the engine, and its call stands in the log.
  expect(JSON.stringify(services)).toContain(SECRET);
  const log = await until('the create in the log', async () => {
    const text = await session.extensionLog();
    return /POST \S*\/services\/create 201/.test(text) ? text : undefined;
  });
  expect(log).toMatch(/\[debug\]/);
  expect(log).not.toContain(SECRET);
});

test('the ingress networks of both are different documents, each with its own content', async () => {
  const ids: string[] = [];
  for (const swarm of SWARMS) {
    const [id = ''] = await networkIds(swarm, 'ingress');
    expect(id).toMatch(/^\w{25}$/);
    ids.push(id);
    await lookInto(swarm, 'Networks');
    await workbench.contextMenu('ingress', 'Inspect', 3);
    await until(`the document of ${swarm}`, async () => {
      const text = await workbench.editorText();
      return text.includes(`Read-only. ${swarm}, as seen from node node1`) && text.includes(id);
    });
  }
  expect(new Set(ids).size).toBe(2);
  const ingress = (await tabs()).filter((name) => name.startsWith('ingress'));
  expect(ingress).toHaveLength(2);
  await session.shoot('two-swarms-documents');
});

/** What the page of a routing panel, which is in front, says of its nodes. */
async function nodesOnPage(): Promise<readonly string[]> {
  const text = await workbench.shownWebview().locator('body').innerText({ timeout: 2_000 });
  return ['node1', 'node2'].filter((node) => text.includes(node));
}

test('each swarm has a routing panel of its own', async () => {
  for (const swarm of SWARMS) {
    await workbench.contextMenu(swarm, 'Open Ingress Routing', 1);
    await workbench.tab(`Ingress Routing: ${swarm}`).waitFor();
    const nodes = swarm === 'alpha' ? ['node1', 'node2'] : ['node1'];
    // A swarm that publishes nothing has no nodes on the page.
    const expected = swarm === 'alpha' ? nodes : [];
    await until(`the page of ${swarm}`, async () => {
      const found = await nodesOnPage();
      return found.join() === expected.join();
    });
    await session.shoot(`two-swarms-routing-${swarm}`);
  }
});

test('after a reload of the window both swarms are back, with what was open of each', async () => {
  const before = await tabs();
  expect(before).toHaveLength(4);
  await session.reload();
  await workbench.openContainer('Swarmscope');
  for (const swarm of SWARMS) {
    await workbench.described(swarm, /node.* · manager node1/, 1);
    await workbench.tab(`Ingress Routing: ${swarm}`).waitFor();
  }
  await expect
    .poll(async () => (await tabs()).toSorted(), { timeout: 30_000 })
    .toEqual(before.toSorted());
  await workbench.tab('Ingress Routing: alpha').click();
  await until('the page of alpha', async () => (await nodesOnPage()).join() === 'node1,node2');
  await session.shoot('two-swarms-reloaded');
});

test('a connection that fails stands beside them, with its own reason and act', async () => {
  await connectTo(workbench, 'helper');
  await workbench.described('helper', /^This engine is a worker/, 1);
  expect(await workbench.contextMenu('helper', 'Try Again', 1)).toContain(
    'Connect to One of Its Managers…',
  );
  await workbench.described('helper', /^This engine is a worker/, 1);
  // One that never led to a swarm gives way to the next.
  await connectTo(workbench, 'nobody');
  await workbench.described('nobody', /refuses the connection/, 1);
  await workbench.row('helper', 1).waitFor({ state: 'detached' });
  for (const swarm of SWARMS) {
    await workbench.described(swarm, /node.* · manager node1/, 1);
  }
  await until('the status bar tells what is worst', async () =>
    /nobody: not connected \+2/.test(await statusBar()),
  );
  await session.shoot('two-swarms-failing');
  await workbench.command('Swarmscope: Connect to Swarm Manager…');
  await workbench.quickTitle(/Connect to Swarm Manager/);
  await workbench.quickPrompt('This engine is a worker.');
  await session.shoot('two-swarms-picker');
  await workbench.page.keyboard.press('Escape');
  await workbench.contextMenu('nobody', 'Disconnect', 1);
  await workbench.row('nobody', 1).waitFor({ state: 'detached' });
});

test('leaving one swarm leaves the other as it is', async () => {
  await lookInto('beta', 'Networks');
  await workbench.row('only-beta', 3).waitFor();
  const before = await rowsOf('beta');
  await workbench.contextMenu('alpha', 'Disconnect', 1);
  await workbench.row('alpha', 1).waitFor({ state: 'detached' });
  await expect.poll(() => rowsOf('beta'), { timeout: 30_000 }).toEqual(before);
  await labs.beta.lab.docker('node1', ['network', 'create', '-d', 'overlay', 'later-beta']);
  await workbench.row('later-beta', 3).waitFor();
  await until('the status bar names beta alone', async () =>
    /beta · node1/.test(await statusBar()),
  );
  await session.shoot('two-swarms-left');
});
