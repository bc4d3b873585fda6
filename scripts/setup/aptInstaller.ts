import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { CommandRunner } from './commandRunner';

/** What `apt-get install --dry-run` says it would do. */
export interface AptPlan {
  /** Packages that would be unpacked, new or newer. */
  readonly installed: readonly string[];
  readonly removed: readonly string[];
}

/** Reads the `Inst` and `Remv` lines of a dry run. */
export function parseDryRun(output: string): AptPlan {
  const names = (verb: string): readonly string[] =>
    [...output.matchAll(new RegExp(`^${verb} (\\S+)`, 'gm'))].map(([, name]) => name ?? '');
  return { installed: names('Inst'), removed: names('Remv') };
}

/** Finds what init would start in a package's listing (`dpkg-deb --contents`): units and init scripts. */
export function findServices(contents: string): readonly string[] {
  const service =
    /^\S+ .* \.\/(?:(?:usr\/)?lib\/systemd\/system\/([^/ ]+\.(?:service|socket|timer|path))|etc\/init\.d\/([^/ ]+))(?: (?:->|link to) .*)?$/gm;
  const names = [...contents.matchAll(service)].map(([, unit, script]) => unit ?? script ?? '');
  return [...new Set(names)];
}

/** The parts of the machine that an installation depends on. */
export interface AptMachine {
  readonly runner: CommandRunner;
  /** Whether an init system runs that would start a package's services. */
  readonly initRuns: boolean;
  readonly log: (line: string) => void;
}

const quietly = ['-qq', '--no-install-recommends', '-o', 'APT::Sandbox::User=root'];

/**
 * Installs Debian packages, but only when that removes nothing and starts no service; gives the
 * sentence that says why not, undefined when all are there.
 */
export async function installPackages(
  names: readonly string[],
  machine: AptMachine,
): Promise<string | undefined> {
  const { runner, log } = machine;
  log(`Looking up ${names.join(', ')} in the package archive (apt-get update)…`);
  const update = await runner.run('apt-get', ['update', '-qq']);
  if (update.exitCode !== 0) {
    log(`apt-get update failed (${lastLine(update.stderr)}); trying with the lists as they are.`);
  }
  const dryRun = await runner.run('apt-get', [
    'install',
    '--dry-run',
    '--no-install-recommends',
    ...names,
  ]);
  if (dryRun.exitCode !== 0) {
    return `apt-get cannot install ${names.join(', ')}: ${lastLine(dryRun.stderr)}`;
  }
  const plan = parseDryRun(dryRun.stdout);
  if (plan.removed.length > 0) {
    return `installing ${names.join(', ')} would remove ${plan.removed.join(', ')}`;
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), 'swarmscope-apt-'));
  try {
    return await installPlanned(names, plan, folder, machine);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function installPlanned(
  names: readonly string[],
  plan: AptPlan,
  folder: string,
  { runner, initRuns, log }: AptMachine,
): Promise<string | undefined> {
  await mkdir(path.join(folder, 'partial'));
  const install = ['install', '-y', ...quietly, '-o', `Dir::Cache::archives=${folder}`];
  log(`Installing ${names.join(', ')}: ${plan.installed.length} packages, none removed…`);
  const download = await runner.run('apt-get', [...install, '--download-only', ...names]);
  if (download.exitCode !== 0) {
    return `downloading ${names.join(', ')} failed: ${lastLine(download.stderr)}`;
  }
  const services = await servicesIn(folder, runner);
  if (services.length > 0 && initRuns) {
    return `installing ${names.join(', ')} would start the services ${services.join(', ')}`;
  }
  const done = await runner.run('apt-get', [...install, ...names]);
  return done.exitCode === 0
    ? undefined
    : `installing ${names.join(', ')} failed: ${lastLine(done.stderr)}`;
}

async function servicesIn(folder: string, runner: CommandRunner): Promise<readonly string[]> {
  const services: string[] = [];
  for (const file of (await readdir(folder)).toSorted()) {
    if (file.endsWith('.deb')) {
      const { stdout } = await runner.run('dpkg-deb', ['--contents', path.join(folder, file)]);
      services.push(...findServices(stdout));
    }
  }
  return services;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
