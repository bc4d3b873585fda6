import { createHash } from 'node:crypto';
import { readFile, readdir, access } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { targetOf } from './connectionTarget';
import { definedOnly, type OwnConnection } from './ownConnections';
import { formatTarget } from './parseAddress';
import { flag, readRecord, section, exactText, toLine } from './records/fields';
import type { ConnectionEntry, TlsOptions } from './target';

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

/** {@link ContextOptions} plus what else connections are found from. */
export interface FindOptions extends ContextOptions {
  readonly platform: NodeJS.Platform;
  /** `swarmscope.connections`. */
  readonly settings: readonly OwnConnection[];
  /** Told of a setting that names a context that does not exist. */
  readonly warn?: (line: string) => void;
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
  const root = dockerFolder(options);
  const current =
    nonEmpty(options.env['DOCKER_HOST']) === undefined
      ? (nonEmpty(options.env['DOCKER_CONTEXT']) ?? (await readCurrentContext(files, root)))
      : '';
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
  const version = /^v?(1\.\d{1,3})$/.exec(options.env['DOCKER_API_VERSION']?.trim() ?? '')?.[1];
  const found: ConnectionEntry[] = [
    ...(await environmentEntries(
      files,
      options,
      contexts.some(({ current }) => current),
    )),
    ...contexts.map(({ name, address, tls }) => entry('context', name, { address, tls })),
    ...sockets.map((address) => entry('socket', address, { address })),
  ].map((one) => definedOnly({ ...one, apiVersion: version }));
  const settings = options.settings.flatMap((own) => {
    const origin = own.context === undefined ? undefined : originOf(own.context, found);
    if (own.context !== undefined && origin === undefined) {
      const missing = toLine(own.context, 80);
      options.warn?.(`swarmscope.connections: "${own.name}" is left out: no context "${missing}"`);
      return [];
    }
    return [settingEntry(own, origin)];
  });
  return uniqueBy([...uniqueBy(found, sameAddress), ...settings], ({ id }) => id);
}

/** What a setting's `context` stands for; `default` is what the CLI uses without any context. */
function originOf(context: string, found: readonly ConnectionEntry[]): ConnectionEntry | undefined {
  return context === 'default'
    ? (found.find(({ source }) => source === 'environment') ??
        found.find(({ source }) => source === 'socket'))
    : found.find(({ id }) => id === `context:${context}`);
}

function settingEntry(own: OwnConnection, origin: ConnectionEntry | undefined): ConnectionEntry {
  const { name, address, tls, apiVersion, readOnly, production, color, managers } = own;
  const place = { address: address ?? origin?.address ?? '', tls: tls ?? origin?.tls };
  const marks = { apiVersion, readOnly, production, color, managers };
  return definedOnly({ ...entry('setting', name, place), ...marks });
}

/** The folder in which docker keeps its configuration and contexts. */
export function dockerFolder({ env, home }: Pick<ContextOptions, 'env' | 'home'>): string {
  return nonEmpty(env['DOCKER_CONFIG']) ?? path.join(home, '.docker');
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
async function tlsFiles(files: ContextFiles, folder: string): Promise<Omit<TlsOptions, 'verify'>> {
  const there = await orElse(files.readDir(folder), []);
  const pair = there.includes('cert.pem') && there.includes('key.pem');
  return {
    ...(there.includes('ca.pem') ? { ca: path.join(folder, 'ca.pem') } : {}),
    ...(pair ? { cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') } : {}),
  };
}

/**
 * DOCKER_HOST, secured as the CLI does by DOCKER_TLS_VERIFY, or without verifying by DOCKER_TLS.
 * Without a host and a context these two make the CLI reach for this machine's TLS port (seen with
 * 20.10 and 28.5); the port of a host that names none stays 2375.
 */
async function environmentEntries(
  files: ContextFiles,
  options: ContextOptions,
  hasContext: boolean,
): Promise<ConnectionEntry[]> {
  const { env } = options;
  const host = nonEmpty(env['DOCKER_HOST']);
  const verify = nonEmpty(env['DOCKER_TLS_VERIFY']) !== undefined;
  if (!verify && nonEmpty(env['DOCKER_TLS']) === undefined) {
    return host === undefined ? [] : [entry('environment', 'DOCKER_HOST', { address: host })];
  }
  if (host === undefined && hasContext) {
    return [];
  }
  const folder = nonEmpty(env['DOCKER_CERT_PATH']) ?? dockerFolder(options);
  // Named when it is missing too: the CLI does not fall back to the system's CAs either.
  const ca = verify ? { ca: path.join(folder, 'ca.pem') } : {};
  const tls = { ...(await tlsFiles(files, folder)), ...ca, verify };
  return [
    host === undefined
      ? entry('environment', 'DOCKER_TLS', { address: 'tcp://localhost:2376', tls })
      : entry('environment', 'DOCKER_HOST', { address: host, tls }),
  ];
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

function entry(
  source: ConnectionEntry['source'],
  name: string,
  { address, tls }: { readonly address: string; readonly tls?: TlsOptions | undefined },
): ConnectionEntry {
  return definedOnly({ id: `${source}:${name}`, name, source, address, tls });
}

/** The address in one spelling, so that `tcp://h` and `tcp://h:2375` count as the same. */
function sameAddress(found: ConnectionEntry): string {
  try {
    const target = targetOf(found);
    // The same address with another certificate is another way in.
    return `${formatTarget(target)} ${JSON.stringify('tls' in target ? target.tls : null)}`;
  } catch {
    return found.address;
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
