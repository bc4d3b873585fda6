import { watch, type FSWatcher } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemClock, type Clock } from '../common/clock';
import { toDisposable, type Disposable } from '../common/disposable';
import { dockerFolder, type ContextOptions } from './contexts';

/** What to watch, and how long a burst of changes is waited out. */
export interface WatchOptions extends Pick<ContextOptions, 'env' | 'home'> {
  readonly clock?: Clock;
}

/** `docker context create` writes several files; one look after the last is enough. */
const QUIET_MS = 300;
/** A person has a handful of contexts; more are not worth a watcher each. */
const MOST_FOLDERS = 300;

/**
 * Calls `onChange` some time after docker's contexts or its choice of one changed. Folders that do
 * not exist yet are waited for. Never throws and never writes.
 */
export function watchContexts(options: WatchOptions, onChange: () => void): Disposable {
  const watching = new ContextWatch(dockerFolder(options), options.clock ?? systemClock, onChange);
  return toDisposable(() => watching.dispose());
}

class ContextWatch implements Disposable {
  /** By path and inode: a folder that was made anew wants a new watcher. */
  private readonly watchers = new Map<string, FSWatcher>();
  private timer: Disposable | undefined;
  private ended = false;

  constructor(
    private readonly root: string,
    private readonly clock: Clock,
    private readonly onChange: () => void,
  ) {
    void this.follow();
  }

  dispose(): void {
    this.ended = true;
    this.timer?.dispose();
    for (const watcher of this.watchers.values()) {
      watcher.close();
    }
    this.watchers.clear();
  }

  /** Watches what is there now. What came while it looked is found by looking once more. */
  private async follow(): Promise<void> {
    for (let isNew = true; isNew && !this.ended;) {
      const wanted = await foldersOf(this.root);
      if (this.ended) {
        return;
      }
      isNew = this.watchOnly(wanted);
    }
  }

  private watchOnly(wanted: ReadonlyMap<string, WatchedFolder>): boolean {
    for (const [key, watcher] of this.watchers) {
      if (!wanted.has(key)) {
        watcher.close();
        this.watchers.delete(key);
      }
    }
    let isNew = false;
    for (const [key, folder] of wanted) {
      isNew = (!this.watchers.has(key) && this.watchOne(key, folder)) || isNew;
    }
    return isNew;
  }

  private watchOne(key: string, { folder, names }: WatchedFolder): boolean {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (name === path.basename(folder)) {
          // It may be gone itself: this watcher would stay silent about one made anew.
          drop();
        } else if (name === null || names === undefined || names.includes(name)) {
          this.note();
        }
      });
      const drop = (): void => {
        watcher.close();
        this.watchers.delete(key);
        this.note();
      };
      this.watchers.set(key, watcher);
      watcher.on('error', drop);
      return true;
    } catch {
      // Gone again, or no watcher left on this machine.
      return false;
    }
  }

  private note(): void {
    if (this.ended) {
      return;
    }
    this.timer?.dispose();
    this.timer = this.clock.after(QUIET_MS, () => {
      void this.follow();
      this.onChange();
    });
  }
}

interface WatchedFolder {
  readonly folder: string;
  /** Names in it that matter; all when undefined. */
  readonly names?: readonly string[];
}

/** The folders to watch: where contexts are kept, or the nearest folder above that exists. */
async function foldersOf(root: string): Promise<ReadonlyMap<string, WatchedFolder>> {
  const found = new Map<string, WatchedFolder>();
  const add = async (one: WatchedFolder): Promise<boolean> => {
    try {
      const { ino, dev } = await stat(one.folder);
      found.set(`${one.folder}\n${dev}:${ino}`, one);
      return true;
    } catch {
      return false;
    }
  };
  if (!(await add({ folder: root, names: ['config.json', 'contexts'] }))) {
    let folder = root;
    do {
      folder = path.dirname(folder);
    } while (
      !(await add({ folder, names: firstBelow(folder, root) })) &&
      folder !== path.dirname(folder)
    );
    return found;
  }
  const contexts = path.join(root, 'contexts');
  await add({ folder: contexts, names: ['meta', 'tls'] });
  for (const kind of ['meta', 'tls']) {
    const folder = path.join(contexts, kind);
    await add({ folder });
    for (const name of (await readdir(folder).catch(() => [])).slice(0, MOST_FOLDERS)) {
      await add({ folder: path.join(folder, name) });
      if (kind === 'tls') {
        await add({ folder: path.join(folder, name, 'docker') });
      }
    }
  }
  return found;
}

function firstBelow(folder: string, target: string): readonly string[] {
  return path.relative(folder, target).split(path.sep).slice(0, 1);
}
