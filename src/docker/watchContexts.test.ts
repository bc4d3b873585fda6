import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../common/clock';
import { watchContexts } from './watchContexts';

/** Time that runs at once, so that every event counts by itself. */
const impatient: Clock = {
  now: () => 0,
  after(_, run) {
    const timer = setImmediate(run);
    return { dispose: () => clearImmediate(timer) };
  },
};

describe('watchContexts', () => {
  let home: string;
  let root: string;
  let changes: number;
  let watching: { dispose(): void };

  const meta = (name: string): string => path.join(root, 'contexts', 'meta', name);

  function start(): void {
    changes = 0;
    watching = watchContexts({ env: {}, home, clock: impatient }, () => {
      changes += 1;
    });
  }

  /** Repeats a harmless write until it is noticed: watchers are set up asynchronously. */
  async function noticed(write: (turn: number) => void): Promise<void> {
    const before = changes;
    let turn = 0;
    await vi.waitFor(
      () => {
        write((turn += 1));
        expect(changes).toBeGreaterThan(before);
      },
      { timeout: 3_000, interval: 20 },
    );
  }

  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'swarmscope-watch-'));
    root = path.join(home, '.docker');
  });

  afterEach(() => {
    watching.dispose();
    rmSync(home, { recursive: true, force: true });
  });

  it('notices the choice of a context, written by an atomic rename, time and again', async () => {
    mkdirSync(root);
    start();
    for (let round = 0; round < 3; round += 1) {
      await noticed((turn) => {
        writeFileSync(path.join(root, 'draft'), `${round} ${turn}`);
        renameSync(path.join(root, 'draft'), path.join(root, 'config.json'));
      });
    }
    expect(readdirSync(root)).toEqual(['config.json']);
  });

  it('waits for folders that do not exist yet, and follows them when they are made anew', async () => {
    start();
    for (let round = 0; round < 2; round += 1) {
      await noticed((turn) => mkdirSync(meta(`abc${turn}`), { recursive: true }));
      mkdirSync(meta('abc'), { recursive: true });
      await noticed((turn) => writeFileSync(path.join(meta('abc'), 'meta.json'), String(turn)));
      await noticed((turn) => writeFileSync(path.join(meta('abc'), 'meta.json'), `again ${turn}`));
      rmSync(root, { recursive: true });
    }
    expect(changes).toBeGreaterThanOrEqual(6);
  });

  it('notices nothing once it is disposed, and nothing that is not about contexts', async () => {
    mkdirSync(root);
    start();
    await noticed((turn) => writeFileSync(path.join(root, 'config.json'), String(turn)));
    const settled = changes;
    writeFileSync(path.join(root, 'daemon.json'), 'x');
    await noticed((turn) => writeFileSync(path.join(root, 'config.json'), `x${turn}`));
    expect(changes).toBeGreaterThan(settled);
    watching.dispose();
    const last = changes;
    const other = watchContexts({ env: {}, home, clock: impatient }, () => undefined);
    writeFileSync(path.join(root, 'config.json'), 'later');
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    other.dispose();
    expect(changes).toBe(last);
  });
});
