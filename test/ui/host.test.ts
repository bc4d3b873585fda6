import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorkbench, type Session } from './support/session';

let session: Session;

beforeAll(async () => {
  session = await openWorkbench({ name: 'host' });
});

afterAll(async () => {
  await session.dispose();
});

test('the activity bar has Swarmscope, and its view says what to do first', async () => {
  const { workbench } = session;
  await workbench.openContainer('Swarmscope');
  await workbench.welcome.getByRole('button', { name: 'Connect to Swarm Manager…' }).waitFor();
  expect(await workbench.welcome.innerText()).toContain('Start the demo swarm');
  await session.shoot('welcome');
});

test('the palette offers the commands that need no swarm', async () => {
  const { workbench } = session;
  await workbench.command('Swarmscope: Connect to Swarm Manager…');
  await workbench.quickTitle(/Connect to Swarm Manager/);
  await session.shoot('connect-picker');
  await workbench.page.keyboard.press('Escape');
});
