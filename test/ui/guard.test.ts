import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { writeLines } from '../lab/images';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { connectTo, pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import type { Workbench } from './support/workbench';

/*
 * Probes around acts on a published service of a real swarm: what they found is said at the act's end.
 * The lab's mesh is a stand-in, which follows the tasks as the kernel's own would.
 */

let acquired: AcquiredLab;
let session: Session;
let workbench: Workbench;
let settings: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  acquired = await acquireLab({ name: 'guard', engine: 'newest' });
  const { lab } = acquired;
  await lab.importImage('swarmscope/lines:latest', { cmd: writeLines() });
  const create = ['service', 'create', '-d', '--no-resolve-image', '--name=web', '--replicas=2'];
  await lab.docker('node1', [...create, '--publish=8080:80', 'swarmscope/hostname:latest']);
  settings = { 'swarmscope.connections': [{ name: 'lab', address: lab.manager.tcpAddress }] };
  session = await openWorkbench({ name: 'guard', netns: lab.clientNetns, settings });
  ({ workbench } = session);
  await workbench.openContainer('Swarmscope');
  await connectTo(workbench, 'lab');
  await workbench.row('lab', 1).waitFor({ timeout: 30_000 });
  await workbench.expand('Services', 2);
  await workbench.expand('Nodes', 2);
  await workbench.described('web', /2\/2/, 3);
  await allAnswer(8080);
});

afterAll(async () => {
  await session?.dispose();
  await acquired?.release();
});

beforeEach(() => {
  pictureOnFailure(() => session);
});

/** Waits until every node answers: what did not before an act is not watched. */
async function allAnswer(port: number): Promise<void> {
  await workbench.command('Swarmscope: Open Ingress Routing');
  const name = new RegExp(`${port}.*3 of 3 nodes answer`);
  const chip = workbench.webview().getByRole('radio', { name });
  await chip.waitFor({ timeout: 150_000 });
  await workbench.closeEditors();
}

/** The whole text of a notification, as soon as it is there. */
async function told(text: RegExp): Promise<string> {
  const toast = workbench.toast(text);
  await toast.waitFor({ timeout: 90_000 });
  return await toast.innerText();
}

test('a harmless scaling ends with the word that no probe failed', async () => {
  await workbench.contextMenu('web', 'Scale Service…', 3);
  await workbench.quickPrompt('Number of tasks of "web"');
  await workbench.type('3');
  const text = await told(/"web" runs: 3 of 3 tasks/);
  await session.shoot('guard-none-failed');
  expect(text).toContain('No failed probe on port 8080.');
  expect(text).not.toContain('Roll Back…');
  await workbench.clearToasts();
});

test('an update after which nothing answers is told by its failed probes, with the way back', async () => {
  await workbench.contextMenu('web', 'Update Image…', 3);
  await workbench.quickPrompt('Image that the tasks of "web" run');
  await workbench.quickValue('swarmscope/hostname:latest');
  await workbench.type('swarmscope/lines:latest');
  const end = /"web" runs: 3 of 3 tasks\. \d+ failed probe/;
  const text = await told(end);
  await session.shoot('guard-failed');
  expect(text).toMatch(
    /\b\d+ failed probes in \d+\.\d s on node[123] \(port 8080\), \d+ more on 2 other nodes\./,
  );
  await workbench.toastButton(end, 'Roll Back…');
  await workbench.tab('web: now ↔ after rolling back').waitFor();
  await workbench.choose('Roll Back');
  const back = await told(/"web" runs( again as it did before the update|: 3 of 3 tasks)/);
  await session.shoot('guard-rolled-back');
  expect(back).toContain('Not watched, as it did not answer before: port 8080 on 3 nodes.');
  await workbench.clearToasts();
  await workbench.closeEditors();
});

test('a drain is followed until the tasks run elsewhere, and tells of its probes', async () => {
  await workbench.described('web', /3\/3/, 3);
  await allAnswer(8080);
  await workbench.contextMenu('node2', 'Set Node Availability…', 3);
  await workbench.choose('Drain');
  await workbench.dialogButton('Drain');
  await workbench.toast(/Draining node "node2"/).waitFor();
  await session.shoot('guard-draining');
  const text = await told(/Drained: node2\./);
  // Waited for, though the last update of the service ended long ago.
  await workbench.described('web', /3\/3/, 3);
  await session.shoot('guard-drained');
  expect(text).toMatch(/No failed probe on port 8080\.|\d+ failed probes? .*\(port 8080\)/);
  expect(text).not.toMatch(/services run|rolled back/);
  await workbench.clearToasts();
});

test('a drain whose watching is stopped tells no more than that it was sent', async () => {
  // A task that moves starts so slowly that the drain is still watched when it is left.
  const slow = [
    '--health-cmd=exit 0',
    '--health-interval=10s',
    '--replicas=2',
    '--publish=8081:80',
  ];
  const create = ['service', 'create', '-d', '--no-resolve-image', '--name=slow', ...slow];
  await acquired.lab.docker('node1', [...create, 'swarmscope/hostname:latest']);
  await workbench.described('slow', /2\/2/, 3);
  await workbench.contextMenu('node3', 'Set Node Availability…', 3);
  await workbench.choose('Drain');
  await workbench.dialogButton('Drain');
  await workbench.toast(/Draining node "node3"/).waitFor();
  await workbench.toastButton(/Draining node "node3"/, 'Cancel');
  expect(await told(/Drained: node3\./)).not.toMatch(/probe/);
  await workbench.clearToasts();
  await acquired.lab.docker('node1', ['service', 'rm', 'slow']);
  await workbench.row('slow', 3).waitFor({ state: 'detached' });
});

test('a drain that leaves a port without tasks is told by its failed probes, and undone', async () => {
  const create = ['service', 'create', '-d', '--no-resolve-image', '--name=solo'];
  const place = ['--constraint=node.hostname==node3', '--publish=8091:80'];
  await acquired.lab.docker('node1', [...create, ...place, 'swarmscope/hostname:latest']);
  await acquired.lab.docker('node1', ['node', 'update', '--availability=active', 'node3']);
  await workbench.described('solo', /1\/1/, 3);
  await allAnswer(8091);
  await workbench.contextMenu('node3', 'Set Node Availability…', 3);
  await workbench.choose('Drain');
  await workbench.dialogButton('Drain');
  const end = /Drained: node3\./;
  const text = await told(end);
  await session.shoot('guard-drain-failed');
  expect(text).toMatch(/\d+ failed probes? .*\(ports? (8080, )?8091\)/);
  expect(text).toMatch(/"solo".*no suitable node/);
  await workbench.toastButton(end, 'Undo Drain');
  await workbench.toast(/As before the drain: node3\./).waitFor({ timeout: 30_000 });
  await workbench.described('solo', /1\/1/, 3);
  await acquired.lab.docker('node1', ['service', 'rm', 'solo']);
  await workbench.clearToasts();
});

test('who wants no probes around acts gets none', async () => {
  await session.writeSettings({ ...settings, 'swarmscope.probe.guard': false });
  await workbench.contextMenu('web', 'Scale Service…', 3);
  await workbench.quickPrompt('Number of tasks of "web"');
  await workbench.type('2');
  expect(await told(/"web" runs: 2 of 2 tasks/)).not.toMatch(/probe|[Ww]atched/);
  await workbench.clearToasts();
});

test('the background watch tells once when a port becomes failing, and leads to the page', async () => {
  await session.writeSettings({ ...settings, 'swarmscope.probe.backgroundWatch': true });
  const update = [
    'service',
    'update',
    '-d',
    '--no-resolve-image',
    '--image=swarmscope/lines:latest',
  ];
  await acquired.lab.docker('node1', [...update, 'web']);
  const news =
    /Published ports of "lab" are not as expected: 8080 of web on (node1( and node[23])?|3 nodes)\./;
  await workbench.toast(news).waitFor({ timeout: 180_000 });
  await session.shoot('guard-background');
  expect(await workbench.toast(/Published ports of/).count()).toBe(1);
  await workbench.toastButton(news, 'Show Routing');
  await workbench.webview().getByRole('radio', { name: /8080/ }).waitFor({ timeout: 30_000 });
}, 300_000);
