import { createHash } from 'node:crypto';
import { readFile, readdir, access } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { formatTarget, parseAddress } from './parseAddress';
import { flag, readRecord, section, exactText, toLine } from './records/fields';
import type { ConnectionEntry } from './target';

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
  /** Endpoint as stored; a TLS endpoint is written `https://`, so that its address tells. */
  readonly address: string;
  /** Chosen by DOCKER_CONTEXT or by `docker context use`. */
  readonly current: boolean;
}

/** Where docker keeps its files and how this process is told to reach an engine. */
export interface ContextOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The person's home folder. */
  readonly home: string;
  readonly files?: ContextFiles;
}

/** {@link ContextOptions} plus what else connections are found from. */
export interface FindOptions extends ContextOptions {
  readonly platform: NodeJS.Platform;
  /** `swarmscope.connections`. */
  readonly settings: readonly { readonly name: string; readonly address: string }[];
}

const metaSchema = v.object({
  Name: v.pipe(v.string(), v.nonEmpty()),
  Endpoints: section({
    docker: section({ Host: exactText, SkipTLSVerify: flag }),
  }),
});

const configSchema = v.object({ currentContext: exactText });

/**
 * Reads docker's contexts as the CLI stores them (`contexts/meta/<sha256 of the name>/meta.json`
 * under DOCKER_CONFIG or `~/.docker`), the current one first; unreadable ones are left out. Never
 * rejects and never writes.
 */
export async function readContexts(options: ContextOptions): Promise<readonly DockerContext[]> {
  const files = options.files ?? nodeContextFiles;
  const root = nonEmpty(options.env['DOCKER_CONFIG']) ?? path.join(options.home, '.docker');
  const current =
    nonEmpty(options.env['DOCKER_CONTEXT']) ?? (await readCurrentContext(files, root));
  const meta = path.join(root, 'contexts', 'meta');
  const folders = await orElse(files.readDir(meta), []);
  const contexts = await Promise.all(
    folders.map((folder) => readContext(files, root, folder, current)),
  );
  return contexts
    .filter((context) => context !== undefined)
    .toSorted(
      (a, b) => Number(b.current) - Number(a.current) || a.name.localeCompare(b.name, 'en'),
    );
}

/**
 * Lists the ways to reach an engine in the CLI's order: DOCKER_HOST, contexts (current first), local
 * sockets that exist, then settings. What is found under the same address twice is listed once, but
 * a setting, which the person wrote, always stays. Never rejects.
 */
export async function findConnections(options: FindOptions): Promise<readonly ConnectionEntry[]> {
  const files = options.files ?? nodeContextFiles;
  const contexts = await readContexts(options);
  const sockets = await existingSockets(files, options);
  const found: ConnectionEntry[] = [
    ...environmentEntries(options.env),
    ...contexts.map(({ name, address }) => entry('context', name, address)),
    ...sockets.map((address) => entry('socket', address, address)),
  ];
  const settings = options.settings.map(({ name, address }) => entry('setting', name, address));
  return uniqueBy([...uniqueBy(found, sameAddress), ...settings], ({ id }) => id);
}

async function readCurrentContext(files: ContextFiles, root: string): Promise<string> {
  try {
    const config: unknown = JSON.parse(await files.readFile(path.join(root, 'config.json')));
    return readRecord(configSchema, config, 'config.json').currentContext;
  } catch {
    return '';
  }
}

async function readContext(
  files: ContextFiles,
  root: string,
  folder: string,
  current: string,
): Promise<DockerContext | undefined> {
  try {
    const file = path.join(root, 'contexts', 'meta', folder, 'meta.json');
    const raw: unknown = JSON.parse(await files.readFile(file));
    const { Name: name, Endpoints: endpoints } = readRecord(metaSchema, raw, 'meta.json');
    // The CLI finds a context by this hash only: a folder under another name is not a context.
    const hash = createHash('sha256').update(name).digest('hex');
    const { Host: host, SkipTLSVerify: skipsVerify } = endpoints.docker;
    if (hash !== folder || host === '') {
      return undefined;
    }
    const tlsFolder = path.join(root, 'contexts', 'tls', hash, 'docker');
    const tls = skipsVerify || (await orElse(files.readDir(tlsFolder), [])).length > 0;
    return { name: toLine(name, 200), address: tellTls(host, tls), current: name === current };
  } catch {
    return undefined;
  }
}

function environmentEntries(env: ContextOptions['env']): ConnectionEntry[] {
  const host = nonEmpty(env['DOCKER_HOST']);
  const tls = nonEmpty(env['DOCKER_TLS_VERIFY']) ?? nonEmpty(env['DOCKER_TLS']);
  return host === undefined
    ? []
    : [entry('environment', 'DOCKER_HOST', tellTls(host, tls !== undefined))];
}

async function existingSockets(files: ContextFiles, options: FindOptions): Promise<string[]> {
  const { env, home, platform } = options;
  const runtime = nonEmpty(env['XDG_RUNTIME_DIR']);
  const candidates =
    platform === 'win32'
      ? ['npipe:////./pipe/docker_engine']
      : [
          'unix:///var/run/docker.sock',
          `unix://${home}/.docker/run/docker.sock`,
          ...(runtime === undefined ? [] : [`unix://${runtime}/docker.sock`]),
        ];
  const there = await Promise.all(
    candidates.map((address) => orElse(files.exists(address.replace(/^\w+:\/\//, '')), false)),
  );
  return candidates.filter((_, index) => there[index]);
}

function entry(source: ConnectionEntry['source'], name: string, address: string): ConnectionEntry {
  return { id: `${source}:${name}`, name, source, address };
}

/** Only TCP addresses have a TLS form. */
function tellTls(host: string, tls: boolean): string {
  return tls ? host.replace(/^(?:tcp|http):\/\//i, 'https://') : host;
}

/** The address in one spelling, so that `tcp://h` and `tcp://h:2375` count as the same. */
function sameAddress({ address }: ConnectionEntry): string {
  try {
    return formatTarget(parseAddress(address));
  } catch {
    return address;
  }
}

function uniqueBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  const seen = new Map<string, T>();
  for (const item of items) {
    const own = key(item);
    if (!seen.has(own)) {
      seen.set(own, item);
    }
  }
  return [...seen.values()];
}

async function orElse<T>(promise: Promise<T>, fallback: T): Promise<T> {
  try {
    return await promise;
  } catch {
    return fallback;
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
