import { createHash } from 'node:crypto';
import { readFile, readdir, access } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { definedOnly } from '../common/definedOnly';
import { flag, readRecord, section, exactText, toLine } from './records/fields';
import type { TlsOptions } from './target';

/** The part of a file system that finding connections needs; every method may reject. */
export interface ContextFiles {
  /** Text of a file, UTF-8. */
  readFile(file: string): Promise<string>;
  /** Names in a folder. */
  readDir(folder: string): Promise<readonly string[]>;
  /** Whether a path, socket or named pipe exists. */
  exists(file: string): Promise<boolean>;
}

/** The real file system. */
export const nodeContextFiles: ContextFiles = {
  readFile: (file) => readFile(file, 'utf8'),
  readDir: (folder) => readdir(folder),
  async exists(file) {
    // Opening or statting a named pipe can use up one of its instances, so the folder is listed.
    const pipe = /^\/\/\.\/pipe\/(.+)$/.exec(file)?.[1];
    if (pipe !== undefined) {
      return (await readdir('//./pipe/')).includes(pipe);
    }
    await access(file);
    return true;
  },
};

/** One docker context on disk. */
export interface DockerContext {
  readonly name: string;
  /** Endpoint as stored. */
  readonly address: string;
  /** Paths of its TLS files, which are read on connecting only; undefined when it has none. */
  readonly tls?: TlsOptions;
  /** Chosen by DOCKER_CONTEXT or by `docker context use`, and not overruled by DOCKER_HOST. */
  readonly current: boolean;
}

/** Where docker keeps its files and how this process is told to reach an engine. */
export interface ContextOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The person's home folder. */
  readonly home: string;
  readonly files?: ContextFiles;
}

const metaSchema = v.object({
  Name: v.pipe(v.string(), v.nonEmpty()),
  Endpoints: section({
    docker: section({ Host: exactText, SkipTLSVerify: flag }),
  }),
});

const configSchema = v.object({ currentContext: exactText });

/** Name that stands for "no context" everywhere; the CLI never reads one of that name from disk. */
export const DEFAULT_CONTEXT = 'default';

/** The context that the CLI is told to use. */
export interface ChosenContext {
  readonly name: string;
  /** What tells it. */
  readonly by: 'DOCKER_CONTEXT' | 'config.json';
}

/** The context that the CLI would use; undefined for its default, also where DOCKER_HOST overrules. */
export async function chosenContext(options: ContextOptions): Promise<ChosenContext | undefined> {
  if (nonEmpty(options.env['DOCKER_HOST']) !== undefined) {
    return undefined;
  }
  const told = nonEmpty(options.env['DOCKER_CONTEXT']);
  const name = told ?? (await readCurrentContext(options));
  return name === '' || name === DEFAULT_CONTEXT
    ? undefined
    : { name, by: told === undefined ? 'config.json' : 'DOCKER_CONTEXT' };
}

/**
 * Reads docker's contexts as the CLI stores them (`contexts/meta/<sha256 of the name>/meta.json`
 * under DOCKER_CONFIG or `~/.docker`), the `chosen` one first; unreadable ones are left out. Never
 * rejects and never writes.
 */
export async function readContexts(
  options: ContextOptions,
  chosen: ChosenContext | undefined,
): Promise<readonly DockerContext[]> {
  const files = options.files ?? nodeContextFiles;
  const root = dockerFolder(options);
  const folders = await orElse(files.readDir(path.join(root, 'contexts', 'meta')), []);
  const contexts = await Promise.all(
    folders.map((folder) => readContext(files, root, folder, chosen?.name)),
  );
  return contexts
    .filter((context) => context !== undefined)
    .toSorted(
      (a, b) => Number(b.current) - Number(a.current) || a.name.localeCompare(b.name, 'en'),
    );
}

/** The folder in which docker keeps its configuration and contexts. */
export function dockerFolder({ env, home }: Pick<ContextOptions, 'env' | 'home'>): string {
  return nonEmpty(env['DOCKER_CONFIG']) ?? path.join(home, '.docker');
}

async function readCurrentContext(options: ContextOptions): Promise<string> {
  const files = options.files ?? nodeContextFiles;
  try {
    const config: unknown = JSON.parse(
      await files.readFile(path.join(dockerFolder(options), 'config.json')),
    );
    return readRecord(configSchema, config, 'config.json').currentContext;
  } catch {
    return '';
  }
}

async function readContext(
  files: ContextFiles,
  root: string,
  folder: string,
  current: string | undefined,
): Promise<DockerContext | undefined> {
  try {
    const file = path.join(root, 'contexts', 'meta', folder, 'meta.json');
    const raw: unknown = JSON.parse(await files.readFile(file));
    const { Name: name, Endpoints: endpoints } = readRecord(metaSchema, raw, 'meta.json');
    // The CLI finds a context by this hash only: a folder under another name is not a context.
    const hash = createHash('sha256').update(name).digest('hex');
    const { Host: host, SkipTLSVerify: skipsVerify } = endpoints.docker;
    if (hash !== folder || host === '' || name === DEFAULT_CONTEXT) {
      return undefined;
    }
    const tlsFolder = path.join(root, 'contexts', 'tls', hash, 'docker');
    const tls = await tlsFiles(files, tlsFolder);
    const isSecured = skipsVerify || Object.keys(tls).length > 0;
    return definedOnly({
      name: toLine(name, 200),
      address: host,
      tls: isSecured ? { ...tls, verify: !skipsVerify } : undefined,
      current: name === current,
    });
  } catch {
    return undefined;
  }
}

/** Paths of those of docker's TLS files that are in a folder; a certificate counts with its key only. */
export async function tlsFiles(
  files: ContextFiles,
  folder: string,
): Promise<Omit<TlsOptions, 'verify'>> {
  const there = await orElse(files.readDir(folder), []);
  const pair = there.includes('cert.pem') && there.includes('key.pem');
  return {
    ...(there.includes('ca.pem') ? { ca: path.join(folder, 'ca.pem') } : {}),
    ...(pair ? { cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') } : {}),
  };
}

/** What a promise gives, or `fallback` where it rejects. */
export async function orElse<T>(promise: Promise<T>, fallback: T): Promise<T> {
  try {
    return await promise;
  } catch {
    return fallback;
  }
}

/** The text without spaces around it; undefined when nothing is left. */
export function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
