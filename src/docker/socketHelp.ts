import { access, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { SwarmscopeError, type ErrorDetails } from '../common/errors';
import { toPlainLine } from '../common/text';
import type { ConnectionTarget } from './target';

/** Where engines of one kind or another leave their unix socket. */
const USUAL_SOCKETS = [
  '/var/run/docker.sock',
  '~/.docker/run/docker.sock',
  '~/.docker/desktop/docker.sock',
  '~/.colima/default/docker.sock',
  '~/.rd/docker.sock',
  '$XDG_RUNTIME_DIR/docker.sock',
];

/** What {@link explainSocket} looks around with. */
export interface SocketSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

/**
 * Adds to a failure of a unix socket what helps: the group that may use it (`details.group`), or the
 * sockets that there are instead (`details.others`). Gives any other failure as it is; never rejects.
 */
export async function explainSocket(
  error: unknown,
  target: ConnectionTarget,
  around: SocketSurroundings = { env: process.env, home: homedir(), platform: process.platform },
): Promise<unknown> {
  if (target.kind !== 'unix' || !(error instanceof SwarmscopeError)) {
    return error;
  }
  const more: ErrorDetails =
    error.code === 'socket-denied' && around.platform === 'linux'
      ? { group: await groupOf(target.path) }
      : error.code === 'socket-missing'
        ? { others: await otherSockets(target.path, around) }
        : {};
  return new SwarmscopeError(
    error.code,
    { ...error.details, ...more },
    { cause: error.cause, message: error.message },
  );
}

/** Name of the group that owns a file; undefined when only root does or it is not known. */
async function groupOf(file: string): Promise<string | undefined> {
  try {
    const { gid } = await stat(file);
    const groups = await readFile('/etc/group', 'utf8');
    const row = groups.split('\n').find((line) => line.split(':')[2] === String(gid));
    const name = row?.split(':')[0] ?? '';
    return gid !== 0 && /^[a-z_][\w.-]*\$?$/i.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

async function otherSockets(
  missing: string,
  { env, home }: SocketSurroundings,
): Promise<string | undefined> {
  const places = USUAL_SOCKETS.map((place) =>
    place.replace(/^~/, home).replace('$XDG_RUNTIME_DIR', env['XDG_RUNTIME_DIR'] ?? ''),
  );
  const there = await Promise.all(
    places.map(async (file) => file !== missing && (await exists(file))),
  );
  const found = places.filter((_, index) => there[index]).map((file) => `unix://${file}`);
  return found.length === 0 ? undefined : toPlainLine(found.join(', '));
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
