import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pickMirror } from './aptConfiguration';
import { ensureEngine, parseEngineVersion } from './engines';

describe('parseEngineVersion', () => {
  it.each([
    ['Docker version 20.10.24+dfsg1, build 5d6db84', '20.10.24'],
    ['Docker version 28.5.2+dfsg4, build 3ef3c07c883be49a', '28.5.2'],
    ['Docker version 29.0, build 1', '29.0'],
    ['podman version 5.0.0', undefined],
  ])('%s', (output, version) => {
    expect(parseEngineVersion(output)).toBe(version);
  });
});

describe('pickMirror', () => {
  it('takes the main archive and neither updates nor security nor a foreign archive', () => {
    const targets = [
      'https://archive.example/tools bookworm',
      'http://mirror.example/debian-security/ bookworm-security',
      'http://mirror.example/debian/ bookworm-updates',
      'http://mirror.example/debian/ bookworm',
    ];
    expect(pickMirror(targets.join('\n'))).toBe('http://mirror.example/debian');
  });

  it('finds none where there is none', () => {
    expect(pickMirror('')).toBeUndefined();
  });
});

describe('ensureEngine with a filled cache', () => {
  let cacheDir: string;

  beforeEach(async () => {
    cacheDir = await mkdtemp(path.join(tmpdir(), 'engines-'));
  });
  afterEach(async () => await rm(cacheDir, { recursive: true }));

  async function fill(codename: string, version: string, stamp = true): Promise<void> {
    const folder = path.join(cacheDir, `${codename}-${version}`);
    await mkdir(folder);
    const text = JSON.stringify({ codename, version, packages: { 'docker.io': version } });
    if (stamp) await writeFile(path.join(folder, 'engine.json'), text);
  }

  it('answers from it without fetching, the latest stamped version first', async () => {
    await fill('bookworm', '20.10.9');
    await fill('bookworm', '20.10.24');
    await fill('bookworm', '20.10.25', false);
    const log: string[] = [];
    const engine = await ensureEngine('oldest', { cacheDir, log: (line) => log.push(line) });
    const binDir = path.join(cacheDir, 'bookworm-20.10.24', 'bin');
    expect({ engine, log }).toEqual({
      engine: {
        codename: 'bookworm',
        version: '20.10.24',
        packages: { 'docker.io': '20.10.24' },
        binDir,
        dockerd: path.join(binDir, 'dockerd'),
        dockerCli: path.join(binDir, 'docker'),
      },
      log: [],
    });
  });

  it('remembers which release was the newest that runs', async () => {
    await fill('sid', '28.5.2');
    await fill('trixie', '26.1.5');
    await writeFile(path.join(cacheDir, 'newest.json'), '{"codename":"trixie"}');
    expect((await ensureEngine('newest', { cacheDir })).version).toBe('26.1.5');
    await rm(path.join(cacheDir, 'newest.json'));
    expect((await ensureEngine('newest', { cacheDir })).version).toBe('28.5.2');
  });
});
