import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { countRequests } from '../lab/requestLog';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { connectTo, pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import type { Workbench } from './support/workbench';

/* What a person says of a connection holds everywhere: production is confirmed, read-only changes nothing. */

let acquired: AcquiredLab;
let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  acquired = await acquireLab({ name: 'marks', nodes: 1, engine: 'oldest' });
  const { lab } = acquired;
  const address = lab.manager.tcpAddress;
  await lab.docker('node1', ['network', 'create', '-d', 'overlay', 'ledger']);
  session = await openWorkbench({
    name: 'marks',
    netns: lab.clientNetns,
    settings: {
      'swarmscope.connections': [
        { name: 'prod', address, production: true },
        { name: 'look', address, readOnly: true, color: 'purple' },
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

beforeEach(() => {
  pictureOnFailure(() => session);
});

const removals = (): number => countRequests(acquired.lab.manager, 'DELETE', /^\/networks\//);

test('a read-only connection offers nothing that changes its swarm', async () => {
  await connectTo(workbench, 'look');
  await workbench.described('look', /^read-only · 1 node/, 1);
  await workbench.expand('Networks', 2);
  const offered = await workbench.contextMenu('ledger', 'Copy ID', 3);
  expect(offered).toContain('Inspect');
  expect(offered).not.toContain('Remove…');
  expect(offered).not.toContain('Deploy Service…');
  await workbench.palette('Swarmscope: ');
  await workbench.quickRow('Swarmscope: Refresh').first().waitFor();
  expect(await workbench.quickRow('Swarmscope: Create Overlay Network…').count()).toBe(0);
  expect(await workbench.quickRow('Swarmscope: Remove…').count()).toBe(0);
  await session.shoot('marks-read-only');
  await workbench.page.keyboard.press('Escape');
  await workbench.contextMenu('look', 'Disconnect', 1);
  await workbench.row('look', 1).waitFor({ state: 'detached' });
});

test('in production a removal wants the name typed', async () => {
  await connectTo(workbench, 'prod');
  await workbench.described('prod', /^production · 1 node/, 1);
  await workbench.expand('Networks', 2);
  await workbench.contextMenu('ledger', 'Remove…', 3);
  await workbench.quickTitle(/in production: prod/);
  await workbench.quickPrompt('Type "ledger" to confirm.');
  await workbench.type('ledge');
  await workbench.quickMessage.filter({ hasText: 'Type exactly "ledger"' }).waitFor();
  await session.shoot('marks-production');
  expect(removals()).toBe(0);
  await workbench.page.keyboard.press('Escape');
  await workbench.contextMenu('ledger', 'Remove…', 3);
  await workbench.quickTitle(/in production: prod/);
  await workbench.type('ledger');
  await workbench.row('ledger', 3).waitFor({ state: 'detached' });
  expect(removals()).toBe(1);
});

test('a mark that is taken away in the settings holds at once', async () => {
  const before = countRequests(acquired.lab.manager, 'GET', /^\/_ping$/);
  await session.writeSettings({
    'swarmscope.connections': [{ name: 'prod', address: acquired.lab.manager.tcpAddress }],
  });
  await until('no mark', async () => (await workbench.description('prod', 1)).startsWith('1 node'));
  // Nothing was opened anew for it.
  expect(countRequests(acquired.lab.manager, 'GET', /^\/_ping$/)).toBe(before);
});
