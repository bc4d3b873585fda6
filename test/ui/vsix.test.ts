import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packExtension } from '../../scripts/package';
import { type Session, openWorkbench, root } from './support/session';
import { until } from './support/until';

let session: Session;

beforeAll(async () => {
  const vsix = await packExtension(path.join(root, 'out/ui/swarmscope.vsix'));
  session = await openWorkbench({ name: 'vsix', installVsix: [vsix] });
});

afterAll(async () => {
  await session?.dispose();
});

test('the packaged extension, installed from its VSIX, shows its view', async () => {
  const { workbench } = session;
  await workbench.openContainer('Swarmscope');
  await workbench.welcome.getByRole('button', { name: 'Connect to Swarm Manager…' }).waitFor();
  expect(await workbench.welcome.innerText()).toContain('Start the demo swarm');
});

test('the packaged extension activates and asks', async () => {
  const { workbench } = session;
  await workbench.command('Swarmscope: Connect to Swarm Manager…');
  expect(await workbench.quickTitle(/Connect to Swarm Manager/)).toContain('Swarm');
  await workbench
    .quickRow(/address/i)
    .first()
    .waitFor();
  await session.shoot('vsix-connect');
  await workbench.page.keyboard.press('Escape');
});

test('the packaged extension brings its own demo swarm, with a tree and live routes', async () => {
  const { workbench } = session;
  await workbench.command('Swarmscope: Connect to Swarm Manager…');
  await workbench.quickTitle(/Connect to Swarm Manager/);
  await workbench.choose('Start the demo swarm');
  await workbench.described('demo swarm', /simulated/, 1);
  await workbench.expand('Services', 2);
  await workbench.described('web', /3\/3/, 3);
  await workbench.command('Swarmscope: Open Ingress Routing');
  await workbench
    .webview()
    .getByRole('radio', { name: /web.*4 of 4 nodes answer/ })
    .waitFor({ timeout: 40_000 });
  await session.shoot('vsix-demo');
});

test('the log of the packaged extension opens', async () => {
  const { workbench } = session;
  await workbench.command('Swarmscope: Show Log');
  const panel = workbench.page.locator('.part.panel');
  await panel.waitFor();
  await until('the log', async () => /output/i.test(await panel.innerText()));
});
