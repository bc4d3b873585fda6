import { access, readFile, readdir, stat } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
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

/** Named pipes of Docker's engine and of Docker Desktop. */
const USUAL_PIPES = ['docker_engine', 'dockerDesktopLinuxEngine', 'dockerDesktopWindowsEngine'];

/** What {@link explainSocket} looks around with. */
export interface SocketSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** Name of the person's account; undefined when it has none. */
  readonly user: string | undefined;
  /** Ids of the groups that this process is in. */
  readonly groups: readonly number[];
  /** Path of the file that lists groups and their members, group(5). */
  readonly groupFile: string;
}

/** What of the group that may use a socket is known; `member` as in {@link explainSocket}. */
type SocketGroup = { readonly group: string; readonly member: 'now' | 'later' | 'no' };

/**
 * Adds to a failure of a unix socket or named pipe what helps: `details.platform`; the group that may
 * use it (`details.group`) and whether the person is in it (`details.member`: now, later: after
 * signing in again, or no); or what is there instead (`details.others`). Gives any other failure as it
 * is; never rejects.
 */
export async function explainSocket(
  error: unknown,
  target: ConnectionTarget,
  around: SocketSurroundings = surroundings(),
): Promise<unknown> {
  if (
    (target.kind !== 'unix' && target.kind !== 'npipe') ||
    !(error instanceof SwarmscopeError) ||
    (error.code !== 'socket-denied' && error.code !== 'socket-missing')
  ) {
    return error;
  }
  const more: ErrorDetails =
    error.code === 'socket-missing'
      ? { others: await others(target, around) }
      : target.kind === 'npipe'
        ? { group: 'docker-users' }
        : around.platform === 'linux'
          ? { ...(await groupOf(target.path, around)) }
          : {};
  return new SwarmscopeError(
    error.code,
    { ...error.details, platform: around.platform, ...more },
    { cause: error.cause, message: error.message },
  );
}

function surroundings(): SocketSurroundings {
  return {
    env: process.env,
    home: homedir(),
    platform: process.platform,
    user: userName(),
    groups: [...(process.getgroups?.() ?? []), process.getegid?.() ?? -1],
    groupFile: '/etc/group',
  };
}

function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

/** The group that owns a file; undefined when only root does or it is not known. */
async function groupOf(
  file: string,
  { user, groups, groupFile }: SocketSurroundings,
): Promise<SocketGroup | undefined> {
  try {
    const { gid } = await stat(file);
    const rows = (await readFile(groupFile, 'utf8')).split('\n').map((line) => line.split(':'));
    const [group = '', , , members = ''] = rows.find((row) => row[2] === String(gid)) ?? [];
    if (gid === 0 || !/^[a-z_][\w.-]*\$?$/i.test(group)) {
      return undefined;
    }
    const isListed = user !== undefined && members.split(',').includes(user);
    return { group, member: groups.includes(gid) ? 'now' : isListed ? 'later' : 'no' };
  } catch {
    return undefined;
  }
}

/** Addresses of other sockets or pipes that exist; undefined for none. */
async function others(
  target: Extract<ConnectionTarget, { kind: 'unix' | 'npipe' }>,
  around: SocketSurroundings,
): Promise<string | undefined> {
  const found =
    target.kind === 'unix'
      ? await otherSockets(target.path, around)
      : await otherPipes(target.path, around);
  return found.length === 0 ? undefined : toPlainLine(found.join(', '));
}

async function otherSockets(missing: string, { env, home }: SocketSurroundings): Promise<string[]> {
  const runtime = env['XDG_RUNTIME_DIR'] ?? '';
  const places = USUAL_SOCKETS.filter((place) => runtime !== '' || !place.startsWith('$'))
    .map((place) => place.replace(/^~/, home).replace('$XDG_RUNTIME_DIR', runtime))
    .filter((place) => place !== missing);
  const there = await Promise.all(places.map((file) => exists(file)));
  return places.filter((_, index) => there[index]).map((file) => `unix://${file}`);
}

async function otherPipes(missing: string, { platform }: SocketSurroundings): Promise<string[]> {
  if (platform !== 'win32') {
    return [];
  }
  // Opening a named pipe can use up one of its instances, so the folder is listed.
  const there = await readdir('//./pipe/').catch((): string[] => []);
  return USUAL_PIPES.filter((name) => there.includes(name))
    .map((name) => `//./pipe/${name}`)
    .filter((file) => file !== missing)
    .map((file) => `npipe://${file}`);
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
