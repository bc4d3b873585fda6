import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { constants, gunzip, gzip, gzipSync } from 'node:zlib';
import type { Logger } from '../common/logger';
import type { SavedHistory } from './probeHistory';

/** A file of another version is left out. */
const VERSION = 1;
const ENDING = '.history';
/** A file that nobody has written for so long is removed. */
const KEPT_MS = 7 * 86_400_000;
/** Bytes of a file; more is neither written nor read. */
const LARGEST_FILE = 16 * 1024 * 1024;
/** Bytes that a file may unpack to: more than a history may take in memory. */
const LARGEST_CONTENT = 96 * 1024 * 1024;
/** Most of a history is zeros, so that the fastest level packs it nearly as well as the best. */
const PACKING = { level: constants.Z_BEST_SPEED };

/**
 * The histories of all connections in one folder, a file each, readable by this user alone. Whatever
 * goes wrong is logged: a history that is lost is no reason to fail.
 */
export class HistoryFiles {
  constructor(
    private readonly folder: string,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** What was kept of a connection; undefined where there is nothing that can be read. */
  async read(connectionId: string): Promise<SavedHistory | undefined> {
    const file = this.fileOf(connectionId);
    try {
      if ((await stat(file)).size > LARGEST_FILE) {
        return undefined;
      }
      const packed = await readFile(file);
      const content = await promisify(gunzip)(packed, { maxOutputLength: LARGEST_CONTENT });
      return readSaved(deserialize(content));
    } catch (error) {
      if (!isMissing(error)) {
        this.logger.warn(`A history of probes could not be read: ${String(error)}`);
      }
      return undefined;
    }
  }

  /** Replaces what is kept of a connection, whole or, when it fails or was aborted, not at all. */
  async write(connectionId: string, saved: SavedHistory, signal: AbortSignal): Promise<void> {
    const scratch = this.scratchOf(connectionId);
    try {
      const packed = await promisify(gzip)(serialize(versioned(saved)), PACKING);
      if (this.isFitting(packed)) {
        await mkdir(this.folder, { recursive: true });
        await writeFile(scratch, packed, { mode: 0o600, signal });
        signal.throwIfAborted();
        // At once, so that nothing newer is written between the question and the act.
        renameSync(scratch, this.fileOf(connectionId));
      }
    } catch (error) {
      if (!signal.aborted) {
        this.tellUnwritten(error);
      }
      await rm(scratch, { force: true }).catch(() => undefined);
    }
  }

  /** The same at once, for an extension host that is about to end. */
  writeNow(connectionId: string, saved: SavedHistory): void {
    const scratch = this.scratchOf(connectionId);
    try {
      const packed = gzipSync(serialize(versioned(saved)), PACKING);
      if (this.isFitting(packed)) {
        mkdirSync(this.folder, { recursive: true });
        writeFileSync(scratch, packed, { mode: 0o600 });
        renameSync(scratch, this.fileOf(connectionId));
      }
    } catch (error) {
      this.tellUnwritten(error);
      rmSync(scratch, { force: true });
    }
  }

  /** Removes files that nobody has written for seven days. */
  async removeOld(now: number): Promise<void> {
    try {
      for (const name of await readdir(this.folder)) {
        const file = path.join(this.folder, name);
        if (name.includes(ENDING) && now - (await stat(file)).mtimeMs > KEPT_MS) {
          await rm(file, { force: true });
        }
      }
    } catch (error) {
      if (!isMissing(error)) {
        this.logger.warn(`Old histories of probes could not be removed: ${String(error)}`);
      }
    }
  }

  /** A connection's id may hold an address: the name of its file tells nothing of it. */
  private fileOf(connectionId: string): string {
    const name = createHash('sha256').update(connectionId).digest('hex').slice(0, 32);
    return path.join(this.folder, `${name}${ENDING}`);
  }

  private scratchOf(connectionId: string): string {
    return `${this.fileOf(connectionId)}.${randomBytes(6).toString('hex')}`;
  }

  private isFitting({ length }: Buffer): boolean {
    if (length > LARGEST_FILE) {
      this.logger.warn(`A history of probes is not kept: ${length} bytes are too many`);
    }
    return length <= LARGEST_FILE;
  }

  private tellUnwritten(error: unknown): void {
    this.logger.warn(`A history of probes could not be kept: ${String(error)}`);
  }
}

function versioned(saved: SavedHistory): object {
  return { version: VERSION, ...saved };
}

/** What a file of this version holds; its parts are judged where they are taken. */
function readSaved(value: unknown): SavedHistory | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const { version, detail, watched, pasts, marks } = value as Record<string, unknown>;
  return version === VERSION &&
    typeof detail === 'number' &&
    watched instanceof Float64Array &&
    Array.isArray(marks) &&
    Array.isArray(pasts) &&
    pasts.every(isSavedPast)
    ? { detail, watched, pasts, marks: marks as SavedHistory['marks'] }
    : undefined;
}

function isSavedPast(value: unknown): value is SavedHistory['pasts'][number] {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const { key, lastAt, series, watched } = value as Record<string, unknown>;
  return (
    typeof key === 'string' &&
    typeof lastAt === 'number' &&
    Array.isArray(series) &&
    watched instanceof Float64Array
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
