import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { countRequests } from '../lab/requestLog';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { connectTo, deployOption, entersKept, pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import { LOAD_MS, Workbench } from './support/workbench';

/* What is typed or ticked and not accepted outlives Escape, a reload and a lost connection. */

const IMAGE = 'Image that the tasks run';
const CONTINUE = 'Continue with what you entered';

let acquired: AcquiredLab;
let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  acquired = await acquireLab({ name: 'form-loss', nodes: 1, engine: 'oldest' });
  const { lab } = acquired;
  await lab.docker('node1', ['network', 'create', '-d', 'overlay', 'app']);
  session = await openWorkbench({
    name: 'form-loss',
    keepsSecrets: true,
    netns: lab.clientNetns,
    settings: {
      'swarmscope.connections': [{ name: 'lab', address: lab.manager.tcpAddress }],
    },
  });
  ({ workbench } = session);
  await workbench.openContainer('Swarmscope');
  await connectTo(workbench, 'lab');
  await workbench.described('lab', /manager node1/, 1);
});

afterAll(async () => {
  await session?.dispose();
  await acquired?.release();
});

beforeEach(() => {
  pictureOnFailure(() => session);
});

function creates(): number {
  return countRequests(acquired.lab.manager, 'POST', /^\/services\/create$/);
}

/** Loads the window anew while a question is open; the palette would take its place. */
async function reload(): Promise<void> {
  await workbench.page.reload({ timeout: LOAD_MS });
  await Workbench.drawn(workbench.page);
  await workbench.openContainer('Swarmscope');
  await workbench.described('lab', /manager node1/, 1);
}

async function open(): Promise<void> {
  await workbench.command('Swarmscope: Deploy Service…');
  await workbench.quickTitle(/Deploy Service/);
}

test('a text that was only begun is there after a reload of the window, in the first question too', async () => {
  await open();
  await workbench.quickPrompt(IMAGE);
  await entersKept(workbench, () => workbench.quickInput.fill('dru'));
  await reload();
  await open();
  await workbench.quickRow(CONTINUE).waitFor();
  await session.shoot('form-loss-first-question');
  await workbench.choose(CONTINUE);
  // What the value is worth stands where the question was.
  await workbench.quickTitle(/\(1\/8\)/);
  await workbench.quickValue('dru');
  await workbench.type('drupal');
});

test('ticks that were not accepted are there after Back, Escape and a reload', async () => {
  await workbench.quickPrompt('Name of the service');
  await workbench.type('web');
  await workbench.quickRow('app').waitFor();
  await entersKept(workbench, () => workbench.tick('app'));
  await workbench.back();
  await workbench.quickPrompt('Name of the service');
  await workbench.accept();
  await ticked('app');
  await workbench.page.keyboard.press('Escape');
  await workbench.toast('What you entered for "web" is kept.').waitFor();
  await reload();
  await open();
  await workbench.choose(CONTINUE);
  await ticked('app');
  await session.shoot('form-loss-ticks');
  await workbench.accept();
  await workbench.choose('Replicated');
});

/** Waits until a row of the list with ticks is there and ticked. */
async function ticked(label: string): Promise<void> {
  await workbench.quickRow(label).waitFor();
  await until(`${label} ticked`, async () =>
    workbench.quickRow(label).getByRole('checkbox').isChecked({ timeout: 1_000 }),
  );
}

test('a lost connection brings the form back with everything, and it is deployed once', async () => {
  await workbench.quickPrompt('Number of replicas');
  await workbench.accept();
  await workbench.quickPrompt('Ports to publish');
  await workbench.type('8081:80');
  await workbench.choose('Add a variable…');
  await workbench.quickPrompt('Variable as NAME=value');
  await workbench.type('WORD=of the form');
  await workbench.quickRow(/WORD=\*\*\*/).waitFor();
  await workbench.choose('Continue');
  await workbench.choose('More options…');
  await deployOption(workbench, 'Hostname');
  await workbench.quickTitle(/Hostname/);
  await entersKept(workbench, () => workbench.quickInput.fill('half'));
  await workbench.page.keyboard.press('Escape');
  await deployOption(workbench, 'Done');
  await workbench.quickRow('Deploy web').waitFor();

  await acquired.lab.fault('daemon', 'node1');
  await until(
    'the swarm marked as lost',
    async () =>
      /no answer|last seen|stale|lost|does not answer/i.test(await workbench.description('lab', 1)),
    60_000,
  );
  await workbench.choose('Deploy web');
  await workbench.toast(/cannot be changed now/).waitFor();
  // The review again, with the reason and everything in it.
  await workbench.quickRow('Deploy web').waitFor();
  await workbench.quick.getByText('8081→80/tcp').first().waitFor();
  expect(await workbench.quickInput.getAttribute('placeholder')).toMatch(/cannot be changed now/);
  await session.shoot('form-loss-lost');
  await workbench.page.keyboard.press('Escape');
  await workbench.holdToast('What you entered for "web" is kept.');
  expect(creates()).toBe(0);

  await acquired.lab.heal();
  await workbench.described('lab', /^1 node · manager node1/, 1);
  await workbench.toastButton('What you entered for "web" is kept.', 'Continue');
  await workbench.quickRow('Deploy web').waitFor();
  await workbench.choose('More options…');
  await deployOption(workbench, 'Hostname');
  await workbench.quickTitle(/Hostname/);
  await workbench.quickValue('half');
  await workbench.type('host1');
  await deployOption(workbench, 'Done');
  await workbench.choose('Deploy web');
  await workbench.toast('"web" runs: 1 of 1 tasks').waitFor({ timeout: 90_000 });
  await session.shoot('form-loss-deployed');
  expect(creates()).toBe(1);
  expect(await session.extensionLog()).not.toContain('of the form');
  await workbench.clearToasts();

  await open();
  await workbench.quickPrompt(IMAGE);
  await workbench.quickValue('');
  await workbench.page.keyboard.press('Escape');
}, 240_000);
