import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type AcquiredLab, acquireLab } from '../lab/sharedLab';
import { SshClient, knownLine } from '../lab/sshClient';
import { LabSshd, sshdPort } from '../lab/sshd';
import { pictureOnFailure } from './support/acts';
import { type Session, openWorkbench } from './support/session';
import { until } from './support/until';
import type { Workbench } from './support/workbench';

/* A manager behind ssh: what ssh asks is asked in VS Code, and kept only when the person says so. */

let acquired: AcquiredLab;
let sshd: LabSshd;
let client: SshClient;
let session: Session;
let workbench: Workbench;
let knownHosts: string;

beforeAll(async () => {
  client = new SshClient();
  acquired = await acquireLab({ name: 'ssh-ui', nodes: 1, engine: 'oldest' });
  const authorizedKeys = [await client.makeKey('locked', 'open sesame')];
  sshd = await LabSshd.start(acquired.lab, 'node1', { authorizedKeys });
  const config = client.configure({ key: client.file('locked'), known: [] });
  ({ knownHosts } = config);
  session = await openWorkbench({
    name: 'ssh',
    netns: acquired.lab.clientNetns,
    settings: {
      'swarmscope.connections': [
        { name: 'far', address: `ssh://admin@${sshd.address}:${sshdPort}` },
      ],
      'swarmscope.ssh.configFile': config.configFile,
    },
  });
  ({ workbench } = session);
  await workbench.openContainer('Swarmscope');
});

afterAll(async () => {
  await session?.dispose();
  await sshd?.stop();
  await acquired?.release();
  client?.dispose();
});

beforeEach(() => {
  pictureOnFailure(() => session);
});

async function connect(): Promise<void> {
  await workbench.command('Swarmscope: Connect to Swarm Manager…');
  await workbench.quickTitle(/Connect to Swarm Manager/);
  await workbench.choose(/^\s*far$/);
}

async function disconnect(): Promise<void> {
  await workbench.contextMenu('far', 'Disconnect', 1);
  await until('no session is left', () => Promise.resolve(sshd.sessions === 0));
}

test('an unknown host and a locked key are asked about, a wrong passphrase again', async () => {
  await connect();
  const asked = await workbench.dialogButton('Connect and Remember');
  expect(asked).toContain(await sshd.fingerprint());
  expect(asked).toContain('far');
  await workbench.quickTitle(/Sign In to "far"/);
  expect(await workbench.quickInput.getAttribute('type')).toBe('password');
  await workbench.quickPrompt(client.file('locked'));
  await session.shoot('ssh-passphrase');
  await workbench.type('a guess');
  await workbench.choose(/Keep it in VS Code/);
  await workbench.quickMessage.filter({ hasText: 'not right' }).waitFor();
  await workbench.type('open sesame');
  await workbench.described('far', /^1 node · manager node1/, 1);
  expect(readFileSync(knownHosts, 'utf8')).toContain(knownLine(sshd));
});

test('what was kept is used without a question, until it is forgotten', async () => {
  await disconnect();
  await connect();
  await workbench.described('far', /^1 node · manager node1/, 1);
  await workbench.command('Swarmscope: Forget Kept Secrets');
  await workbench.toast(/deleted: 1/).waitFor();
  await workbench.clearToasts();
  await disconnect();
  await connect();
  await workbench.quickTitle(/Sign In to "far"/);
  await workbench.page.keyboard.press('Escape');
  await workbench.toast(/protected by a passphrase/).waitFor();
  await session.shoot('ssh-secret-needed');
  await until('no session is left', () => Promise.resolve(sshd.sessions === 0));
});
