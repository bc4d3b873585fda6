import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from './processes';
import { type LabSshd, sshdPort } from './sshd';

/** What one client's configuration says. */
export interface SshClientConfig {
  /** Path of the key that is offered. */
  readonly key: string;
  /** Lines of known_hosts. */
  readonly known: readonly string[];
  /** More lines, before the ones for every host. */
  readonly lines?: readonly string[];
}

/** Keys and configurations of ssh clients in a folder of their own: the person's are never read. */
export class SshClient {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'swarmscope-client-'));
  private count = 0;

  /** A path in the folder. */
  file(name: string): string {
    return path.join(this.folder, name);
  }

  /** Makes a key; gives its public half. */
  async makeKey(name: string, passphrase = ''): Promise<string> {
    const options = ['-q', '-t', 'ed25519', '-N', passphrase, '-C', name];
    await run('ssh-keygen', [...options, '-f', this.file(name)]);
    return readFileSync(this.file(`${name}.pub`), 'utf8').trim();
  }

  /** Writes a configuration; gives the paths of it and of its known_hosts. */
  configure({ key, known, lines = [] }: SshClientConfig): {
    readonly configFile: string;
    readonly knownHosts: string;
  } {
    this.count += 1;
    const configFile = this.file(`config-${this.count}`);
    const knownHosts = this.file(`known-${this.count}`);
    writeFileSync(knownHosts, [...known, ''].join('\n'));
    const all = [
      ...lines,
      'Host *',
      `  IdentityFile ${key}`,
      '  IdentitiesOnly yes',
      '  IdentityAgent none',
      `  UserKnownHostsFile ${knownHosts}`,
      '  GlobalKnownHostsFile /dev/null',
      '  HashKnownHosts no',
      '',
    ];
    writeFileSync(configFile, all.join('\n'), { mode: 0o600 });
    return { configFile, knownHosts };
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The line of known_hosts for a node's sshd. */
export function knownLine({ address, hostKey }: LabSshd): string {
  return `[${address}]:${sshdPort} ${hostKey}`;
}
