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
  const mirror = await debianMirror();
  const config = await writeAptConfiguration(path.join(work, 'apt'), { mirror, releases });
  await execa('apt-get', ['-c', config, '-qq', 'update']);
  const debs = path.join(work, 'debs');
  await mkdir(debs);
  await execa('apt-get', ['-c', config, '-qq', 'download', ...names], { cwd: debs });
  const packages: Record<string, string> = {};
  for (const file of (await readdir(debs)).toSorted()) {
    const deb = path.join(debs, file);
    await execa('dpkg', ['-x', deb, path.join(work, 'root')]);
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
