import { describe, expect, it } from 'vitest';
import type { CommandResult, CommandRunner } from './commandRunner';
import { type Machine, prepare, providePackages } from './prepare';
import type { SystemPackage } from './systemPackages';

/** A machine where an installation works and is counted. */
class FakeRunner implements CommandRunner {
  readonly installed: string[] = [];

  async run(_program: string, args: readonly string[]): Promise<CommandResult> {
    if (args.includes('-y') && !args.includes('--download-only')) {
      this.installed.push(args.at(-1) ?? '');
    }
    return { exitCode: 0, stdout: '', stderr: '' };
  }
}

const runner = (): FakeRunner => new FakeRunner();
const machine = (fields: Partial<Machine>): Machine => ({
  runner: runner(),
  platform: 'linux',
  isRoot: true,
  hasApt: true,
  initRuns: false,
  ...fields,
});
const options = { mayInstall: true, log: () => undefined };

function packageOn(fake: FakeRunner, arrives = true): SystemPackage {
  return { name: 'chromium', isPresent: async () => arrives && fake.installed.length > 0 };
}

describe('packages', () => {
  it('are installed once when they are missing', async () => {
    const fake = runner();
    const here = machine({ runner: fake });
    expect(await providePackages([packageOn(fake)], here, options)).toBeUndefined();
    expect(await providePackages([packageOn(fake)], here, options)).toBeUndefined();
    expect(fake.installed).toEqual(['chromium']);
  });

  it('are only named where nothing may be installed', async () => {
    const fake = runner();
    const wanted = [packageOn(fake)];
    const refuse = { ...options, mayInstall: false };
    expect(await providePackages(wanted, machine({ runner: fake }), refuse)).toBe(
      'install chromium (--no-install was given)',
    );
    const others: Partial<Machine>[] = [{ isRoot: false }, { hasApt: false }];
    for (const other of others) {
      expect(await providePackages(wanted, machine({ runner: fake, ...other }), options)).toBe(
        'install chromium (done for you as root on Debian or Ubuntu)',
      );
    }
    expect(fake.installed).toEqual([]);
  });

  it('are looked for again after the installation', async () => {
    const fake = runner();
    const here = machine({ runner: fake });
    expect(await providePackages([packageOn(fake, false)], here, options)).toBe(
      'chromium did not bring what is needed',
    );
  });
});

describe('the lab', () => {
  it('is not for other systems, nor for other users', async () => {
    const wanted = new Set(['lab'] as const);
    for (const fields of [{ platform: 'darwin' }, { isRoot: false }] as const) {
      const problems = await prepare(wanted, machine(fields), options);
      expect([...problems]).toEqual([
        ['lab', 'a swarm in network namespaces needs Linux and root'],
      ]);
    }
  });
});
