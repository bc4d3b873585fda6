import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import type { EnsureEngineOptions } from './engines';
import { publish, readJson, unpackPackages } from './unpackPackages';

/** An OpenSSH server that can be run without being installed. */
export interface UnpackedSshd {
  /** Full path of sshd. */
  readonly sshd: string;
  /** Folder with the libraries that it needs, for LD_LIBRARY_PATH. */
  readonly libraries: string;
  /** Debian's version of openssh-server. */
  readonly version: string;
}

const stampName = 'openssh.json';
const server = 'openssh-server';

/** Everything that sshd is linked with, libc aside; installed, openssh-server would start a service. */
const packages = [
  server,
  ...['libaudit1', 'libcap-ng0', 'libcap2', 'libcom-err2', 'libcrypt1', 'libgcrypt20'],
  ...['libgpg-error0', 'libgssapi-krb5-2', 'libk5crypto3', 'libkeyutils1', 'libkrb5-3'],
  ...['libkrb5support0', 'liblz4-1', 'liblzma5', 'libnsl2', 'libpam0g', 'libpcre2-8-0'],
  ...['libselinux1', 'libssl3', 'libsystemd0', 'libtirpc3', 'libwrap0', 'libzstd1', 'zlib1g'],
];

/** Gives an OpenSSH server, unpacked once into the cache and never installed. */
export async function ensureSshd({ cacheDir, log }: EnsureEngineOptions): Promise<UnpackedSshd> {
  const target = path.join(cacheDir, 'bookworm');
  const cached = await readJson<{ version: string }>(path.join(target, stampName));
  if (cached !== undefined) return describe(target, cached.version);
  await mkdir(cacheDir, { recursive: true });
  const work = await mkdtemp(path.join(cacheDir, '.fetch-'));
  try {
    log?.(`Fetching the OpenSSH server of Debian bookworm into ${cacheDir}`);
    const version = (await unpackPackages(packages, ['bookworm'], work))[server] ?? '';
    const ready = path.join(work, 'ready');
    await mkdir(path.join(ready, 'lib'), { recursive: true });
    await copyFile(path.join(work, 'root/usr/sbin/sshd'), path.join(ready, 'sshd'));
    await gatherLibraries(path.join(work, 'root'), path.join(ready, 'lib'));
    const { libraries, sshd } = describe(ready, version);
    // Tells what is missing, which a start in a namespace would only log.
    const { stdout } = await execa('ldd', [sshd], { env: { LD_LIBRARY_PATH: libraries } });
    const missing = stdout.split('\n').find((line) => line.includes('not found'));
    if (missing !== undefined) throw new Error(`sshd lacks a library:${missing}`);
    await writeFile(path.join(ready, stampName), `${JSON.stringify({ version })}\n`);
    await rm(target, { recursive: true, force: true });
    await publish(ready, target, stampName);
    return describe(target, version);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function describe(folder: string, version: string): UnpackedSshd {
  return { sshd: path.join(folder, 'sshd'), libraries: path.join(folder, 'lib'), version };
}

/** Puts the libraries side by side, since Debian spreads them over folders of each architecture. */
async function gatherLibraries(root: string, into: string): Promise<void> {
  for (const base of ['lib', 'usr/lib']) {
    const folders = await readdir(path.join(root, base)).catch(() => []);
    for (const folder of folders.filter((name) => name.includes('-linux-gnu'))) {
      for (const name of await readdir(path.join(root, base, folder))) {
        if (/\.so(?:\.\d+)+$/.test(name)) {
          await copyFile(path.join(root, base, folder, name), path.join(into, name));
        }
      }
    }
  }
}
