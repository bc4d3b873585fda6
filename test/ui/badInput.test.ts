import { afterAll, beforeAll, expect, test } from 'vitest';
import { countRequests } from '../lab/requestLog';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { connectTo, pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import type { Workbench } from './support/workbench';

/* What goes wrong in daily use, tried through the real UI: each is answered clearly, with a way on. */

let acquired: AcquiredLab;
let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  acquired = await acquireLab({ name: 'bad-input', nodes: 2, engine: 'oldest' });
  const { lab } = acquired;
  const lone = await lab.startLoneEngine();
  session = await openWorkbench({
    name: 'bad-input',
    netns: lab.clientNetns,
    settings: {
      'swarmscope.connections': [
        { name: 'manager', address: lab.manager.tcpAddress },
        { name: 'worker', address: lab.node('node2').tcpAddress },
        { name: 'lone engine', address: lone.tcpAddress },
        { name: 'nobody', address: `tcp://${lab.manager.address}:4321` },
      ],
    },
  });
  ({ workbench } = session);
  await workbench.openContainer('Swarmscope');
});

afterAll(async () => {
  await session?.dispose();
  await acquired?.release();
});

async function welcomeSays(words: string): Promise<void> {
  await workbench.welcome.filter({ hasText: words }).first().waitFor({ timeout: 30_000 });
}

test('an address that is none is refused while it is typed', async () => {
  pictureOnFailure(() => session);
  await workbench.command('Swarmscope: Connect to Swarm Manager…');
  await workbench.quickTitle(/Connect to Swarm Manager/);
  await workbench.choose('Enter an address…');
  await until('the address step', async () =>
    (await workbench.quickInput.getAttribute('placeholder'))?.startsWith('tcp://'),
  );
  await workbench.quickInput.fill('tcp://host:70000');
  await workbench.quickMessage.filter({ hasText: '1 to 65535' }).waitFor();
  await workbench.quickInput.fill('fd://');
  await workbench.quickMessage.filter({ hasText: 'cannot be used yet' }).waitFor();
  await session.shoot('address-refused');
  await workbench.page.keyboard.press('Escape');
});

test.each([
  ['nobody', 'does not answer', 'Try Again', 'unreachable'],
  ['worker', 'Only a manager can list', 'Connect to One of Its Managers…', 'worker'],
  ['lone engine', 'not part of a swarm', 'Start a Swarm Here…', 'inactive'],
])('%s is explained with what to do next', async (name, words, button, picture) => {
  pictureOnFailure(() => session);
  await connectTo(workbench, name);
  await welcomeSays(words);
  if (name === 'nobody') {
    await workbench.toast(/4321 refuses the connection/).waitFor();
    await session.shoot('connection-refused');
    await workbench.clearToasts();
  }
  await workbench.welcome.getByRole('button', { name: button }).first().waitFor();
  await session.shoot(`state-${picture}`);
});

test('a name that is taken and a subnet that overlaps are refused while typing', async () => {
  pictureOnFailure(() => session);
  await acquired.lab.docker('node1', [
    'network',
    'create',
    '-d',
    'overlay',
    '--subnet',
    '10.60.0.0/24',
    'app',
  ]);
  await connectTo(workbench, 'manager');
  await workbench.row('manager', 1).waitFor({ timeout: 30_000 });
  await workbench.expand('Networks', 2);
  await workbench.row('app', 3).waitFor({ timeout: 30_000 });
  await workbench.command('Swarmscope: Create Overlay Network…');
  await workbench.quickTitle(/Create Overlay Network/);
  await workbench.quickInput.fill('app');
  await workbench.quickMessage.filter({ hasText: 'A network of this name exists' }).waitFor();
  await workbench.type('app2');
  await workbench.quickPrompt('Subnet, or leave it empty');
  await workbench.quickInput.fill('10.60.0.128/25');
  await workbench.quickMessage.filter({ hasText: 'overlaps the network "app"' }).waitFor();
  await session.shoot('subnet-overlap');
  await workbench.page.keyboard.press('Escape');
});

/** Goes through the deploy form, as it suggests, up to the step that asks for ports. */
async function fillUntilPorts(
  image: string,
  suggested: string,
  { wasLeft = false } = {},
): Promise<void> {
  await workbench.command('Swarmscope: Deploy Service…');
  await workbench.quickTitle(/Deploy Service/);
  if (wasLeft) {
    await workbench.choose('Start anew');
  }
  await workbench.quickPrompt('Image that the tasks run');
  await workbench.type(image);
  await workbench.quickPrompt('Name of the service');
  await workbench.quickValue(suggested);
  await workbench.accept();
  await workbench.quickRow('app').waitFor();
  await workbench.accept();
  await workbench.choose('Replicated');
  await workbench.quickPrompt('Number of replicas');
  await workbench.quickValue('1');
  await workbench.accept();
  await workbench.quickPrompt('Ports to publish');
}

test('a port that is taken is refused while typing, and names its owner', async () => {
  pictureOnFailure(() => session);
  const { lab } = acquired;
  await lab.docker('node1', [
    'service',
    'create',
    '--detach',
    '--no-resolve-image',
    '--name=web',
    '--network=app',
    '--publish=8080:80',
    'swarmscope/hostname:latest',
  ]);
  await workbench.expand('Services', 2);
  await workbench.row('web', 3).waitFor({ timeout: 30_000 });
  await until('web running', async () => (await workbench.description('web', 3)).includes('1/1'));
  await fillUntilPorts('drupal', 'drupal');
  await workbench.quickInput.fill('8080:80');
  await workbench.quickMessage
    .filter({ hasText: 'Port 8080/tcp is published by the service "web"' })
    .waitFor();
  await session.shoot('port-taken');
  await workbench.page.keyboard.press('Escape');
});

test('an image that no node has ends with the task’s own error', async () => {
  pictureOnFailure(() => session);
  await fillUntilPorts('nosuch:1', 'nosuch', { wasLeft: true });
  await workbench.accept();
  await workbench.choose('Continue');
  await workbench.choose('Deploy nosuch');
  await workbench.toast(/"nosuch" does not come up.*No such image/).waitFor({ timeout: 90_000 });
  await session.shoot('image-missing');
  await workbench.clearToasts();
  expect(countRequests(acquired.lab.manager, 'POST', /^\/services\/create$/)).toBe(2);
  await workbench.contextMenu('nosuch', 'Remove…', 3);
  const asked = await workbench.dialogButton('Remove');
  expect(asked).toContain('Remove service "nosuch" from "manager"?');
  await workbench.row('nosuch', 3).waitFor({ state: 'detached' });
});

test('a network in use is not removed, and the message names who uses it', async () => {
  pictureOnFailure(() => session);
  await workbench.contextMenu('app', 'Remove…', 3);
  await workbench.toast('Network "app" is in use by service "web"').waitFor();
  await session.shoot('network-in-use');
  await workbench.clearToasts();
  expect(countRequests(acquired.lab.manager, 'DELETE', /^\/networks\//)).toBe(0);
});

test('an engine that goes away keeps its last picture and says so, until it is back', async () => {
  pictureOnFailure(() => session);
  await acquired.lab.fault('daemon', 'node1');
  await until(
    'the swarm marked as lost',
    async () =>
      /no answer|last seen|stale|lost|does not answer/i.test(
        await workbench.description('manager', 1),
      ),
    60_000,
  );
  await workbench.row('web', 3).waitFor();
  await session.shoot('engine-lost');
  await acquired.lab.heal();
  await until(
    'the swarm back',
    async () => (await workbench.description('manager', 1)).includes('2 nodes'),
    90_000,
  );
});
