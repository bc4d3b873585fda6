import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { type ContextOptions, dockerFolder, nodeContextFiles } from './contexts';
import { exactText } from './records/fields';

/** What the docker configuration has for an image's registry; values are never logged. */
export type RegistryAuth =
  | { readonly kind: 'none'; readonly registry: string }
  | {
      readonly kind: 'found';
      readonly registry: string;
      /** For `X-Registry-Auth`: base64url of JSON (Engine API, `AuthConfig`). */
      readonly header: string;
    }
  /** The person has a credential helper, and it did not answer. */
  | {
      readonly kind: 'failed';
      readonly registry: string;
      /** Such as `docker-credential-desktop`; empty when the configuration itself is unreadable. */
      readonly helper: string;
      readonly reason: 'missing' | 'slow' | 'refused' | 'garbled';
    };

/** Key of Docker Hub in the docker configuration. */
const DOCKER_HUB = 'https://index.docker.io/v1/';
/** User name with which a helper says that the secret is an identity token. */
const TOKEN_USER = '<token>';
const HELPER_MS = 10_000;
const MOST_BYTES = 1_000_000;

const entrySchema = v.object({
  auth: v.optional(exactText, ''),
  username: v.optional(exactText, ''),
  password: v.optional(exactText, ''),
  identitytoken: v.optional(exactText, ''),
  registrytoken: v.optional(exactText, ''),
});

const configSchema = v.object({
  auths: v.optional(v.record(v.string(), v.nullish(entrySchema)), {}),
  credHelpers: v.optional(v.record(v.string(), v.string()), {}),
  credsStore: v.optional(v.string(), ''),
});

const answerSchema = v.object({ Username: v.string(), Secret: v.string() });

type Config = v.InferOutput<typeof configSchema>;

interface Credentials {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
}

/** The registry of an image as the docker configuration names it (distribution/reference). */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const isDomain = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return !isDomain || first === 'docker.io' || first === 'index.docker.io' ? DOCKER_HUB : first;
}

/**
 * Finds the credentials for an image's registry as the docker CLI does: the registry's own helper,
 * else the helper for all, else what stands in `config.json`. Never rejects but for its signal.
 */
export async function findRegistryAuth(
  image: string,
  options: ContextOptions,
  signal?: AbortSignal,
): Promise<RegistryAuth> {
  const registry = registryOf(image);
  const config = await readConfig(options);
  if (config === undefined) {
    return { kind: 'failed', registry, helper: '', reason: 'garbled' };
  }
  const name = config.credHelpers[registry] ?? config.credsStore;
  if (name === '') {
    return toAuth(registry, fromFile(config, registry));
  }
  const helper = `docker-credential-${name}`;
  if (!/^[\w.-]+$/.test(name)) {
    return { kind: 'failed', registry, helper, reason: 'missing' };
  }
  const answer = await askHelper(helper, registry, options.env, signal);
  signal?.throwIfAborted();
  return typeof answer === 'string'
    ? { kind: 'failed', registry, helper, reason: answer }
    : toAuth(registry, answer);
}

/** Undefined when it cannot be understood; a file that is not there says nothing. */
async function readConfig(options: ContextOptions): Promise<Config | undefined> {
  const file = path.join(dockerFolder(options), 'config.json');
  const files = options.files ?? nodeContextFiles;
  let text: string;
  try {
    text = await files.readFile(file);
  } catch {
    text = '{}';
  }
  try {
    const parsed = v.safeParse(configSchema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

function fromFile({ auths }: Config, registry: string): Credentials {
  const exact = auths[registry];
  const old = Object.entries(auths).find(([key]) => hostOf(key) === hostOf(registry))?.[1];
  const entry = exact ?? old;
  if (entry === undefined || entry === null) {
    return {};
  }
  const plain = Buffer.from(entry.auth, 'base64').toString('utf8');
  const colon = plain.indexOf(':');
  return {
    username: colon < 0 ? entry.username : plain.slice(0, colon),
    // Old tools padded passwords with zero bytes.
    password: colon < 0 ? entry.password : plain.slice(colon + 1).replace(/\0+$/, ''),
    identitytoken: entry.identitytoken,
    registrytoken: entry.registrytoken,
  };
}

/** Old files name a registry by an address with scheme and path. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').split('/', 1)[0] ?? '';
}

function toAuth(registry: string, credentials: Credentials): RegistryAuth {
  const filled = Object.entries(credentials).filter(([, value]) => value !== '');
  if (filled.length === 0) {
    return { kind: 'none', registry };
  }
  const json = JSON.stringify({ ...Object.fromEntries(filled), serveraddress: registry });
  // Go's base64.URLEncoding, which engines read it with, wants the padding.
  const header = Buffer.from(json).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
  return { kind: 'found', registry, header };
}

type Failure = Extract<RegistryAuth, { kind: 'failed' }>['reason'];

/** `docker-credential-X get` (docker/docker-credential-helpers): the registry on stdin, JSON back. */
async function askHelper(
  program: string,
  registry: string,
  env: ContextOptions['env'],
  signal: AbortSignal | undefined,
): Promise<Credentials | Failure> {
  const deadline = AbortSignal.timeout(HELPER_MS);
  const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  const answer = await runHelper(program, registry, env, stop);
  if (typeof answer === 'string') {
    return answer;
  }
  if (answer.code !== 0) {
    // The protocol's own words for "nothing there"; helpers print them on stdout.
    return /credentials not found in native keychain/.test(answer.output) ? {} : 'refused';
  }
  const parsed = v.safeParse(answerSchema, parseJson(answer.output));
  if (!parsed.success) {
    return 'garbled';
  }
  const { Username: username, Secret: secret } = parsed.output;
  return username === TOKEN_USER ? { identitytoken: secret } : { username, password: secret };
}

function runHelper(
  program: string,
  registry: string,
  env: ContextOptions['env'],
  signal: AbortSignal,
): Promise<{ readonly code: number | null; readonly output: string } | Failure> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve('slow');
      return;
    }
    const child = spawn(program, ['get'], {
      env: { ...env },
      // Never a folder of the workspace, where Windows would look for programs first.
      cwd: homedir(),
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    });
    const stop = (): void => {
      child.kill('SIGKILL');
      child.stdout.destroy();
      resolve('slow');
    };
    signal.addEventListener('abort', stop, { once: true });
    const settle = (result: Parameters<typeof resolve>[0]): void => {
      signal.removeEventListener('abort', stop);
      resolve(result);
    };
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > MOST_BYTES) {
        child.kill('SIGKILL');
      }
    });
    child.on('error', () => settle('missing'));
    child.on('close', (code) => settle({ code, output }));
    // A helper that ends without reading closes the pipe; its exit says what matters.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${registry}\n`);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
