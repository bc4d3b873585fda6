import { chmodSync, readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { ensureSshd } from '../../scripts/setup/openssh';
import type { Lab, LabNode } from './lab';
import { runInside } from './namespaces';
import {
  type ProcessRef,
  RULE_WAIT,
  endProcess,
  findChildren,
  isAlive,
  readProcess,
  run,
  until,
} from './processes';

/** Folder under which the OpenSSH server is unpacked. */
export const sshdCache = path.resolve(fileURLToPath(import.meta.url), '../../../.cache/openssh');

/** Never 22: that port is a person's. */
export const sshdPort = 2222;

/** Who can sign in at a node; each has its own home folder and the same authorized keys. */
export const sshUsers = {
  /** May use the engine. */
  admin: { uid: 0 },
  /** Has no permission for the engine's socket. */
  guest: { uid: 65_534 },
  /** Has no docker command in its PATH. */
  bare: { uid: 0 },
  /** Signs in with {@link sshPassword} only. */
  typist: { uid: 0 },
} as const;

/** The password of `typist`. */
export const sshPassword = 'correct horse';

/** How a node's sshd is set up. */
export interface SshdOptions {
  /** Public keys that let in, one line each. */
  readonly authorizedKeys: readonly string[];
  /** The only address that may connect; everybody when omitted. */
  readonly onlyFrom?: string;
}

/**
 * Everything that differs from the machine is in the process's own mount namespace: /run with the
 * node's socket as docker's, and the users. $1 folder, $2 socket; the rest is the server.
 */
const ENTRY = `
set -e
mount -t tmpfs tmpfs /run
mkdir /run/sshd
touch /run/docker.sock
mount --bind "$2" /run/docker.sock
for file in passwd shadow; do mount --bind "$1/$file" "/etc/$file"; done
shift 2
exec "$@"`;

/** A real OpenSSH server at a node of a lab. */
export class LabSshd {
  private constructor(
    private readonly node: LabNode,
    private readonly folder: string,
    private readonly process: ProcessRef,
  ) {}

  /** Starts one in the node's network namespace; resolves when it listens. */
  static async start(lab: Lab, nodeName: string, options: SshdOptions): Promise<LabSshd> {
    const node = lab.node(nodeName);
    const { sshd, libraries } = await ensureSshd({ cacheDir: sshdCache });
    const folder = path.join(lab.folder, `sshd-${nodeName}`);
    await writeFiles(folder, lab, options);
    if (options.onlyFrom !== undefined) await allowOnly(node, options.onlyFrom);
    const server = [sshd, '-D', '-f', `${folder}/sshd_config`, '-E', `${folder}/log`];
    const child = execa(
      'nsenter',
      [
        `--net=${node.netns}`,
        ...['unshare', '--mount', '--propagation=private', 'sh', '-c', ENTRY, 'sh'],
        ...[folder, node.socket, ...server],
      ],
      {
        env: { PATH: process.env['PATH'] ?? '', LD_LIBRARY_PATH: libraries },
        extendEnv: false,
        stdio: 'ignore',
        reject: false,
      },
    );
    const ref = child.pid === undefined ? undefined : readProcess(child.pid);
    if (ref === undefined) throw new Error(`sshd of ${nodeName} could not be started.`);
    const started = new LabSshd(node, folder, ref);
    await until(
      `sshd of ${nodeName} listens`,
      () => {
        if (!isAlive(ref)) throw new Error(`sshd of ${nodeName} ended: ${started.log}`);
        return started.log.includes('Server listening');
      },
      30_000,
    );
    return started;
  }

  /** Such as `10.77.0.11`. */
  get address(): string {
    return this.node.address;
  }

  /** Its public host key, `ssh-ed25519 AAAA…`. */
  get hostKey(): string {
    return readFileSync(`${this.folder}/host_key.pub`, 'utf8').trim().split(' ', 2).join(' ');
  }

  /** `SHA256:…` of its host key. */
  async fingerprint(): Promise<string> {
    const { stdout } = await run('ssh-keygen', ['-lf', `${this.folder}/host_key.pub`]);
    return stdout.split(' ')[1] ?? '';
  }

  /** Where what its sessions run puts temporary files: the machine's own folder is everybody's. */
  get temporaryFolder(): string {
    return temporaryFolderIn(this.folder);
  }

  /** Everything it logged. */
  get log(): string {
    try {
      return readFileSync(`${this.folder}/log`, 'utf8');
    } catch {
      return '';
    }
  }

  /** Sessions that are open now. */
  get sessions(): number {
    return findChildren(this.process.pid).length;
  }

  /** Ends it with its sessions. */
  async stop(): Promise<void> {
    const sessions = findChildren(this.process.pid);
    await endProcess(this.process, 3_000);
    await Promise.all(sessions.map(async (session) => await endProcess(session, 3_000)));
  }
}

async function writeFiles(folder: string, lab: Lab, options: SshdOptions): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', `${folder}/host_key`]);
  const { stdout: hash } = await run('openssl', ['passwd', '-6', sshPassword]);
  const names = Object.entries(sshUsers);
  for (const [name, { uid }] of names)
    mkdirSync(`${folder}/${name}`, { mode: uid ? 0o777 : 0o700 });
  mkdirSync(temporaryFolderIn(folder));
  chmodSync(temporaryFolderIn(folder), 0o1777);
  const write = (file: string, lines: readonly string[]): void =>
    writeFileSync(path.join(folder, file), `${lines.join('\n')}\n`, { mode: 0o644 });
  write('passwd', [
    'root:x:0:0::/nonexistent:/usr/sbin/nologin',
    'sshd:x:110:65534::/run/sshd:/usr/sbin/nologin',
    ...names.map(([name, { uid }]) => `${name}:x:${uid}:${uid}::${folder}/${name}:/bin/sh`),
  ]);
  write(
    'shadow',
    names.map(([name]) => `${name}:${name === 'typist' ? hash : '*'}:1::::::`),
  );
  write('authorized_keys', options.authorizedKeys);
  write('sshd_config', [
    `Port ${sshdPort}`,
    `HostKey ${folder}/host_key`,
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    `SetEnv PATH=${lab.engine.binDir}:/usr/bin:/bin TMPDIR=${temporaryFolderIn(folder)}`,
    'Match User bare',
    `  SetEnv PATH=/usr/bin/nowhere TMPDIR=${temporaryFolderIn(folder)}`,
    'Match User typist',
    '  AuthenticationMethods password',
    '  PasswordAuthentication yes',
  ]);
}

function temporaryFolderIn(folder: string): string {
  return path.join(folder, 'tmp');
}

async function allowOnly({ netns }: LabNode, address: string): Promise<void> {
  const match = ['-p', 'tcp', '--dport', String(sshdPort), '!', '-s', address];
  await runInside(netns, 'iptables', ['-w', RULE_WAIT, '-I', 'INPUT', ...match, '-j', 'REJECT']);
}
