import path from 'node:path';
import { definedOnly } from '../common/definedOnly';
import { targetOf } from './connectionTarget';
import {
  chosenContext,
  DEFAULT_CONTEXT,
  dockerFolder,
  nodeContextFiles,
  nonEmpty,
  orElse,
  readContexts,
  tlsFiles,
  type ChosenContext,
  type ContextFiles,
  type ContextOptions,
} from './contexts';
import type { OwnConnection } from './ownConnections';
import { formatTarget } from './parseAddress';
import { toLine } from './records/fields';
import type { ConnectionEntry, TlsOptions } from './target';

/** {@link ContextOptions} plus what else connections are found from. */
export interface FindOptions extends ContextOptions {
  readonly platform: NodeJS.Platform;
  /** `swarmscope.connections`. */
  readonly settings: readonly OwnConnection[];
  /** Told of a context that is named, in a setting or as the current one, and does not exist. */
  readonly warn?: (line: string) => void;
}

/**
 * Lists the ways to reach an engine: what the CLI would use first and marked as current, then
 * DOCKER_HOST, contexts, local sockets that exist, and settings. What is found under the same address
 * twice is listed once, but a setting, which the person wrote, always stays. Never rejects.
 */
export async function findConnections(options: FindOptions): Promise<readonly ConnectionEntry[]> {
  const files = options.files ?? nodeContextFiles;
  const chosen = await chosenContext(options);
  const contexts = await readContexts(options, chosen);
  warnOfMissing(options, chosen, contexts);
  const environment = await environmentEntries(files, options, chosen);
  const isDefault = environment.length === 0 && chosen === undefined;
  const sockets = await existingSockets(files, options, isDefault);
  const named = contexts.map(({ name, current, ...place }) =>
    entry('context', name, { ...place, current }),
  );
  // Together, so that each kind is one group of the list.
  const local = sockets.some(({ current }) => current) ? [sockets, named] : [named, sockets];
  const apiVersion = pinnedVersion(options);
  const found = [...environment, ...local.flat()].map((one) => definedOnly({ ...one, apiVersion }));
  const settings = options.settings.flatMap((own) => ownEntry(own, found, options));
  return uniqueBy([...uniqueBy(found, sameWay), ...settings], ({ id }) => id);
}

/** DOCKER_API_VERSION, which the CLI obeys whatever engine it speaks to. */
function pinnedVersion({ env }: FindOptions): string | undefined {
  return /^v?(1\.\d{1,3})$/.exec(nonEmpty(env['DOCKER_API_VERSION']) ?? '')?.[1];
}

/** The CLI refuses to work then; here the other connections are still of use. */
function warnOfMissing(
  { warn }: FindOptions,
  chosen: ChosenContext | undefined,
  contexts: readonly { readonly current: boolean }[],
): void {
  if (chosen !== undefined && !contexts.some(({ current }) => current)) {
    warn?.(
      `${chosen.by} names the docker context "${toLine(chosen.name, 80)}", which is not there`,
    );
  }
}

function ownEntry(
  own: OwnConnection,
  found: readonly ConnectionEntry[],
  { warn }: FindOptions,
): ConnectionEntry[] {
  const origin = own.context === undefined ? undefined : originOf(own.context, found);
  if (own.context !== undefined && origin === undefined) {
    const missing = toLine(own.context, 80);
    warn?.(`swarmscope.connections: "${own.name}" is left out: no context "${missing}"`);
    return [];
  }
  const { name, apiVersion, readOnly, production, color, managers } = own;
  const tls = own.tls ?? origin?.tls;
  const template = managers === undefined || tls === undefined ? managers : secured(managers);
  const written = own.address ?? origin?.address ?? '';
  const address = own.tls === undefined ? written : secured(written);
  const marks = { apiVersion, readOnly, production, color, managers: template };
  return [definedOnly({ ...entry('setting', name, { address, tls }), ...marks })];
}

/** What a setting's `context` stands for; `default` is what the CLI uses without any context. */
function originOf(context: string, found: readonly ConnectionEntry[]): ConnectionEntry | undefined {
  return context === DEFAULT_CONTEXT
    ? (found.find(({ source }) => source === 'environment') ??
        found.find(({ source }) => source === 'socket'))
    : found.find(({ id }) => id === `context:${context}`);
}

/** An address or template of tcp as https, whose usual port is that of TLS. */
function secured(address: string): string {
  const rest = /^(?:(?:tcp|http):\/\/)?(?!\w+:\/\/)([^/].*)$/i.exec(address)?.[1];
  return rest === undefined ? address : `https://${rest}`;
}

/**
 * DOCKER_HOST, secured as the CLI does by DOCKER_TLS_VERIFY, or without verifying by DOCKER_TLS.
 * Without a host and a context these two make the CLI reach for this machine's TLS port (seen with
 * 20.10 and 28.5); the port of a host that names none stays 2375.
 */
async function environmentEntries(
  files: ContextFiles,
  options: ContextOptions,
  chosen: ChosenContext | undefined,
): Promise<ConnectionEntry[]> {
  const { env } = options;
  const host = nonEmpty(env['DOCKER_HOST']);
  const verify = nonEmpty(env['DOCKER_TLS_VERIFY']) !== undefined;
  if (!verify && nonEmpty(env['DOCKER_TLS']) === undefined) {
    return host === undefined
      ? []
      : [entry('environment', 'DOCKER_HOST', { address: host, current: true })];
  }
  if (host === undefined && chosen !== undefined) {
    return [];
  }
  const folder = nonEmpty(env['DOCKER_CERT_PATH']) ?? dockerFolder(options);
  // Named when it is missing too: the CLI does not fall back to the system's CAs either.
  const ca = verify ? { ca: path.join(folder, 'ca.pem') } : {};
  const tls = { ...(await tlsFiles(files, folder)), ...ca, verify };
  return [
    host === undefined
      ? entry('environment', 'DOCKER_TLS', { address: 'tcp://localhost:2376', tls, current: true })
      : entry('environment', 'DOCKER_HOST', { address: host, tls, current: true }),
  ];
}

/** The sockets that are there; the CLI's default is the first candidate alone. */
async function existingSockets(
  files: ContextFiles,
  { env, home, platform }: FindOptions,
  isDefault: boolean,
): Promise<ConnectionEntry[]> {
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
  return candidates.flatMap((address, index) =>
    there[index] === true
      ? [entry('socket', address, { address, current: isDefault && index === 0 })]
      : [],
  );
}

interface Place {
  readonly address: string;
  readonly tls?: TlsOptions | undefined;
  readonly current?: boolean;
}

/** With its real scheme: a tcp address that is reached over TLS is https wherever it shows. */
function entry(
  source: ConnectionEntry['source'],
  name: string,
  { address: written, tls, current }: Place,
): ConnectionEntry {
  const id = `${source}:${name}`;
  const address = tls === undefined ? written : withScheme(written, tls);
  return definedOnly({ id, name, source, address, tls, current: current === true || undefined });
}

function withScheme(address: string, tls: TlsOptions): string {
  try {
    const target = targetOf({ address, tls });
    return target.kind === 'tcp' ? formatTarget(target) : address;
  } catch {
    return address;
  }
}

/**
 * The address in one spelling, so that `tcp://h` and `tcp://h:2375` count as the same. The default
 * socket stays beside a context that leads to it: each is a choice that the CLI has, too.
 */
function sameWay(found: ConnectionEntry): string {
  if (found.source === 'socket' && found.current === true) {
    return found.id;
  }
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
