import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { connectTo, deployOption, pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import type { Workbench } from './support/workbench';

/* How a deploy is followed on a real swarm: task by task, and every failing slot in words. */

let acquired: AcquiredLab;
let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  acquired = await acquireLab({ name: 'progress', engine: 'oldest' });
  const { lab } = acquired;
  // A /29 has room for five addresses: the load balancers of three nodes leave none for many tasks.
  await lab.docker('node1', 'network create -d overlay --subnet 10.61.0.0/29 tiny'.split(' '));
  session = await openWorkbench({
    name: 'progress',
    netns: lab.clientNetns,
    settings: { 'swarmscope.connections': [{ name: 'lab', address: lab.manager.tcpAddress }] },
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

interface Deploy {
  readonly image: string;
  readonly name: string;
  readonly network?: string;
  readonly replicas: number;
  /** What is done in the menu with all options. */
  readonly more?: () => Promise<void>;
}

/** Deploys a service through the form. */
async function deploy({ image, name, network, replicas, more }: Deploy): Promise<void> {
  await workbench.command('Swarmscope: Deploy Service…');
  await workbench.quickTitle(/Deploy Service/);
  await workbench.quickPrompt('Image that the tasks run');
  await workbench.type(image);
  await workbench.quickPrompt('Name of the service');
  await workbench.type(name);
  await workbench.quickRow('tiny').waitFor();
  if (network !== undefined) {
    await workbench.tick(network);
  }
  await workbench.accept();
  await workbench.choose('Replicated');
  await workbench.quickPrompt('Number of replicas');
  await workbench.type(String(replicas));
  await workbench.quickPrompt('Ports to publish');
  await workbench.accept();
  await workbench.choose('Continue');
  if (more !== undefined) {
    await workbench.choose('More options…');
    await more();
    await deployOption(workbench, 'Done');
  }
  await workbench.choose(`Deploy ${name}`);
}

/** A service whose tasks start for that long, as one that answers only then. */
async function slowStart(interval: string): Promise<void> {
  await healthcheck('exit 0', interval);
  await workbench.choose('Done');
}

async function healthcheck(command: string, interval: string): Promise<void> {
  await deployOption(workbench, 'Healthcheck');
  await workbench.quickTitle(/: Healthcheck \(8\/8\)$/);
  await workbench.choose(/^Command/);
  await workbench.quickTitle(/Healthcheck: Command/);
  await workbench.type(command);
  await workbench.choose(/^Interval/);
  await workbench.quickTitle(/Healthcheck: Interval/);
  await workbench.type(interval);
  await workbench.quickTitle(/: Healthcheck \(8\/8\)$/);
}

test('a deploy is told task by task until all run', async () => {
  // So slow that what is told on the way stays to be read.
  const more = (): Promise<void> => slowStart('4s');
  await deploy({ image: 'swarmscope/hostname:latest', name: 'web', replicas: 3, more });
  const progress = workbench.toast(/Deploying "web"/);
  await progress.filter({ hasText: /of 3 running \(1: \w+, 2: \w+, 3: \w+\)/ }).waitFor();
  await session.shoot('progress-tasks');
  await workbench.toast('"web" runs: 3 of 3 tasks').waitFor({ timeout: 60_000 });
  await workbench.clearToasts();
});

test('a network without free addresses is told as the reason', async () => {
  await deploy({
    image: 'swarmscope/hostname:latest',
    name: 'crowd',
    network: 'tiny',
    replicas: 6,
  });
  const told = workbench.toast(/"crowd" does not come up.*addresses/);
  // The engine waits 30 s for addresses before it says so (swarmkit waitNodeAttachmentsTimeout).
  await told.waitFor({ timeout: 120_000 });
  expect(await told.innerText()).toMatch(/crowd\.\d.*use a larger one, or fewer replicas/s);
  await session.shoot('progress-no-addresses');
  await workbench.clearToasts();
});

test('a health check that fails is told as the reason, with the way to the logs', async () => {
  await deploy({
    image: 'swarmscope/hostname:latest',
    name: 'ill',
    replicas: 1,
    more: async () => {
      await healthcheck('exit 1', '1s');
      await workbench.choose(/^Retries/);
      await workbench.quickTitle(/Healthcheck: Retries/);
      await workbench.type('1');
      await workbench.choose('Done');
    },
  });
  const told = workbench.toast(/"ill" does not come up.*ill\.1: .*exit code 0/);
  await told.waitFor({ timeout: 120_000 });
  const text = await told.innerText();
  expect(text).toContain('stopped because its health check fails');
  expect(text).toContain('Show Logs');
  await session.shoot('progress-unhealthy');
  await workbench.clearToasts();
});

test('constraints that no node meets are told as the reason', async () => {
  await deploy({
    image: 'swarmscope/hostname:latest',
    name: 'nowhere',
    replicas: 2,
    more: async () => {
      await deployOption(workbench, 'Constraints');
      await workbench.quickTitle(/: Constraints \(8\/8\)$/);
      for (const node of ['node2', 'node3']) {
        await workbench.choose('Add…');
        await workbench.choose(`node.hostname==${node}`);
        await workbench.quickRow('Done').waitFor();
      }
      await workbench.choose('Done');
    },
  });
  const told = workbench.toast(/"nowhere" does not come up.*no suitable node/);
  await told.waitFor({ timeout: 60_000 });
  expect(await told.innerText()).toMatch(/nowhere\.1, nowhere\.2: .*Check constraints/s);
  await session.shoot('progress-no-node');
  await workbench.clearToasts();
});

test('watching can be stopped, and the deploy goes on', async () => {
  const more = (): Promise<void> => slowStart('10s');
  await deploy({ image: 'swarmscope/hostname:latest', name: 'later', replicas: 3, more });
  await workbench.toast(/Deploying "later"/).waitFor();
  await workbench.toastButton(/Deploying "later"/, 'Cancel');
  await workbench.toast(/Deploying "later"/).waitFor({ state: 'detached' });
  await workbench.expand('Services', 2);
  await until('later running', async () =>
    (await workbench.description('later', 3)).includes('3/3'),
  );
});
