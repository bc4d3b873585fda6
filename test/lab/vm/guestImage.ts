import { createHash } from 'node:crypto';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { UnpackedEngine } from '../../../scripts/setup/engines';
import { DebianArchive, publish, readJson, unpackAll } from '../../../scripts/setup/unpackPackages';
import { run } from '../processes';
import { guestInit, guestRunner, initramfsInit, seccompFile, seccompProfile } from './guestScripts';

/** Folder that keeps the VM's packages and images. */
export const vmCache = path.resolve(fileURLToPath(import.meta.url), '../../../../.cache/vm');

/** What QEMU starts from; all three are read only, each start writes beside them. */
export interface GuestImage {
  readonly kernel: string;
  readonly initramfs: string;
  readonly disk: string;
}

/** What an image was made from; another stamp than wanted makes it anew. */
interface ImageStamp {
  readonly release: string;
  /** Package name to version, as the archive named them. */
  readonly packages: Readonly<Record<string, string>>;
  readonly engineVersion: string;
  /** SHA-256 of the scripts inside and of the recipe's number. */
  readonly recipe: string;
}

interface PackageStamp {
  readonly wanted: readonly string[];
  readonly packages: Readonly<Record<string, string>>;
}

const release = 'bookworm';
/** Stands for the newest kernel for virtual machines; Debian builds it with IPVS. */
const kernelPackage = 'linux-image-cloud-amd64';
/** Programs of the guest, and libraries of the engine, which comes without its own. */
const guestPackages = [
  ...['busybox-static', 'dash', 'iproute2', 'iptables', 'ipvsadm', 'kmod'],
  ...['libdevmapper1.02.1', 'libseccomp2', 'libsystemd0'],
];
const stampName = 'stamp.json';
/** Counts changes of this file that change what an image holds. */
const recipeNumber = 2;
/** A sparse file: what the guest can write at most, not what it takes. */
const diskBytes = 4 * 1024 ** 3;

/** Where images are kept and who hears of progress. */
export interface EnsureImageOptions {
  readonly cacheDir: string;
  readonly log?: (line: string) => void;
}

/**
 * Gives the images of the VM, made of Debian's packages and an unpacked engine. What was fetched or
 * built before is used again; nothing is installed.
 */
export async function ensureGuestImage(
  engine: UnpackedEngine,
  options: EnsureImageOptions,
): Promise<GuestImage> {
  await mkdir(options.cacheDir, { recursive: true });
  const { folder: debian, packages } = await ensurePackages(options);
  const scripts = [guestInit, guestRunner, initramfsInit, recipeNumber].join('\0');
  const stamp: ImageStamp = {
    release,
    packages,
    engineVersion: engine.version,
    recipe: createHash('sha256').update(scripts).digest('hex'),
  };
  const target = path.join(options.cacheDir, 'image');
  const existing = await readJson<ImageStamp>(path.join(target, stampName));
  if (JSON.stringify(existing) !== JSON.stringify(stamp)) {
    options.log?.(`Building the image of the VM in ${options.cacheDir}`);
    await inWorkFolder(options.cacheDir, target, stamp, async (ready, work) => {
      await buildImage(debian, engine, ready, work);
    });
  }
  return describe(target);
}

function describe(folder: string): GuestImage {
  const file = (name: string): string => path.join(folder, name);
  return { kernel: file('vmlinuz'), initramfs: file('initramfs.gz'), disk: file('disk.img') };
}

async function ensurePackages(
  options: EnsureImageOptions,
): Promise<{ folder: string; packages: PackageStamp['packages'] }> {
  const target = path.join(options.cacheDir, 'debian');
  const folder = path.join(target, 'root');
  const wanted = [kernelPackage, ...guestPackages];
  const existing = await readJson<PackageStamp>(path.join(target, stampName));
  if (existing?.wanted.join() === wanted.join()) return { folder, packages: existing.packages };
  options.log?.(`Fetching a kernel with IPVS and its programs from Debian ${release}`);
  const packages: Record<string, string> = {};
  const stamp: PackageStamp = { wanted, packages };
  await inWorkFolder(options.cacheDir, target, stamp, async (ready, work) => {
    const archive = await DebianArchive.open(path.join(work, 'apt'), [release]);
    const debs = path.join(work, 'debs');
    await archive.downloadWhole(guestPackages, debs);
    // Without what it depends on: that would make an initramfs of its own.
    await archive.download([await archive.resolve(kernelPackage)], debs);
    Object.assign(packages, await unpackAll(debs, path.join(ready, 'root')));
  });
  return { folder, packages };
}

/** Makes a folder aside and moves it into place once it is whole and stamped. */
async function inWorkFolder(
  cacheDir: string,
  target: string,
  stamp: object,
  make: (ready: string, work: string) => Promise<void>,
): Promise<void> {
  const work = await mkdtemp(path.join(cacheDir, '.make-'));
  try {
    const ready = path.join(work, 'ready');
    await mkdir(ready);
    await make(ready, work);
    await writeFile(path.join(ready, stampName), `${JSON.stringify(stamp, null, 2)}\n`);
    await rm(target, { recursive: true, force: true });
    await publish(ready, target, stampName);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function buildImage(
  debian: string,
  engine: UnpackedEngine,
  ready: string,
  work: string,
): Promise<void> {
  const root = path.join(work, 'root');
  await run('cp', ['-a', debian, root]);
  const { kernel, initramfs, disk } = describe(ready);
  const boot = await readdir(path.join(root, 'boot'));
  const version = boot.find((name) => name.startsWith('vmlinuz-'))?.slice('vmlinuz-'.length);
  if (version === undefined) throw new Error('The Debian packages hold no kernel.');
  await rename(path.join(root, 'boot', `vmlinuz-${version}`), kernel);
  await completeRoot(root, engine);
  await run('chroot', [root, '/sbin/depmod', version]);
  await buildInitramfs(root, version, initramfs, path.join(work, 'initramfs'));
  await buildDisk(root, disk);
}

/** Adds what package scripts would have made, the engine, and the VM's own scripts. */
async function completeRoot(root: string, engine: UnpackedEngine): Promise<void> {
  const inRoot = (name: string): string => path.join(root, name);
  for (const folder of ['boot', 'usr/share/doc', 'usr/share/man', 'usr/share/locale']) {
    await rm(inRoot(folder), { recursive: true, force: true });
  }
  const folders = ['proc', 'sys', 'dev', 'run', 'tmp', 'root', 'srv/cgi-bin', 'etc/docker'];
  for (const folder of [...folders, 'var/log', 'usr/local/bin']) {
    await mkdir(inRoot(folder), { recursive: true });
  }
  await run('cp', ['-a', `${engine.binDir}/.`, inRoot('usr/bin')]);
  for (const name of ['iptables', 'ip6tables']) {
    for (const program of [name, `${name}-save`, `${name}-restore`]) {
      await symlink('xtables-legacy-multi', inRoot(`usr/sbin/${program}`));
    }
  }
  // Not busybox's shell: it takes its own `ip` and `modprobe` for the real ones.
  await rm(inRoot('bin/sh'), { force: true });
  await symlink('dash', inRoot('bin/sh'));
  await run('chroot', [root, '/bin/busybox', '--install', '-s', '/usr/local/bin']);
  const files = {
    'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
    'etc/group': 'root:x:0:\ndocker:x:100:\n',
    'etc/hosts': '127.0.0.1 localhost\n',
    // Nobody listens there, which is told at once: engines ask for each image.
    'etc/resolv.conf': 'nameserver 127.0.0.1\n',
    'etc/docker/daemon.json': '{}\n',
    [seccompFile]: seccompProfile,
    init: guestInit,
    'srv/cgi-bin/run': guestRunner,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(inRoot(name), text);
  for (const name of ['init', 'srv/cgi-bin/run']) await chmod(inRoot(name), 0o755);
  await checkLibraries(root, ['/usr/bin/dockerd', '/usr/bin/runc', '/sbin/ipvsadm', '/sbin/ip']);
}

/** Tells what is missing now; in the VM only a log would. */
async function checkLibraries(root: string, programs: readonly string[]): Promise<void> {
  const loader = '/lib64/ld-linux-x86-64.so.2';
  for (const program of programs) {
    const { stdout, stderr, failed } = await run('chroot', [root, loader, '--list', program], {
      reject: false,
    });
    const missing = `${stdout}\n${stderr}`.split('\n').find((line) => line.includes('not found'));
    if (failed || missing !== undefined) {
      throw new Error(`${program} of the VM lacks a library: ${missing?.trim() ?? stderr}`);
    }
  }
}

/** A file system in memory that holds no more than the modules of the disk. */
async function buildInitramfs(
  root: string,
  version: string,
  target: string,
  folder: string,
): Promise<void> {
  for (const name of ['bin', 'dev', 'disk', 'modules']) {
    await mkdir(path.join(folder, name), { recursive: true });
  }
  await copyFile(path.join(root, 'bin/busybox'), path.join(folder, 'bin/busybox'));
  const modules: string[] = [];
  for (const module of ['virtio_pci', 'virtio_blk']) {
    const asked = ['/sbin/modprobe', '--set-version', version, '--show-depends', module];
    const { stdout } = await run('chroot', [root, ...asked]);
    modules.push(...[...stdout.matchAll(/^insmod (\S+)/gm)].map(([, file = '']) => file));
  }
  for (const [index, module] of [...new Set(modules)].entries()) {
    const name = `${String(index).padStart(2, '0')}-${path.basename(module)}`;
    await copyFile(path.join(root, module), path.join(folder, 'modules', name));
  }
  await writeFile(path.join(folder, 'init'), initramfsInit, { mode: 0o755 });
  const pack = 'cd "$1" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1 >"$2"';
  await run('sh', ['-c', pack, 'sh', folder, target]);
}

async function buildDisk(root: string, target: string): Promise<void> {
  await writeFile(target, '');
  await truncate(target, diskBytes);
  // No journal and no checksums: a disk that lives for minutes needs neither.
  const features = ['-O', '^has_journal,^metadata_csum', '-E', 'lazy_itable_init=1'];
  await run('mkfs.ext4', ['-q', '-F', ...features, '-d', root, target]);
}
