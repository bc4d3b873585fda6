import { access, copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { publish, readJson, unpackPackages } from './unpackPackages';

/** Which engine to run: a Debian release, the two ends of what the archive serves, or the machine's own. */
export type EngineChoice = 'oldest' | 'newest' | 'bookworm' | 'trixie' | 'sid' | 'installed';

/** Every choice, for argument parsers. */
export const engineChoices: readonly EngineChoice[] = [
  'oldest',
  'newest',
  'bookworm',
  'trixie',
  'sid',
  'installed',
];

/** An engine that can be started from `binDir` without being installed. */
export interface UnpackedEngine {
  /** Debian release that it came from, or `installed`. */
  readonly codename: Codename | 'installed';
  /** Engine version without Debian's suffix, such as `20.10.24`. */
  readonly version: string;
  /** Folder that goes first in PATH: dockerd, containerd, runc, docker-init, docker. */
  readonly binDir: string;
  /** Full path of dockerd. */
  readonly dockerd: string;
  /** Full path of the docker command of the same release. */
  readonly dockerCli: string;
  /** Package name to version, as the archive named them; empty for an installed engine. */
  readonly packages: Readonly<Record<string, string>>;
}

/** Where engines are kept and who hears of progress. */
export interface EnsureEngineOptions {
  readonly cacheDir: string;
  readonly log?: (line: string) => void;
}

type Codename = 'bookworm' | 'trixie' | 'sid';

const stampName = 'engine.json';

/** runc of bookworm serves all: the later ones want a newer libc. */
const packagesOf: Readonly<Record<Codename, readonly string[]>> = {
  bookworm: ['docker.io/bookworm', 'containerd/bookworm', 'runc/bookworm', 'tini/bookworm'],
  trixie: laterPackages('trixie'),
  sid: laterPackages('sid'),
};

const programs = {
  required: ['dockerd', 'docker', 'containerd', 'containerd-shim-runc-v2', 'runc', 'docker-proxy'],
  optional: ['ctr'],
  init: 'tini-static',
} as const;

function laterPackages(codename: Codename): readonly string[] {
  // trixie keeps tini-static inside `tini`; sid split it out, so both names are offered.
  const tini = codename === 'sid' ? 'tini-static' : 'tini';
  return [
    ...['docker.io', 'docker-cli', 'containerd', tini].map((name) => `${name}/${codename}`),
    'runc/bookworm',
  ];
}

/** Gives a runnable engine, fetched once into the cache and never installed; a second call is offline. */
export async function ensureEngine(
  choice: EngineChoice,
  options: EnsureEngineOptions,
): Promise<UnpackedEngine> {
  switch (choice) {
    case 'installed':
      return await findInstalledEngine();
    case 'oldest':
      return await ensureRelease('bookworm', options);
    case 'newest':
      return await ensureNewest(options);
    default:
      return await ensureRelease(choice, options);
  }
}

/** Reads the number out of `Docker version 20.10.24+dfsg1, build …`; undefined when it is something else. */
export function parseEngineVersion(output: string): string | undefined {
  return /^Docker version (\d+(?:\.\d+)+)/m.exec(output)?.[1];
}

/** Newest is what sid serves, unless it does not run here; the answer is remembered in the cache. */
async function ensureNewest(options: EnsureEngineOptions): Promise<UnpackedEngine> {
  const memo = path.join(options.cacheDir, 'newest.json');
  const known = await readJson<{ codename: Codename }>(memo);
  if (known !== undefined) return await ensureRelease(known.codename, options);
  const engine = await ensureRelease('sid', options).catch(async (error: unknown) => {
    options.log?.(`The engine of sid does not run here (${String(error)}); taking trixie's.`);
    return await ensureRelease('trixie', options);
  });
  await writeFile(memo, `${JSON.stringify({ codename: engine.codename })}\n`);
  return engine;
}

async function ensureRelease(
  codename: Codename,
  options: EnsureEngineOptions,
): Promise<UnpackedEngine> {
  const cached = await findCached(codename, options.cacheDir);
  if (cached !== undefined) return cached;
  await mkdir(options.cacheDir, { recursive: true });
  const work = await mkdtemp(path.join(options.cacheDir, '.fetch-'));
  try {
    options.log?.(`Fetching the Docker engine of Debian ${codename} into ${options.cacheDir}`);
    const releases = codename === 'bookworm' ? ['bookworm'] : [codename, 'bookworm'];
    const packages = await unpackPackages(packagesOf[codename], releases, work);
    const binDir = await gatherPrograms(work);
    const version = await askVersion(path.join(binDir, 'dockerd'));
    const target = path.join(options.cacheDir, `${codename}-${version}`);
    const ready = path.join(work, 'ready');
    await mkdir(ready);
    await rename(binDir, path.join(ready, 'bin'));
    await writeFile(
      path.join(ready, stampName),
      `${JSON.stringify({ codename, version, packages }, null, 2)}\n`,
    );
    await publish(ready, target, stampName);
    options.log?.(`Docker ${version} is ready in ${target}`);
    return describe(target, { codename, version, packages });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface Stamp {
  readonly codename: Codename;
  readonly version: string;
  readonly packages: Readonly<Record<string, string>>;
}

async function findCached(
  codename: Codename,
  cacheDir: string,
): Promise<UnpackedEngine | undefined> {
  const names = await readdir(cacheDir).catch(() => []);
  const versions = names.filter((name) => name.startsWith(`${codename}-`)).toSorted(byVersion);
  for (const name of versions.toReversed()) {
    const folder = path.join(cacheDir, name);
    const stamp = await readJson<Stamp>(path.join(folder, stampName));
    if (stamp !== undefined) return describe(folder, stamp);
  }
  return undefined;
}

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function describe(folder: string, stamp: Stamp): UnpackedEngine {
  const binDir = path.join(folder, 'bin');
  return {
    ...stamp,
    binDir,
    dockerd: path.join(binDir, 'dockerd'),
    dockerCli: path.join(binDir, 'docker'),
  };
}

/** Puts the few programs an engine needs side by side, since Debian spreads them over bin and sbin. */
async function gatherPrograms(work: string): Promise<string> {
  const binDir = path.join(work, 'bin');
  await mkdir(binDir);
  const folders = ['usr/bin', 'usr/sbin'].map((folder) => path.join(work, 'root', folder));
  const take = async (name: string, as = name): Promise<boolean> => {
    const found = await firstExisting(folders.map((folder) => path.join(folder, name)));
    if (found !== undefined) await copyFile(found, path.join(binDir, as));
    return found !== undefined;
  };
  for (const name of programs.required) {
    if (!(await take(name))) throw new Error(`The Debian packages hold no program ${name}.`);
  }
  for (const name of programs.optional) await take(name);
  if (!(await take(programs.init, 'docker-init'))) {
    throw new Error(`The Debian packages hold no program ${programs.init}.`);
  }
  return binDir;
}

async function askVersion(dockerd: string): Promise<string> {
  const { stdout } = await execa(dockerd, ['--version']);
  const version = parseEngineVersion(stdout);
  if (version === undefined) throw new Error(`${dockerd} does not tell its version: ${stdout}`);
  return version;
}

async function findInstalledEngine(): Promise<UnpackedEngine> {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'].filter(Boolean);
  const locate = async (name: string): Promise<string> => {
    const found = await firstExisting(folders.map((folder) => path.join(folder, name)));
    if (found === undefined) throw new Error(`No ${name} is installed on this machine.`);
    return found;
  };
  const dockerd = await locate('dockerd');
  const dockerCli = await locate('docker');
  await locate('containerd');
  await locate('runc');
  const version = await askVersion(dockerd);
  const binDir = path.dirname(dockerd);
  return { codename: 'installed', version, binDir, dockerd, dockerCli, packages: {} };
}

async function firstExisting(candidates: readonly string[]): Promise<string | undefined> {
  for (const candidate of candidates) {
    const exists = await access(candidate).then(
      () => true,
      () => false,
    );
    if (exists) return candidate;
  }
  return undefined;
}
