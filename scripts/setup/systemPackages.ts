import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromiumPath } from '../../test/vscodeHost/browser';
import type { CommandRunner } from './commandRunner';

/** A Debian package that some suites need, and how to see that what it brings is there. */
export interface SystemPackage {
  readonly name: string;
  isPresent(runner: CommandRunner): Promise<boolean>;
}

const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];

function bringing(name: string, ...programs: readonly string[]): SystemPackage {
  const onPath = (program: string): boolean =>
    folders.some((folder) => existsSync(path.join(folder, program)));
  return { name, isPresent: async () => programs.every(onPath) };
}

/** What a browser is needed for: everything that is seen. */
export const browserPackages: readonly SystemPackage[] = [
  { name: 'chromium', isPresent: async () => chromiumPath() !== undefined },
  {
    name: 'fonts-dejavu-core',
    // Some font has to have an arrow; where nobody can be asked it is taken for granted.
    isPresent: async (runner) => {
      const { exitCode, stdout } = await runner.run('fc-list', [':charset=2192']);
      return exitCode !== 0 || stdout.trim() !== '';
    },
  },
];

/** What a swarm in network namespaces needs, the unpacked engine aside. */
export const labPackages: readonly SystemPackage[] = [
  bringing('iproute2', 'ip'),
  bringing('iptables', 'iptables', 'iptables-restore'),
  bringing('util-linux', 'nsenter', 'unshare'),
  bringing('curl', 'curl'),
  bringing('openssl', 'openssl'),
  bringing('openssh-client', 'ssh', 'ssh-keygen', 'ssh-agent', 'ssh-add'),
  {
    name: 'busybox-static',
    // The plain busybox of some systems has no httpd.
    isPresent: async (runner) =>
      (await runner.run('busybox', ['--list'])).stdout.split('\n').includes('httpd'),
  },
  {
    name: 'debian-archive-keyring',
    isPresent: async () => existsSync('/usr/share/keyrings/debian-archive-keyring.gpg'),
  },
];

/** What the emulated VM needs besides; its kernel and programs are unpacked, not installed. */
export const vmPackages: readonly SystemPackage[] = [
  bringing('qemu-system-x86', 'qemu-system-x86_64'),
  bringing('e2fsprogs', 'mkfs.ext4'),
];

/** Gives the names of those packages that are missing. */
export async function findMissing(
  packages: readonly SystemPackage[],
  runner: CommandRunner,
): Promise<readonly string[]> {
  const present = await Promise.all(packages.map((wanted) => wanted.isPresent(runner)));
  return packages.filter((_, index) => present[index] !== true).map((wanted) => wanted.name);
}
