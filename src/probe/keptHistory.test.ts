import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import type { ProbeSample } from '../shared/routingView';
import { HistoryFiles } from './historyFiles';
import { KeptHistories, type KeptHistory } from './keptHistory';

const START = Date.UTC(2026, 0, 15);
const ID = 'ssh://person@10.0.0.1';

let folder: string;
let warnings: string[];
let clock: FakeClock;

beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'swarmscope-history-')), 'probes');
  warnings = [];
  clock = new FakeClock(START);
});

afterEach(async () => {
  await rm(path.dirname(folder), { recursive: true });
});

function begin(): KeptHistory {
  const files = new HistoryFiles(folder, { warn: (line) => warnings.push(line) });
  return new KeptHistories(files, clock).begin(ID);
}

function probe(history: KeptHistory, change: Partial<ProbeSample> = {}): void {
  const sample: ProbeSample = {
    at: clock.now(),
    outcome: 'answered',
    reachable: true,
    phases: { total: 4 },
    firstLine: 'Hello, secret',
    detail: 'to 10.0.0.9',
    answeredBy: 't1',
    ...change,
  };
  history.take('entry1', sample, 5_000);
}

function view(history: KeptHistory) {
  return history.history.view(
    { kind: 'entry', id: 'entry1' },
    { rangeMs: 300_000, most: 100, now: clock.now() },
  );
}

async function filesThere(): Promise<readonly string[]> {
  return await readdir(folder).catch(() => []);
}

describe('KeptHistory', () => {
  it('is there again after a reload, with a gap in between', async () => {
    const first = begin();
    await first.loaded;
    probe(first);
    probe(first, { outcome: 'refused', reachable: false });
    first.mark([{ at: START, kind: 'leader', name: 'node2' }]);
    await clock.advance(2_000);
    first.dispose();
    await clock.advance(58_000);
    const second = begin();
    await second.loaded;
    probe(second);
    await clock.advance(1_000);
    expect(view(second).summary).toMatchObject({ count: 3, failed: 1 });
    expect(view(second).gaps.slice(1)).toEqual([{ from: START + 2_000, to: START + 60_000 }]);
    expect(view(second).marks).toHaveLength(1);
    second.dispose();
    expect(clock.pending).toBe(0);
    expect(warnings).toEqual([]);
  });

  it('writes every 30 s at most, whole or not at all, and when it is hidden', async () => {
    const history = begin();
    await history.loaded;
    probe(history);
    await clock.advance(29_000);
    expect(await filesThere()).toEqual([]);
    await clock.advance(1_000);
    await history.written();
    const [name = ''] = await filesThere();
    expect(await filesThere()).toHaveLength(1);
    const file = path.join(folder, name);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const before = await readFile(file);
    await clock.advance(60_000);
    await history.written();
    expect(await readFile(file)).toEqual(before);
    probe(history);
    history.pause();
    await history.written();
    expect(await readFile(file)).not.toEqual(before);
    history.dispose();
    expect(await filesThere()).toEqual([name]);
  });

  it('loses nothing when it is closed while it writes', async () => {
    const history = begin();
    await history.loaded;
    probe(history);
    history.pause();
    await Promise.resolve();
    probe(history);
    history.dispose();
    await history.written();
    const next = begin();
    await next.loaded;
    expect(view(next).summary.count).toBe(2);
    expect(await filesThere()).toHaveLength(1);
    next.dispose();
  });

  it('that is closed before its file was read leaves the file as it is', async () => {
    const first = begin();
    await first.loaded;
    probe(first);
    probe(first);
    first.dispose();
    const hasty = begin();
    probe(hasty);
    hasty.pause();
    hasty.dispose();
    await hasty.written();
    const next = begin();
    await next.loaded;
    expect(view(next).summary.count).toBe(2);
    next.dispose();
  });

  it('keeps ids, times and counts, and neither answers nor addresses', async () => {
    const history = begin();
    await history.loaded;
    probe(history);
    const kept = serialize(history.history.save(START)).toString('latin1');
    expect(kept).toContain('entry1');
    expect(kept).not.toMatch(/secret|10\.0\.0|person/);
    history.dispose();
    expect((await filesThere()).join()).toMatch(/^[0-9a-f]{32}\.history$/);
  });

  it('leaves out a file that is damaged, too large when unpacked, or of another version', async () => {
    const history = begin();
    await history.loaded;
    probe(history);
    history.dispose();
    const [name = ''] = await filesThere();
    const file = path.join(folder, name);
    const good = await readFile(file);
    const foreign = [
      Buffer.from('nonsense'),
      good.subarray(0, good.length - 9),
      gzipSync(serialize({ ...(deserialize(gunzipSync(good)) as object), version: 2 })),
      gzipSync(serialize({ version: 1, detail: 0, marks: [], pasts: [] })),
      gzipSync(serialize('history')),
      gzipSync(Buffer.alloc(97 * 1024 * 1024)),
    ];
    for (const content of foreign) {
      await writeFile(file, content);
      const next = begin();
      await next.loaded;
      expect(view(next).points).toEqual([]);
      next.dispose();
    }
  });

  it('removes what nobody has written for seven days, and touches no other files', async () => {
    const history = begin();
    await history.loaded;
    probe(history);
    history.dispose();
    const [name = ''] = await filesThere();
    await writeFile(path.join(folder, 'other'), '');
    const files = new HistoryFiles(folder, { warn: (line) => warnings.push(line) });
    const day = 86_400;
    for (const one of [name, 'other']) {
      await utimes(path.join(folder, one), START / 1_000, START / 1_000);
    }
    await files.removeOld(START + 7 * day * 1_000);
    expect(await filesThere()).toHaveLength(2);
    await files.removeOld(START + 7 * day * 1_000 + 1);
    expect(await filesThere()).toEqual(['other']);
  });
});
