import { existsSync } from 'node:fs';
import { engineCache } from '../../test/lab/lab';
import { sshdCache } from '../../test/lab/sshd';
import { ensureGuestImage, vmCache } from '../../test/lab/vm/guestImage';
import { whyNoVm } from '../../test/lab/vm/requirements';
import { ensureVscodeHost, whyNoPrivateHost } from '../../test/vscodeHost/setup';
import { installPackages } from './aptInstaller';
import type { CommandRunner } from './commandRunner';
import { ensureEngine } from './engines';
import { ensureSshd } from './openssh';
import {
  type SystemPackage,
  browserPackages,
  findMissing,
  labPackages,
  vmPackages,
} from './systemPackages';

/** A real part that suites run on. */
export type Part = 'browser' | 'vscodeHost' | 'lab' | 'vm';

/** What is known of the machine before anything is set up. */
export interface Machine {
  readonly runner: CommandRunner;
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** Debian, Ubuntu or kin: apt-get is there. */
  readonly hasApt: boolean;
  readonly initRuns: boolean;
}

/** Looks at the machine this runs on. */
export function thisMachine(runner: CommandRunner): Machine {
  return {
    runner,
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    hasApt: existsSync('/usr/bin/apt-get') && existsSync('/etc/debian_version'),
    initRuns: ['/run/systemd/system', '/run/openrc', '/run/initctl'].some((file) =>
      existsSync(file),
    ),
  };
}

/** How set-up behaves. */
export interface PrepareOptions {
  /** False refuses to install system packages. */
  readonly mayInstall: boolean;
  readonly log: (line: string) => void;
}

/** Sets up the wanted parts; gives for each that cannot be had the sentence that says why. */
export async function prepare(
  wanted: ReadonlySet<Part>,
  machine: Machine,
  options: PrepareOptions,
): Promise<ReadonlyMap<Part, string>> {
  const problems = new Map<Part, string>();
  const note = (part: Part, problem: string | undefined): void => {
    if (problem !== undefined) {
      problems.set(part, problem);
    }
  };
  if (wanted.has('browser')) {
    note('browser', await providePackages(browserPackages, machine, options));
  }
  if (wanted.has('vscodeHost')) {
    note('vscodeHost', whyNoPrivateHost() ?? (await attempt(() => ensureVscodeHost(options.log))));
  }
  if (wanted.has('lab')) {
    note('lab', await prepareLab(machine, options));
  }
  if (wanted.has('vm')) {
    note('vm', whyNoVm() ?? (await prepareVm(machine, options)));
  }
  return problems;
}

async function prepareLab(machine: Machine, options: PrepareOptions): Promise<string | undefined> {
  if (machine.platform !== 'linux' || !machine.isRoot) {
    return 'a swarm in network namespaces needs Linux and root';
  }
  const missing = await providePackages(labPackages, machine, options);
  if (missing !== undefined) {
    return missing;
  }
  return attempt(async () => {
    for (const choice of ['oldest', 'newest'] as const) {
      await ensureEngine(choice, { cacheDir: engineCache, log: options.log });
    }
    await ensureSshd({ cacheDir: sshdCache, log: options.log });
  });
}

async function prepareVm(machine: Machine, options: PrepareOptions): Promise<string | undefined> {
  const missing = await providePackages([...labPackages, ...vmPackages], machine, options);
  if (missing !== undefined) {
    return missing;
  }
  const { log } = options;
  return attempt(async () => {
    const engine = await ensureEngine('oldest', { cacheDir: engineCache, log });
    await ensureGuestImage(engine, { cacheDir: vmCache, log });
  });
}

/** Makes sure that what the packages bring is there; gives the sentence that says why it is not. */
export async function providePackages(
  packages: readonly SystemPackage[],
  machine: Machine,
  { mayInstall, log }: PrepareOptions,
): Promise<string | undefined> {
  const missing = await findMissing(packages, machine.runner);
  if (missing.length === 0) {
    return undefined;
  }
  const wanted = `install ${missing.join(', ')}`;
  if (!mayInstall) {
    return `${wanted} (--no-install was given)`;
  }
  if (!machine.hasApt || !machine.isRoot) {
    return `${wanted} (done for you as root on Debian or Ubuntu)`;
  }
  const refusal = await installPackages(missing, { ...machine, log });
  if (refusal !== undefined) {
    return refusal;
  }
  const still = await findMissing(packages, machine.runner);
  return still.length === 0 ? undefined : `${still.join(', ')} did not bring what is needed`;
}

async function attempt(act: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split('\n')[0];
  }
}
