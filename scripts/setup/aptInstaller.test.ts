import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findServices, installPackages, parseDryRun } from './aptInstaller';
import type { CommandResult, CommandRunner } from './commandRunner';

const clean = `NOTE: This is only a simulation!
Reading package lists...
The following NEW packages will be installed:
  chromium libpulse0
Inst libpulse0 (16.1+dfsg1-2+b1 Debian:12.15/oldstable [amd64])
Inst curl [7.88.1-10+deb12u14] (7.88.1-10+deb12u15 Debian:12.15/oldstable [amd64]) []
Inst chromium (156.0.8078.79-1~deb12u1 Debian:12.15/oldstable [amd64])
Conf libpulse0 (16.1+dfsg1-2+b1 Debian:12.15/oldstable [amd64])
`;
const removing = `Remv busybox [1:1.35.0-4+b7]
Inst busybox-static (1:1.35.0-4+deb12u1 Debian:12.15/oldstable [amd64])
`;
const contents = `drwxr-xr-x root/root         0 2024-01-01 00:00 ./usr/lib/systemd/system/
-rw-r--r-- root/root       500 2024-01-01 00:00 ./lib/systemd/system/ssh.service
-rwxr-xr-x root/root      4060 2024-01-01 00:00 ./etc/init.d/ssh
-rw-r--r-- root/root       500 2024-01-01 00:00 ./usr/lib/systemd/user/dconf.service
lrwxrwxrwx root/root         0 2024-01-01 00:00 ./lib/systemd/system/sshd.socket -> ssh.socket
-rw-r--r-- root/root       500 2024-01-01 00:00 ./usr/share/doc/ssh/README
`;

/** Stands in for apt: answers the dry run, puts one package file in place, remembers all calls. */
class FakeApt implements CommandRunner {
  readonly calls: string[] = [];

  constructor(
    private readonly dryRun: Partial<CommandResult>,
    private readonly listing = '',
  ) {}

  async run(program: string, args: readonly string[]): Promise<CommandResult> {
    const verb = ['update', '--dry-run', '--download-only', '--contents'].find((flag) =>
      args.includes(flag),
    );
    this.calls.push(`${program} ${verb ?? args[0]}`);
    const answer = { exitCode: 0, stdout: '', stderr: '' };
    if (verb === '--dry-run') {
      return { ...answer, ...this.dryRun };
    }
    if (verb === '--download-only') {
      const folder = args.find((value) => value.startsWith('Dir::Cache::archives='))?.split('=')[1];
      await writeFile(path.join(folder ?? '', 'some_1_amd64.deb'), '');
    }
    return verb === '--contents' ? { ...answer, stdout: this.listing } : answer;
  }
}

function install(runner: FakeApt, initRuns = true): Promise<string | undefined> {
  return installPackages(['chromium'], { runner, initRuns, log: () => undefined });
}

describe('a dry run', () => {
  it('tells what comes and what goes', () => {
    expect(parseDryRun(clean)).toEqual({
      installed: ['libpulse0', 'curl', 'chromium'],
      removed: [],
    });
    expect(parseDryRun(removing)).toEqual({ installed: ['busybox-static'], removed: ['busybox'] });
    expect(parseDryRun('')).toEqual({ installed: [], removed: [] });
  });
});

describe('services of a package', () => {
  it('are system units and init scripts, not units of a user session', () => {
    expect(findServices(contents)).toEqual(['ssh.service', 'ssh', 'sshd.socket']);
    expect(findServices('-rw-r--r-- root/root 1 2024-01-01 00:00 ./usr/bin/curl')).toEqual([]);
  });
});

describe('installing', () => {
  it('looks before it acts', async () => {
    const apt = new FakeApt({ stdout: clean });
    expect(await install(apt)).toBeUndefined();
    expect(apt.calls).toEqual([
      'apt-get update',
      'apt-get --dry-run',
      'apt-get --download-only',
      'dpkg-deb --contents',
      'apt-get install',
    ]);
  });

  it('stops when a package would go', async () => {
    const apt = new FakeApt({ stdout: removing });
    expect(await install(apt)).toBe('installing chromium would remove busybox');
    expect(apt.calls).toEqual(['apt-get update', 'apt-get --dry-run']);
  });

  it('stops when a service would start', async () => {
    const apt = new FakeApt({ stdout: clean }, contents);
    expect(await install(apt)).toBe(
      'installing chromium would start the services ssh.service, ssh, sshd.socket',
    );
    expect(apt.calls).not.toContain('apt-get install');
  });

  it('goes on where no init runs that could start one', async () => {
    const apt = new FakeApt({ stdout: clean }, contents);
    expect(await install(apt, false)).toBeUndefined();
    expect(apt.calls.at(-1)).toBe('apt-get install');
  });

  it('passes on what apt says when it cannot', async () => {
    const apt = new FakeApt({
      exitCode: 100,
      stderr: 'Reading…\nE: Unable to locate package chromium\n',
    });
    expect(await install(apt)).toBe(
      'apt-get cannot install chromium: E: Unable to locate package chromium',
    );
  });
});
