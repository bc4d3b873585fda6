import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { UnpackedEngine } from '../../scripts/setup/engines';
import { askEngine } from './engineApi';
import type { NodeState } from './labState';
import { type ProcessRef, isAlive, until, startDetached } from './processes';

/** The tcp address of a node's engine: 2375 for plain HTTP, 2376 for TLS. */
export function engineAddress({ address, tls }: NodeState): string {
  return `tcp://${address}:${tls === undefined ? 2375 : 2376}`;
}

/** Folder whose files describe network namespaces of a node's engine, among them `ingress_sbox`. */
export function sandboxFolder(node: NodeState): string {
  return path.join(node.folder, 'exec', 'netns');
}

/** Starts a node's dockerd in its namespaces and answers its process once its API does. */
export async function startDaemon(node: NodeState, engine: UnpackedEngine): Promise<ProcessRef> {
  const daemon = spawnDaemon(node, engine);
  await until(
    `the engine of ${node.name} answers (${lastLine(node)})`,
    async () => {
      if (!isAlive(daemon)) throw new Error(`dockerd of ${node.name} ended: ${lastLine(node)}`);
      return await askEngine(node.socket, 'GET', '/_ping').then(
        (answer) => answer.status === 200,
        () => false,
      );
    },
    60_000,
  );
  return daemon;
}

function spawnDaemon(node: NodeState, engine: UnpackedEngine): ProcessRef {
  mkdirSync(node.folder, { recursive: true });
  // Without a file of its own the daemon would read the machine's /etc/docker/daemon.json.
  const config = path.join(node.folder, 'daemon.json');
  writeFileSync(config, '{}\n');
  const log = path.join(node.folder, 'dockerd.log');
  // nsenter, unshare and sh each become the next one, so the pid is dockerd's in the end. Not
  // `ip netns exec`: it mounts a fresh /sys and so hides the cgroup mounts.
  return startDetached(
    `dockerd of ${node.name}`,
    'nsenter',
    [
      `--net=${node.netns}`,
      'unshare',
      '--uts',
      'busybox',
      'sh',
      '-c',
      'hostname "$1"; exec >>"$2" 2>&1; shift 2; exec "$@"',
      'sh',
      node.name,
      log,
      engine.dockerd,
      ...daemonFlags(node, config),
    ],
    {
      cwd: node.folder,
      env: daemonEnvironment(engine),
      extendEnv: false,
    },
  );
}

function daemonFlags(node: NodeState, config: string): string[] {
  return [
    `--config-file=${config}`,
    `--data-root=${path.join(node.folder, 'data')}`,
    `--exec-root=${path.join(node.folder, 'exec')}`,
    `--pidfile=${path.join(node.folder, 'dockerd.pid')}`,
    `--host=unix://${node.socket}`,
    `--host=${engineAddress(node)}`,
    ...tlsFlags(node),
    // Logs every request, so that tests can count what the engine was asked.
    '--debug',
    '--shutdown-timeout=3',
  ];
}

function tlsFlags({ tls }: NodeState): string[] {
  return tls === undefined
    ? // Said outright, or the daemon sleeps 15 s to warn about the plain port (seen on 26 and later).
      ['--tls=false']
    : ['--tlsverify', `--tlscacert=${tls.ca}`, `--tlscert=${tls.cert}`, `--tlskey=${tls.key}`];
}

/** No proxy and no Docker variable of the person's shell reaches an engine. */
function daemonEnvironment(engine: UnpackedEngine): NodeJS.ProcessEnv {
  const searchPath = `${engine.binDir}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
  return { PATH: searchPath, HOME: '/root', LANG: 'C.UTF-8' };
}

function lastLine(node: NodeState): string {
  try {
    const log = readFileSync(path.join(node.folder, 'dockerd.log'), 'utf8');
    return log.trim().split('\n').at(-1) ?? '';
  } catch {
    return 'no log yet';
  }
}
