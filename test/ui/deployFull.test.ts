import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { askEngine, getJson } from '../lab/engineApi';
import { countRequests } from '../lab/requestLog';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import {
  changeOutside,
  clickLens,
  connectTo,
  deployOption,
  entersKept,
  pictureOnFailure,
} from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import type { Workbench } from './support/workbench';

/*
 * Deploying with everything that a service can have, and changing it as a YAML document, in a real VS
 * Code on a real swarm; what was typed outlives Escape, conflicts and a reload of the window.
 */

let acquired: AcquiredLab;
let session: Session;
let workbench: Workbench;

interface ServiceSpec extends Readonly<Record<string, unknown>> {
  readonly Name: string;
  readonly TaskTemplate: Readonly<Record<string, unknown>> & {
    readonly ContainerSpec: Readonly<Record<string, unknown>>;
  };
  readonly Mode: unknown;
}

interface Listed {
  readonly Spec: ServiceSpec;
  readonly PreviousSpec?: ServiceSpec;
}

const socket = (): string => acquired.lab.manager.socket;

async function service(name: string): Promise<Listed> {
  const all = await getJson<readonly Listed[]>(socket(), '/services');
  const found = all.find(({ Spec }) => Spec.Name === name);
  if (found === undefined) {
    throw new Error(`no service ${name}`);
  }
  return found;
}

beforeAll(async () => {
  acquired = await acquireLab({ name: 'deployfull', engine: 'newest' });
  const { lab } = acquired;
  await lab.docker('node1', ['network', 'create', '-d', 'overlay', 'app']);
  await lab.docker('node1', ['node', 'update', '--label-add', 'zone=a', 'node2']);
  const config = await askEngine(socket(), 'POST', '/configs/create', {
    Name: 'site',
    Data: Buffer.from('listen 80').toString('base64'),
  });
  expect(config.status).toBe(201);
  session = await openWorkbench({
    name: 'deployfull',
    keepsSecrets: true,
    netns: lab.clientNetns,
    settings: {
      'swarmscope.connections': [{ name: 'lab', address: lab.manager.tcpAddress }],
    },
  });
  ({ workbench } = session);
  await workbench.openContainer('Swarmscope');
  await connectTo(workbench, 'lab');
  await workbench.row('lab', 1).waitFor({ timeout: 30_000 });
});

afterAll(async () => {
  await session?.dispose();
  await acquired?.release();
});

beforeEach(() => {
  pictureOnFailure(() => session);
});

/** The first steps of the form, up to the review. */
async function quickPath(name: string, port: string): Promise<void> {
  await workbench.quickPrompt('Image that the tasks run');
  await workbench.type('drupal');
  await workbench.quickPrompt('Name of the service');
  await workbench.type(name);
  await workbench.quickRow('app').waitFor();
  await workbench.tick('app');
  await workbench.accept();
  await workbench.choose('Replicated');
  await workbench.quickPrompt('Number of replicas');
  await workbench.type('1');
  await workbench.quickPrompt('Ports to publish');
  await workbench.type(port);
  await workbench.choose('Add a variable…');
  await workbench.quickPrompt('Variable as NAME=value');
  await workbench.type('WORD=of the form');
  await workbench.quickRow(/WORD=\*\*\*/).waitFor();
}

test('the form is there again after Escape and after a reload of the window', async () => {
  await workbench.command('Swarmscope: Deploy Service…');
  await quickPath('web', '8081:80');
  await workbench.page.keyboard.press('Escape');
  await workbench.toast('What you entered for "web" is kept.').waitFor();
  await session.shoot('deploy-kept');
  await session.reload();
  await workbench.openContainer('Swarmscope');
  await workbench.row('lab', 1).waitFor({ timeout: 30_000 });
  await workbench.command('Swarmscope: Deploy Service…');
  await workbench.quickRow('Continue with what you entered').waitFor();
  await session.shoot('deploy-continue');
  await workbench.choose('Continue with what you entered');
  await workbench.quickRow(/WORD=\*\*\*/).waitFor();
  await workbench.choose('Continue');
  await workbench.quickRow('Deploy web').waitFor();
});

test('deploys with constraint, secret, config and healthcheck through the forms, once', async () => {
  await session.shoot('deploy-full-review-short');
  await workbench.choose('More options…');
  await workbench.quickRow('Max concurrent').waitFor();
  await session.shoot('deploy-full-more');

  await deployOption(workbench, 'Constraints');
  await workbench.choose('Add…');
  await workbench.quickRow('node.hostname==node2').waitFor();
  await session.shoot('deploy-full-constraints');
  await workbench.choose('node.labels.zone==a');
  await workbench.quickRow(/zone==a/).waitFor();
  await workbench.choose('Done');

  await deployOption(workbench, 'Secrets');
  await workbench.choose('Add…');
  await workbench.choose('Create a secret…');
  await workbench.quickPrompt('Name of the new secret');
  await workbench.type('key');
  await workbench.choose('Type it');
  await workbench.quickPrompt('neither shown nor logged');
  expect(await workbench.quickInput.getAttribute('type')).toBe('password');
  await workbench.type('hidden value');
  await workbench.quickRow(/key$/).waitFor();
  await workbench.choose('Done');

  await deployOption(workbench, 'Configs');
  await workbench.choose('Add…');
  await workbench.choose(/site/);
  await workbench.quickRow(/site/).waitFor();
  await workbench.choose(/site/);
  await workbench.choose(/^Target/);
  await workbench.quickTitle(/Configs: Target/);
  await workbench.type('/etc/site.conf');
  await workbench.quickRow(/^Target/).waitFor();
  await session.shoot('deploy-full-config');
  await workbench.choose('Done');
  await workbench.quickRow(/site/).waitFor();
  await workbench.choose('Done');

  await deployOption(workbench, 'Healthcheck');
  await workbench.choose(/^Command/);
  await workbench.quickTitle(/Healthcheck: Command/);
  await workbench.type('wget -q -O /dev/null http://localhost/');
  await workbench.choose(/^Interval/);
  await workbench.quickTitle(/Healthcheck: Interval/);
  await workbench.quickInput.fill('fast');
  await workbench.quickMessage.filter({ hasText: 'duration' }).waitFor();
  await session.shoot('deploy-full-bad-interval');
  await workbench.type('1s');
  await workbench.quickRow(/^Interval/).waitFor();
  await workbench.choose('Done');
  await deployOption(workbench, 'Done');

  await workbench.quickRow('Deploy web').waitFor();
  await session.shoot('deploy-full-review');
  expect(await workbench.quick.innerText()).not.toContain('of the form');
  await workbench.choose('Deploy web');
  await workbench.toast('"web" runs: 1 of 1 tasks').waitFor({ timeout: 90_000 });
  await session.shoot('deploy-full-done');
  await workbench.clearToasts();

  const { Spec } = await service('web');
  const { ContainerSpec } = Spec.TaskTemplate;
  expect(ContainerSpec).toMatchObject({
    Env: ['WORD=of the form'],
    Secrets: [{ SecretName: 'key', File: { Name: 'key' } }],
    Configs: [{ ConfigName: 'site', File: { Name: '/etc/site.conf' } }],
    Healthcheck: {
      Test: ['CMD-SHELL', 'wget -q -O /dev/null http://localhost/'],
      Interval: 1_000_000_000,
    },
  });
  expect(Spec.TaskTemplate['Placement']).toMatchObject({ Constraints: ['node.labels.zone==a'] });
  expect(countRequests(acquired.lab.manager, 'POST', /^\/services\/create$/)).toBe(1);
  expect(countRequests(acquired.lab.manager, 'POST', /^\/secrets\/create$/)).toBe(1);
  expect(await session.extensionLog()).not.toMatch(/hidden value|of the form/);
});

/** Puts the caret at the end of a line of the document. */
async function caretAfter(text: string): Promise<void> {
  await workbench.page
    .locator('.editor-instance .view-line', { hasText: text })
    .first()
    .click({ position: { x: 5, y: 8 } });
  await workbench.page.keyboard.press('End');
}

const squiggles = (): Promise<number> => workbench.page.locator('.squiggly-error').count();

test('the document completes, finds problems while typing, previews and applies', async () => {
  await changeOutside<ServiceSpec>(socket(), '/services/web', (spec) => ({
    ...spec,
    TaskTemplate: {
      ...spec.TaskTemplate,
      ContainerSpec: { ...spec.TaskTemplate.ContainerSpec, OpenStdin: true },
    },
  }));
  await workbench.expand('Services', 2);
  await workbench.contextMenu('web', 'Edit Service as YAML…', 3);
  await workbench.tab('web.service.yaml').waitFor();
  await until('the document', async () => (await workbench.editorText()).includes('replicas: 1'));
  await workbench.page.getByText('Preview Changes', { exact: true }).first().waitFor();
  await session.shoot('yaml-open');

  await caretAfter('replicas: 1');
  await workbench.page.keyboard.press('Backspace');
  await workbench.page.keyboard.type('lots');
  await until('a problem', async () => (await squiggles()) > 0);
  await session.shoot('yaml-problem');
  await workbench.page
    .locator('.editor-actions .action-label[aria-label^="Apply to Swarm"]')
    .click();
  await workbench.toast(/Line \d+:/).waitFor();
  await workbench.clearToasts();
  expect(countRequests(acquired.lab.manager, 'POST', /^\/services\/\w+\/update$/)).toBe(1);
  await caretAfter('replicas: lots');
  for (let letters = 'lots'.length; letters > 0; letters -= 1) {
    await workbench.page.keyboard.press('Backspace');
  }
  await workbench.page.keyboard.type('2');
  await until('no problem', async () => (await squiggles()) === 0);

  await workbench.page.keyboard.press('Enter');
  await workbench.page.keyboard.type('hostn');
  const suggestion = workbench.page.locator('.suggest-widget .monaco-list-row', {
    hasText: 'hostname',
  });
  await suggestion.first().waitFor();
  await session.shoot('yaml-completion');
  await workbench.page.keyboard.press('Enter');
  await until('the completed key', async () =>
    (await workbench.editorText()).includes('hostname: '),
  );
  await workbench.page.keyboard.type('webhost');
  await until('no problem', async () => (await squiggles()) === 0);

  await clickLens(workbench, /^Preview Changes$/);
  await workbench.tab(/running ↔ edited/).waitFor();
  await workbench.page.locator('.monaco-diff-editor .line-insert').first().waitFor();
  await session.shoot('yaml-preview');

  await workbench.page
    .locator('.editor-actions .action-label[aria-label^="Apply to Swarm"]')
    .click();
  await workbench.quickTitle(/Apply to "web"/);
  await session.shoot('yaml-review');
  await workbench.choose(/Apply 2 changes/);
  await workbench.toast('"web" runs: 2 of 2 tasks').waitFor({ timeout: 90_000 });
  await workbench.clearToasts();
  const { Spec, PreviousSpec } = await service('web');
  expect(Spec.Mode).toEqual({ Replicated: { Replicas: 2 } });
  expect(Spec.TaskTemplate.ContainerSpec).toMatchObject({
    Hostname: 'webhost',
    OpenStdin: true,
    Env: ['WORD=of the form'],
  });
  // One update did it all; one that came too late, for the update outside bumps the version, is refused.
  expect(PreviousSpec?.Mode).toEqual({ Replicated: { Replicas: 1 } });
  expect(PreviousSpec?.TaskTemplate.ContainerSpec).not.toHaveProperty('Hostname');
  await workbench.closeEditors();
});

test('a conflict shows both sides and loses nothing; a reload keeps the document', async () => {
  await workbench.contextMenu('web', 'Edit Service as YAML…', 3);
  await until('the document', async () => (await workbench.editorText()).includes('webhost'));
  // Drawn last: what stands below it moves then.
  await workbench.page.getByText('Preview Changes', { exact: true }).first().waitFor();
  await caretAfter('hostname: webhost');
  // It is kept at the first pause in typing.
  await entersKept(workbench, async () => {
    await workbench.page.keyboard.type('2');
    await until('the change', async () => (await workbench.editorText()).includes('webhost2'));
  });
  await session.reload();
  await workbench.tab('web.service.yaml').waitFor();
  // Nothing but the extension has it, which starts anew.
  await until(
    'the change after the reload',
    async () => (await workbench.editorText()).includes('webhost2'),
    60_000,
  );
  await workbench.openContainer('Swarmscope');
  await workbench.row('lab', 1).waitFor({ timeout: 30_000 });

  await changeOutside<ServiceSpec>(socket(), '/services/web', (spec) => ({
    ...spec,
    Labels: { other: 'kept' },
    TaskTemplate: {
      ...spec.TaskTemplate,
      ContainerSpec: { ...spec.TaskTemplate.ContainerSpec, Hostname: 'theirs' },
    },
  }));
  await workbench.page
    .locator('.editor-actions .action-label[aria-label^="Apply to Swarm"]')
    .click();
  await workbench.quickTitle(/Apply to "web"/);
  await workbench.choose(/Apply 1 change/);
  await workbench.toast('somebody else changed "web" meanwhile').waitFor();
  await workbench.tab(/running ↔ edited/).waitFor();
  await session.shoot('yaml-conflict');
  expect((await service('web')).Spec.TaskTemplate.ContainerSpec['Hostname']).toBe('theirs');
  await workbench.toastButton('somebody else changed "web" meanwhile', 'Apply Mine');
  await workbench.toast('"web" runs: 2 of 2 tasks').waitFor({ timeout: 90_000 });
  const { Spec } = await service('web');
  expect(Spec.TaskTemplate.ContainerSpec).toMatchObject({ Hostname: 'webhost2', OpenStdin: true });
  expect(Spec['Labels']).toEqual({ other: 'kept' });
  await workbench.clearToasts();
  await workbench.closeEditors();
});

test('everything of the form can be edited as YAML, with its command beside it', async () => {
  await workbench.command('Swarmscope: Deploy Service…');
  await quickPath('api', '8082:80');
  await workbench.choose('Continue');
  await workbench.choose('Advanced: edit everything as YAML');
  await workbench.tab('api.service.yaml').waitFor();
  await until('the document', async () => (await workbench.editorText()).includes('name: api'));
  await clickLens(workbench, /^Show the docker Command$/);
  await workbench.tab('api.sh').waitFor();
  await workbench.page.getByText('8082').first().waitFor();
  await session.shoot('yaml-new-command');
  await workbench.tab('api.service.yaml').click();
  await clickLens(workbench, /^Deploy$/);
  await workbench.toast('"api" runs: 1 of 1 tasks').waitFor({ timeout: 90_000 });
  await workbench.tab('api.service.yaml').waitFor({ state: 'detached' });
  expect((await service('api')).Spec.TaskTemplate.ContainerSpec).toMatchObject({
    Env: ['WORD=of the form'],
  });
  expect(countRequests(acquired.lab.manager, 'POST', /^\/services\/create$/)).toBe(2);
});
