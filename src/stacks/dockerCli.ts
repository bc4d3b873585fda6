import { shellCommand } from '../common/shellQuote';
import { targetOf } from '../docker/connectionTarget';
import { formatTarget } from '../docker/parseAddress';
import type { ConnectionEntry, ConnectionTarget, TlsOptions } from '../docker/target';

/** What `docker stack deploy` is asked for. */
export interface StackDeploy {
  /** Absolute path. */
  readonly file: string;
  readonly stack: string;
  readonly prune: boolean;
  readonly registryAuth: boolean;
}

/** Why the docker CLI cannot use a connection: it is simulated, or TLS wants another name. */
export type CliObstacle = 'demo' | 'server-name';

/** What the CLI would otherwise take from its surroundings in place of our flags. */
const OWN_VARIABLES = [
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_TLS',
  'DOCKER_TLS_VERIFY',
  'DOCKER_CERT_PATH',
  'DOCKER_API_VERSION',
];

/** The CLI takes the quotes away; CLI 20.10 dies of a value that is empty as it stands (seen). */
const SYSTEM_AUTHORITIES = '""';

/** Why the CLI cannot go through a connection; undefined when it can. */
export function cliObstacle({ source, tls }: ConnectionEntry): CliObstacle | undefined {
  if (source === 'demo') {
    return 'demo';
  }
  return tls?.serverName === undefined ? undefined : 'server-name';
}

/**
 * The global flags that lead the docker CLI through a connection. What came from a docker context is
 * named by it, so that the CLI reads the same files.
 * @throws SwarmscopeError of an address that cannot be parsed.
 */
export function connectionFlags(entry: ConnectionEntry): readonly string[] {
  if (entry.source === 'context') {
    return [`--context=${entry.name}`];
  }
  const target = targetOf(entry);
  return [
    `--host=${hostOf(target)}`,
    ...(target.kind === 'tcp' && target.tls !== undefined ? tlsFlags(target.tls) : []),
  ];
}

/** The CLI knows no https: TLS is told by flags. */
function hostOf(target: ConnectionTarget): string {
  return target.kind === 'tcp'
    ? formatTarget({ kind: 'tcp', host: target.host, port: target.port })
    : formatTarget(target);
}

function tlsFlags({ ca, cert, key, verify }: TlsOptions): readonly string[] {
  return [
    verify ? '--tlsverify' : '--tls',
    // Without the flag the CLI wants ~/.docker/ca.pem, even where it verifies nothing.
    `--tlscacert=${ca ?? SYSTEM_AUTHORITIES}`,
    ...(cert === undefined ? [] : [`--tlscert=${cert}`]),
    ...(key === undefined ? [] : [`--tlskey=${key}`]),
  ];
}

/** The arguments of `docker` that deploy a stack. */
export function deployArguments(entry: ConnectionEntry, deploy: StackDeploy): readonly string[] {
  return [
    ...connectionFlags(entry),
    ...['stack', 'deploy', `--compose-file=${csvField(deploy.file)}`],
    ...(deploy.prune ? ['--prune'] : []),
    ...(deploy.registryAuth ? ['--with-registry-auth'] : []),
    deploy.stack,
  ];
}

/** The arguments of `docker` that print a compose file merged and filled in; no engine is asked. */
export function configArguments(file: string): readonly string[] {
  return ['stack', 'config', `--compose-file=${csvField(file)}`];
}

/** The surroundings of a docker CLI that is to go where its flags lead and nowhere else. */
export function cliEnvironment(
  env: NodeJS.ProcessEnv,
  { apiVersion }: Pick<ConnectionEntry, 'apiVersion'>,
): NodeJS.ProcessEnv {
  const own = Object.fromEntries(
    Object.entries(env).filter(([name]) => !OWN_VARIABLES.includes(name.toUpperCase())),
  );
  return {
    ...own,
    ...(apiVersion === undefined ? {} : { DOCKER_API_VERSION: apiVersion }),
    // Nobody could answer it.
    SSH_ASKPASS_REQUIRE: 'never',
    DOCKER_CLI_HINTS: 'false',
  };
}

/** The command as short lines that a shell reads as one. */
export function commandLines(
  program: string,
  entry: ConnectionEntry,
  deploy: StackDeploy,
): readonly string[] {
  const args = deployArguments(entry, deploy);
  const start = args.indexOf('stack');
  const lines = [
    [program],
    ...args.slice(0, start).map((flag) => [flag]),
    args.slice(start, start + 2),
    ...args.slice(start + 2).map((argument) => [argument]),
  ].map((words) => shellCommand(words));
  return lines.map((line, index) => (index + 1 < lines.length ? `${line} \\` : line));
}

/** The command as a person would type it. */
export function commandLine(program: string, args: readonly string[]): string {
  return shellCommand([program, ...args]);
}

/** The flag is a list of comma-separated values (pflag `stringSlice`): one value in quotes. */
function csvField(text: string): string {
  return /[",\r\n]|^\s/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
