import { mkdir, readFile, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { debianMirror, writeAptConfiguration } from './aptConfiguration';

/**
 * Downloads Debian packages and unpacks them into `<work>/root`: nothing is installed, no script of
 * theirs runs. The answer is what the archive's index named, package to version.
 */
export async function unpackPackages(
  names: readonly string[],
  releases: readonly string[],
  work: string,
): Promise<Record<string, string>> {
  const archive = await DebianArchive.open(path.join(work, 'apt'), releases);
  const debs = path.join(work, 'debs');
  await archive.download(names, debs);
  return await unpackAll(debs, path.join(work, 'root'));
}

/** Debian's archive as a private apt sees it, which knows nothing of what this machine has installed. */
export class DebianArchive {
  private constructor(private readonly config: string) {}

  /** Reads the index of the releases; `folder` holds everything that apt writes. */
  static async open(folder: string, releases: readonly string[]): Promise<DebianArchive> {
    const mirror = await debianMirror();
    const config = await writeAptConfiguration(folder, { mirror, releases });
    await execa('apt-get', ['-c', config, '-qq', 'update']);
    return new DebianArchive(config);
  }

  /** Downloads just these packages. */
  async download(names: readonly string[], into: string): Promise<void> {
    await mkdir(into, { recursive: true });
    await execa('apt-get', ['-c', this.config, '-qq', 'download', ...names], { cwd: into });
  }

  /** Downloads these packages with everything that they depend on, down to libc. */
  async downloadWhole(names: readonly string[], into: string): Promise<void> {
    await mkdir(path.join(into, 'partial'), { recursive: true });
    const only = ['--download-only', '--no-install-recommends', '-y'];
    await execa('apt-get', [
      ...['-c', this.config, '-qq', '-o', `Dir::Cache::archives=${into}`],
      ...['install', ...only, ...names],
    ]);
  }

  /** The package that a package without content of its own stands for, such as today's kernel. */
  async resolve(name: string): Promise<string> {
    const { stdout } = await execa('apt-cache', ['-c', this.config, 'depends', name]);
    const found = /^ +Depends: (\S+)$/m.exec(stdout)?.[1];
    if (found === undefined) throw new Error(`Debian's package ${name} depends on nothing.`);
    return found;
  }
}

/** Unpacks every package of a folder into `root`; answers package to version. */
export async function unpackAll(debs: string, root: string): Promise<Record<string, string>> {
  const packages: Record<string, string> = {};
  for (const file of (await readdir(debs)).filter((name) => name.endsWith('.deb')).toSorted()) {
    const deb = path.join(debs, file);
    await execa('dpkg', ['-x', deb, root]);
    const { stdout } = await execa('dpkg-deb', [
      '--show',
      '--showformat=${Package} ${Version}',
      deb,
    ]);
    const [name = file, version = ''] = stdout.split(' ');
    packages[name] = version;
  }
  return packages;
}

/** Moves a finished, stamped folder into place; a run beside this one may have won, which is as good. */
export async function publish(ready: string, target: string, stamp: string): Promise<void> {
  try {
    await rename(ready, target);
  } catch (error) {
    if ((await readJson<unknown>(path.join(target, stamp))) !== undefined) return;
    throw error;
  }
}

/** Reads JSON; undefined when it is absent or half-written by a run that was ended. */
export async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
