import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { connectTo, entersKept, pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import type { Workbench } from './support/workbench';

/*
 * VS Code backs up documents that are not saved, in plain files (`files.hotExit`). A service's YAML
 * document holds environment values, so it must never be one of them.
 */

/** Longer than the two seconds after which VS Code backs up at the latest. */
const WATCHED_MS = 6_000;

let acquired: AcquiredLab;
let session: Session;
let workbench: Workbench;

beforeAll(async () => {
  acquired = await acquireLab({ name: 'hotexit', engine: 'newest', nodes: 1 });
  const create = ['service', 'create', '-d', '--no-resolve-image', '--name=web'];
  await acquired.lab.docker('node1', [...create, '--env=WORD=known', 'swarmscope/hostname:latest']);
});

afterAll(async () => {
  await acquired?.release();
});

beforeEach(() => {
  pictureOnFailure(() => session);
});

afterEach(async () => {
  await session?.dispose();
});

async function openDocument(settings: Readonly<Record<string, unknown>>): Promise<void> {
  const { lab } = acquired;
  session = await openWorkbench({
    name: 'hotexit',
    netns: lab.clientNetns,
    keepsSecrets: true,
    settings: {
      'swarmscope.connections': [{ name: 'lab', address: lab.manager.tcpAddress }],
      ...settings,
    },
  });
  ({ workbench } = session);
  await workbench.openContainer('Swarmscope');
  await connectTo(workbench, 'lab');
  await workbench.row('lab', 1).waitFor({ timeout: 20_000 });
  await workbench.expand('Services', 2);
  await workbench.contextMenu('web', 'Edit Service as YAML…', 3);
  await workbench.tab('web.service.yaml').waitFor();
  await until('the document', async () => (await workbench.editorText()).includes('WORD'));
}

/** Types a value at the end of the document in front, in the middle of a mistake. */
async function typeValue(value: string): Promise<void> {
  const { keyboard } = workbench.page;
  await workbench.page.locator('.editor-instance .view-lines').first().click();
  await keyboard.press('Control+End');
  await keyboard.type(`hostname: ${value.slice(0, -1)}`, { delay: 30 });
  // By its last letter: a longer pause in typing keeps what was typed until then.
  await entersKept(workbench, async () => {
    await keyboard.type(value.slice(-1));
    await until('the value', async () => (await workbench.editorText()).includes(value));
  });
}

/** Where a value stands in plain: files of VS Code's, and what its page keeps. */
async function plainCopies(value: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(session.dataDir, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    // A file may go between being listed and being read.
    const text = entry.isFile() ? await readFile(file, 'utf8').catch(() => '') : '';
    if (text.includes(value)) {
      found.push(path.relative(session.dataDir, file));
    }
  }
  return [...found, ...(await workbench.page.evaluate(inPage, value))];
}

/** Runs in the page: names what of its storage holds the value. */
async function inPage(value: string): Promise<string[]> {
  const found = Object.entries<string>(localStorage)
    .filter(([, text]) => text.includes(value))
    .map(([key]) => `localStorage ${key}`);
  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(new Error(request.error?.message)));
    });
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const objects = database.transaction(store, 'readonly').objectStore(store);
      const [keys, values] = await Promise.all([
        done(objects.getAllKeys()),
        done(objects.getAll() as IDBRequest<unknown[]>),
      ]);
      values.forEach((kept, index) => {
        const text = kept instanceof Uint8Array ? new TextDecoder().decode(kept) : String(kept);
        if (text.includes(value)) {
          found.push(`${name} ${store} ${JSON.stringify(keys[index])}`);
        }
      });
    }
    database.close();
  }
  return found;
}

/** All places where a value stood in plain at any time from now on. */
async function watch(value: string): Promise<readonly string[]> {
  const seen = new Set<string>();
  for (const until = Date.now() + WATCHED_MS; Date.now() < until; await delay(100)) {
    for (const place of await plainCopies(value)) {
      seen.add(place);
    }
  }
  return [...seen];
}

describe('a service as YAML that is being typed', () => {
  test('stands in a backup of VS Code’s where saving by itself is off, so this test can see one', async () => {
    await openDocument({ '[swarmscope-service]': { 'files.autoSave': 'off' } });
    await typeValue('canary-in-a-cage');
    expect(await watch('canary-in-a-cage')).toEqual([expect.stringContaining('Backups')]);
  });

  test('is in no file of VS Code’s, not after a reload either, and nothing typed is lost', async () => {
    await openDocument({ 'files.autoSave': 'off', 'files.autoSaveWhenNoErrors': true });
    await typeValue('canary-on-the-wing');
    expect(await watch('canary-on-the-wing')).toEqual([]);
    await session.shoot('yaml-saved-by-itself');
    await session.reload();
    await workbench.tab('web.service.yaml').waitFor();
    await until(
      'the value after the reload',
      async () => (await workbench.editorText()).includes('canary-on-the-wing'),
      60_000,
    );
    expect(await watch('canary-on-the-wing')).toEqual([]);
  });
});
