import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { askEngine, getJson } from '../lab/engineApi';
import { countRequests } from '../lab/requestLog';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { connectTo, pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import type { Workbench } from './support/workbench';

/* Connections that do not work as they are, each mended by the act that its state offers. */

let acquired: AcquiredLab;
let session: Session;
let workbench: Workbench;
let lone: Awaited<ReturnType<AcquiredLab['lab']['startLoneEngine']>>;

beforeAll(async () => {
  acquired = await acquireLab({ name: 'mend', nodes: 2, engine: 'oldest' });
  const { lab } = acquired;
  lone = await lab.startLoneEngine();
  session = await openWorkbench({
    name: 'mend',
    netns: lab.clientNetns,
    settings: {
      'swarmscope.connections': [
        { name: 'boss', address: lab.manager.tcpAddress },
        { name: 'helper', address: lab.node('node2').tcpAddress },
        { name: 'hermit', address: lone.tcpAddress },
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

async function pressWelcome(button: string): Promise<void> {
  await workbench.welcome.getByRole('button', { name: button }).first().click();
}

test('a worker offers the managers that it knows, and which connection leads to each', async () => {
  await connectTo(workbench, 'helper');
  await pressWelcome('Connect to One of Its Managers…');
  await workbench.quickTitle(/Connect to One of Its Managers/);
  await workbench.quickPrompt('by your connection "boss"');
  await session.shoot('mend-worker');
  await workbench.choose(acquired.lab.manager.address);
  // The worker, which never led to a swarm, gives way.
  await workbench.described('boss', /^2 nodes · manager node1/, 1);
  await workbench.row('helper', 1).waitFor({ state: 'detached' });
  expect((await workbench.rows()).filter(({ level }) => level === 1)).toHaveLength(1);
  await workbench.contextMenu('boss', 'Disconnect', 1);
  await workbench.row('boss', 1).waitFor({ state: 'detached' });
});

test('an engine outside any swarm becomes the manager of a new one, once', async () => {
  await connectTo(workbench, 'hermit');
  await pressWelcome('Start a Swarm Here…');
  await workbench.quickTitle(/Start a Swarm/);
  await session.shoot('mend-init-address');
  await workbench.choose(lone.address);
  const asked = await workbench.dialogButton('Start a Swarm');
  expect(asked).toContain('first manager of a new swarm');
  expect(asked).toContain(lone.address);
  await workbench.described('hermit', /^1 node · manager lone1/, 1);
  expect(countRequests(lone, 'POST', /^\/swarm\/init$/)).toBe(1);
  const info = await getJson<{ Swarm: { NodeAddr: string } }>(lone.socket, '/info');
  expect(info.Swarm.NodeAddr).toBe(lone.address);
});

test('a locked swarm is unlocked with its key, which is asked for again when it is wrong', async () => {
  const swarm = await getJson<{ Version: { Index: number }; Spec: object }>(lone.socket, '/swarm');
  const locked = { ...swarm.Spec, EncryptionConfig: { AutoLockManagers: true } };
  const { status } = await askEngine(
    lone.socket,
    'POST',
    `/swarm/update?version=${swarm.Version.Index}`,
    locked,
  );
  expect(status).toBe(200);
  const { UnlockKey } = await getJson<{ UnlockKey: string }>(lone.socket, '/swarm/unlockkey');
  // The engine locks its key a moment after it said yes; killed before, it comes back unlocked.
  const key = path.join(lone.folder, 'data/swarm/certificates/swarm-node.key');
  await until('the key on disk is locked', () => /ENCRYPTED/.test(readFileSync(key, 'utf8')));
  await acquired.lab.fault('daemon', lone.name);
  await acquired.lab.heal();
  await until('the loss is told', async () =>
    /no answer/.test(await workbench.description('hermit', 1)),
  );
  await workbench.contextMenu('hermit', 'Disconnect', 1);
  await connectTo(workbench, 'hermit');
  await pressWelcome('Unlock Swarm…');
  await workbench.quickTitle(/Unlock Swarm: hermit/);
  expect(await workbench.quickInput.getAttribute('type')).toBe('password');
  await workbench.type('SWMKEY-1-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
  await workbench.quickMessage.filter({ hasText: 'does not unlock' }).waitFor();
  await session.shoot('mend-unlock');
  await workbench.type(UnlockKey);
  await workbench.described('hermit', /^1 node · manager lone1/, 1);
});
