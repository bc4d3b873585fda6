import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../common/logger';
import { StackConfigs } from './stackConfigs';

const folder = mkdtempSync(path.join(tmpdir(), 'swarmscope-cli-'));
const calls = path.join(folder, 'calls');

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A docker CLI that writes down how it is called and then does what the script says. */
function fakeCli(script: string): StackConfigs {
  const program = path.join(mkdtempSync(path.join(folder, 'bin-')), 'docker');
  rmSync(calls, { force: true });
  writeFileSync(
    program,
    `#!${process.execPath}
    const args = process.argv.slice(2).join(' ');
    require('node:fs').appendFileSync(${JSON.stringify(calls)}, args + '\\n');
    ${script}`,
  );
  chmodSync(program, 0o755);
  return new StackConfigs({ program: () => program, logger: silentLogger });
}

const called = (): string[] =>
  existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [];

describe('StackConfigs', () => {
  it('asks once for a file until it is forgotten', async () => {
    const configs = fakeCli(`console.log('services: {}')`);
    const output = { kind: 'output', text: 'services: {}\n' };
    expect(configs.known('/w/c.yml')).toBeUndefined();
    expect(await Promise.all([configs.look('/w/c.yml'), configs.look('/w/c.yml')])).toEqual([
      output,
      output,
    ]);
    expect(configs.known('/w/c.yml')).toEqual(output);
    expect(called()).toEqual(['stack config --compose-file=/w/c.yml']);
    configs.forget('/w/c.yml');
    expect(configs.known('/w/c.yml')).toBeUndefined();
    await configs.look('/w/c.yml');
    expect(called()).toHaveLength(2);
  });

  it('keeps the words of a CLI that refuses the file', async () => {
    const configs = fakeCli(
      `if (args.endsWith('--help')) console.log('Usage:  docker stack config [OPTIONS]');
       else { console.error('services.web.x is not allowed'); process.exit(1); }`,
    );
    expect(await configs.look('/w/c.yml')).toEqual({
      kind: 'refused',
      tail: 'services.web.x is not allowed',
    });
  });

  it('knows a CLI without the command by its help (as of 20.10)', async () => {
    const configs = fakeCli(
      `console.log('Usage:  docker stack [OPTIONS] COMMAND');
       if (!args.endsWith('--help')) process.exit(125);`,
    );
    expect(await configs.look('/w/c.yml')).toEqual({ kind: 'old-cli' });
  });

  it('says that there is no CLI', async () => {
    const configs = new StackConfigs({ program: () => '/nowhere/docker', logger: silentLogger });
    expect(await configs.look('/w/c.yml')).toEqual({ kind: 'no-cli', reason: 'ENOENT' });
  });

  it('ends the process for a file that changed meanwhile, and runs one at a time', async () => {
    const configs = fakeCli(`setInterval(() => {}, 1000)`);
    const first = configs.look('/w/a.yml');
    const second = configs.look('/w/b.yml');
    await vi.waitFor(() => expect(called()).toHaveLength(1), 4_000);
    configs.clear();
    expect(await Promise.all([first, second])).toEqual([
      { kind: 'cancelled' },
      { kind: 'cancelled' },
    ]);
    expect(called()).toHaveLength(1);
  });
});
