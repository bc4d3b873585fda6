import path from 'node:path';
import * as v from 'valibot';
import { definedOnly } from '../common/definedOnly';
import { toPlainLine } from '../common/text';
import { isManagerTemplate } from './managerTemplate';
import { isEngineAddress } from './parseAddress';
import type { ConnectionEntry, TlsOptions } from './target';

/** One entry of the setting `swarmscope.connections`, checked. */
export interface OwnConnection extends Pick<
  ConnectionEntry,
  'name' | 'tls' | 'apiVersion' | 'readOnly' | 'production' | 'color' | 'managers'
> {
  /** Where the engine listens; stated when {@link context} is not. */
  readonly address?: string;
  /** Name of the docker context whose address and TLS it takes. */
  readonly context?: string;
}

const text = v.pipe(v.string(), v.trim(), v.nonEmpty());

const tlsSchema = v.pipe(
  v.strictObject({
    ca: v.optional(text),
    cert: v.optional(text),
    key: v.optional(text),
    serverName: v.optional(text),
    verify: v.optional(v.boolean(), true),
  }),
  v.forward(
    v.check(({ cert, key }) => key === undefined || cert !== undefined, 'cert'),
    ['cert'],
  ),
  v.forward(
    v.check(({ cert, key }) => cert === undefined || key !== undefined, 'key'),
    ['key'],
  ),
);

/** Strict: a misspelt `readOnly` must not be passed over. */
const ownSchema = v.pipe(
  v.strictObject({
    name: text,
    address: v.optional(v.pipe(text, v.check(isEngineAddress, 'address'))),
    context: v.optional(text),
    tls: v.optional(tlsSchema),
    apiVersion: v.optional(v.pipe(v.string(), v.regex(/^1\.\d{1,3}$/))),
    readOnly: v.optional(v.boolean()),
    production: v.optional(v.boolean()),
    color: v.optional(v.picklist(['blue', 'green', 'orange', 'purple', 'red', 'yellow'])),
    managers: v.optional(v.pipe(text, v.check(isManagerTemplate, 'template'))),
  }),
  v.forward(
    v.check(({ address, context }) => (address === undefined) !== (context === undefined), 'one'),
    ['address'],
  ),
);

/** Where `~` leads and where entries that are left out are told. */
export interface OwnConnectionOptions {
  /** The person's home folder. */
  readonly home: string;
  /** Told which entry is left out, by index and field. */
  readonly warn: (line: string) => void;
}

/**
 * Checks the value of `swarmscope.connections`. An entry that does not fit, or whose name another
 * one bears already, is left out.
 */
export function readOwnConnections(
  value: unknown,
  { home, warn }: OwnConnectionOptions,
): readonly OwnConnection[] {
  const rows: readonly unknown[] = Array.isArray(value) ? value : [];
  const names = new Set<string>();
  return rows.flatMap((row, index) => {
    const parsed = v.safeParse(ownSchema, row);
    const field = parsed.success
      ? names.has(parsed.output.name) && 'name'
      : (v.getDotPath(parsed.issues[0]) ?? 'entry');
    if (!parsed.success || field !== false) {
      const left = toPlainLine(String(field), 80);
      warn(`swarmscope.connections[${index}] is left out: its "${left}" does not fit`);
      return [];
    }
    names.add(parsed.output.name);
    return [withPaths(parsed.output, home)];
  });
}

function withPaths({ tls, ...row }: v.InferOutput<typeof ownSchema>, home: string): OwnConnection {
  return definedOnly({ ...row, tls: tls === undefined ? undefined : expandTls(tls, home) });
}

/** TLS with `~` in the paths of its files expanded. */
export function expandTls(tls: v.InferOutput<typeof tlsSchema>, home: string): TlsOptions {
  const file = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : expandHome(name, home);
  return definedOnly({ ...tls, ca: file(tls.ca), cert: file(tls.cert), key: file(tls.key) });
}

/** A path that starts with `~/` in the home folder. */
export function expandHome(file: string, home: string): string {
  return /^~[/\\]/.test(file) ? path.join(home, file.slice(2)) : file;
}
