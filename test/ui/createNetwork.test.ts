import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { getJson } from '../lab/engineApi';
import { countRequests } from '../lab/requestLog';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { connectTo, entersKept, pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import { LOAD_MS, Workbench } from './support/workbench';

/* The whole form of a network in a real VS Code on a real swarm: nothing that is entered is lost. */

const NAME = 'Name of the network';
const SUBNET = 'Subnet, or leave it empty';

let acquired: AcquiredLab;
let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  acquired = await acquireLab({ name: 'create-network', nodes: 2, engine: 'oldest' });
  session = await openWorkbench({
    name: 'create-network',
    keepsSecrets: true,
    netns: acquired.lab.clientNetns,
    settings: {
      'swarmscope.connections': [{ name: 'manager', address: acquired.lab.manager.tcpAddress }],
    },
  });
  ({ workbench } = session);
  await workbench.openContainer('Swarmscope');
  await connectTo(workbench, 'manager');
  await workbench.described('manager', /^2 nodes · manager node1/, 1);
  await workbench.expand('Networks', 2);
});

afterAll(async () => {
  await session?.dispose();
  await acquired?.release();
});

beforeEach(async () => {
  pictureOnFailure(() => session);
  await until('no quick input', async () => {
    if ((await workbench.quick.count()) > 0) {
      await workbench.page.keyboard.press('Escape');
    }
    return (await workbench.quick.count()) === 0;
  });
});

interface Network {
  readonly Name: string;
  /** Empty until it is allocated. */
  readonly Driver: string;
  readonly Ingress: boolean;
  readonly Options: Record<string, string> | null;
  readonly IPAM: { readonly Config: readonly Record<string, string>[] | null };
  readonly Labels: Record<string, string> | null;
}

async function networkOf(name: string): Promise<Network | undefined> {
  const networks = await getJson<Network[]>(acquired.lab.manager.socket, '/networks');
  return networks.find((network) => network.Name === name);
}

/** A network with what the engine gives it: it answers a create before its allocator has run. */
async function allocated(name: string): Promise<Network> {
  return await until(`${name} allocated`, async () => {
    const network = await networkOf(name);
    return (network?.Driver ?? '') === '' ? undefined : network;
  });
}

function creates(): number {
  return countRequests(acquired.lab.manager, 'POST', /^\/networks\/create$/);
}

async function open(): Promise<void> {
  await workbench.command('Swarmscope: Create Overlay Network…');
  await workbench.quickTitle(/Create Overlay Network/);
}

/** Through the quick steps to the list of all options. */
async function openMore(name: string, subnet: string): Promise<void> {
  await workbench.quickPrompt(NAME);
  await workbench.type(name);
  await workbench.quickPrompt(SUBNET);
  await workbench.type(subnet);
  await workbench.quickRow('More options…').waitFor();
  await workbench.tick('More options…');
  await workbench.accept();
  await workbench.quickRow('Continue to the review').waitFor();
}

async function rowSays(label: string, words: string): Promise<void> {
  await until(`${label} says ${words}`, async () =>
    (await workbench.quickRow(label).first().innerText({ timeout: 2_000 })).includes(words),
  );
}

test('two subnets by way of all options; Back keeps everything; the review shows the command', async () => {
  await open();
  await workbench.quickPrompt(NAME);
  await workbench.type('shop');
  await workbench.quickPrompt(SUBNET);
  // Typed, not accepted.
  await workbench.quickInput.fill('10.60.0');
  await workbench.back();
  await workbench.quickPrompt(NAME);
  await workbench.quickValue('shop');
  await workbench.accept();
  await workbench.quickValue('10.60.0');
  await workbench.quickInput.fill('10.60.0.0/24');
  await workbench.quickMessage.filter({ hasText: 'Room for 250 tasks' }).waitFor();
  await session.shoot('create-network-room');
  await workbench.accept();
  await workbench.quickRow('More options…').waitFor();
  await workbench.tick('Attachable');
  await workbench.tick('More options…');
  await workbench.accept();
  await workbench.quickRow('Continue to the review').waitFor();
  await workbench.choose('Subnets');
  await workbench.choose('Add…');
  await workbench.quickPrompt('Subnet such as');
  await workbench.quickInput.fill('10.60.0.128/25');
  await workbench.quickMessage.filter({ hasText: 'of the same network' }).waitFor();
  await workbench.type('10.61.0.0/24');
  await workbench.quickPrompt('Gateway of 10.61.0.0/24');
  await workbench.quickInput.fill('10.99.0.1');
  await workbench.quickMessage.filter({ hasText: 'is not in 10.61.0.0/24' }).waitFor();
  await workbench.type('10.61.0.9');
  await workbench.quickPrompt('Part of 10.61.0.0/24');
  await workbench.accept();
  await workbench.quickRow('10.61.0.0/24 · gateway 10.61.0.9').waitFor();
  await workbench.type('Done');
  await workbench.choose('Labels');
  await workbench.choose('Add…');
  await workbench.quickPrompt('Label as name=value');
  await workbench.type('team=web shop');
  await workbench.quickRow('team=web shop').waitFor();
  await workbench.type('Done');
  await rowSays('Subnets', '10.60.0.0/24, 10.61.0.0/24');
  await rowSays('Attachable', 'on');
  await session.shoot('create-network-more');
  await workbench.choose('Continue to the review');
  await workbench.quickRow('Create shop').waitFor();
  await session.shoot('create-network-review');
  await workbench.back();
  await rowSays('Labels', 'team=web shop');
  await workbench.choose('Continue to the review');
  await workbench.choose('Copy the docker command');
  const command =
    "docker network create --driver overlay --subnet 10.60.0.0/24 --subnet 10.61.0.0/24 --gateway 10.61.0.9 --attachable --label 'team=web shop' shop";
  await until('the command in the clipboard', async () => {
    const text = await workbench.page.evaluate(() => navigator.clipboard.readText());
    return text === command;
  });
  expect(creates()).toBe(0);
  await workbench.choose('Create shop');
  await workbench.toast('Created the overlay network "shop"').waitFor();
  await workbench.clearToasts();
  await workbench.row('shop', 3).waitFor();
  expect(await allocated('shop')).toMatchObject({
    Attachable: true,
    Labels: { team: 'web shop' },
    IPAM: {
      Config: [
        { Subnet: '10.60.0.0/24', Gateway: '10.60.0.1' },
        { Subnet: '10.61.0.0/24', Gateway: '10.61.0.9' },
      ],
    },
  });
  expect(creates()).toBe(1);
});

test('after a reload of the window the form goes on with what was entered, typed or accepted', async () => {
  await open();
  await openMore('later', '10.62.0.0/24');
  await workbench.choose('MTU of the links between nodes');
  await workbench.quickPrompt('MTU of the links');
  await workbench.type('1400');
  await workbench.choose('VXLAN ids');
  await workbench.quickPrompt('VXLAN id of each subnet');
  await entersKept(workbench, () => workbench.quickInput.fill('70'));
  // The palette would take the place of the question.
  await workbench.page.reload({ timeout: LOAD_MS });
  await Workbench.drawn(workbench.page);
  await workbench.openContainer('Swarmscope');
  await workbench.described('manager', /^2 nodes · manager node1/, 1);
  await open();
  await workbench.quickRow('Continue with what you entered').waitFor();
  await session.shoot('create-network-draft');
  await workbench.choose('Continue with what you entered');
  await workbench.quickPrompt(NAME);
  await workbench.quickValue('later');
  await workbench.accept();
  await workbench.quickValue('10.62.0.0/24');
  await workbench.accept();
  await workbench.quickRow('More options…').waitFor();
  await workbench.accept();
  await rowSays('MTU of the links between nodes', '1400');
  await workbench.choose('VXLAN ids');
  await workbench.quickPrompt('VXLAN id of each subnet');
  await workbench.quickValue('70');
  await workbench.page.keyboard.press('Escape');
});

test('what the checks refuse is not sent, and comes back mended; a draft that was sent is gone', async () => {
  await open();
  await workbench.choose('Continue with what you entered');
  await openMoreAgain();
  await workbench.choose('Attachable');
  await rowSays('Attachable', 'on');
  await workbench.choose('Ingress');
  await rowSays('Ingress', 'on');
  await workbench.choose('Continue to the review');
  await workbench.quickRow('Change the options').waitFor();
  expect(await workbench.quickRow('Create later').count()).toBe(0);
  await workbench.quickRow('The ingress network cannot be attachable').waitFor();
  await session.shoot('create-network-refused');
  await workbench.choose('Change the options');
  await workbench.choose('Ingress');
  await rowSays('Ingress', 'off');
  await workbench.choose('Continue to the review');
  const before = creates();
  await workbench.choose('Create later');
  await workbench.toast('Created the overlay network "later"').waitFor();
  await workbench.clearToasts();
  expect(creates()).toBe(before + 1);
  expect((await allocated('later')).Options).toMatchObject({
    'com.docker.network.driver.mtu': '1400',
  });
  await open();
  await workbench.quickPrompt(NAME);
  await workbench.quickValue('');
  await workbench.page.keyboard.press('Escape');
});

/** The quick steps of a draft, as they stand. */
async function openMoreAgain(): Promise<void> {
  await workbench.quickPrompt(NAME);
  await workbench.accept();
  // What a value is worth stands where the question was.
  await workbench.quickMessage.filter({ hasText: 'Room for' }).waitFor();
  await workbench.accept();
  await workbench.quickRow('More options…').waitFor();
  await workbench.accept();
  await workbench.quickRow('Continue to the review').waitFor();
}

test('the ingress network is rebuilt after a confirmation, and every node joins', async () => {
  await open();
  await openMore('mesh', '10.63.0.0/24');
  await workbench.choose('Ingress');
  await rowSays('Ingress', 'on');
  await workbench.choose('Continue to the review');
  await workbench.quickRow('The present ingress network "ingress" is removed first').waitFor();
  await session.shoot('create-network-ingress');
  await workbench.choose('Create mesh');
  const asked = await workbench.dialogButton('Rebuild Ingress');
  expect(asked).toContain('Rebuild the ingress network "ingress" of "manager"?');
  const told = workbench.toast('"mesh" is the ingress network now');
  await told.waitFor({ timeout: 60_000 });
  await session.shoot('create-network-ingress-done');
  expect(await told.innerText()).toContain('every node takes part');
  await workbench.clearToasts();
  expect(await networkOf('ingress')).toBeUndefined();
  expect(await allocated('mesh')).toMatchObject({ Ingress: true });
});

test('a lost connection brings the form back with everything', async () => {
  await open();
  await openMore('kept', '10.64.0.0/24');
  await workbench.choose('Continue to the review');
  await workbench.quickRow('Create kept').waitFor();
  await acquired.lab.fault('daemon', 'node1');
  await until(
    'the swarm marked as lost',
    async () =>
      /no answer|last seen|stale|lost|does not answer/i.test(
        await workbench.description('manager', 1),
      ),
    60_000,
  );
  await workbench.choose('Create kept');
  await workbench.toast(/cannot be changed now/).waitFor();
  // The review again, with everything in it.
  await workbench.quickRow('Create kept').waitFor();
  await workbench.quickRow('10.64.0.0/24').first().waitFor();
  await session.shoot('create-network-lost');
  await workbench.page.keyboard.press('Escape');
  await workbench.holdToast('What you entered for "kept" is kept.');
  await acquired.lab.heal();
  await until(
    'the swarm back',
    async () => (await workbench.description('manager', 1)).startsWith('2 nodes'),
    90_000,
  );
  await workbench.toastButton('What you entered for "kept" is kept.', 'Continue');
  await workbench.choose('Create kept');
  await workbench.toast('Created the overlay network "kept"').waitFor({ timeout: 30_000 });
});
