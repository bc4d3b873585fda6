import { readFileSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { type LabState, labFolder, listLabs, readState } from './labState';
import { removeLinks, removeNamespace } from './namespaces';
import { endProcess, findProcesses, isAlive, killProcess, run } from './processes';

/** Milliseconds a dockerd gets to stop tidily; what is left then is ended and deleted anyway. */
const daemonGraceMs = 4_000;

/** Name of the namespace of a lab's node. */
export function nodeNamespace(lab: string, node: string): string {
  return `swarmscope-${lab}-${node}`;
}

/** Ends and deletes everything that a lab made, whole or half made; a second call finds nothing. */
export async function removeLab(name: string): Promise<void> {
  const folder = labFolder(name);
  const state = readState(name);
  if (state !== undefined) await endRecorded(state);
  await endUnrecorded(folder);
  await endServers(folder);
  await endContainers(folder);
  const { stdout } = await run('ip', ['netns', 'list'], { reject: false });
  for (const line of stdout.split('\n')) {
    const namespace = line.split(' ')[0] ?? '';
    const ours = namespace.startsWith(nodeNamespace(name, ''));
    const node = namespace.slice(nodeNamespace(name, '').length);
    if (ours && /^(node|lone)\d+$/.test(node)) await removeNamespace(namespace);
  }
  await removeLinks(name);
  await unmountUnder(folder);
  rmSync(folder, { recursive: true, force: true });
}

/** Removes labs whose owner ended without doing so, and those of `name` in any case. */
export async function removeLeftovers(name: string): Promise<void> {
  for (const lab of listLabs()) {
    const owner = readState(lab)?.owner;
    const abandoned = owner !== undefined && !isAlive(owner);
    if (lab === name || abandoned) await removeLab(lab);
  }
}

async function endRecorded(state: LabState): Promise<void> {
  if (state.watcher !== undefined) await endProcess(state.watcher, 3_000);
  await Promise.all(
    state.nodes.map(async (node) => {
      if (node.daemon !== undefined) await endProcess(node.daemon, daemonGraceMs);
    }),
  );
}

/** Daemons whose pid was not written down yet are known by the roots on their command line. */
async function endUnrecorded(folder: string): Promise<void> {
  const daemons = findProcesses(
    'cmdline',
    (line) => line.includes('dockerd') && line.includes(`--data-root=${folder}/`),
  );
  await Promise.all(daemons.map(async ({ ref }) => await endProcess(ref, daemonGraceMs)));
}

/** Other servers that a test started at a node, known by their folder in the lab's. */
async function endServers(folder: string): Promise<void> {
  const servers = findProcesses('cmdline', (line) => line.includes(` ${folder}/sshd-`));
  await Promise.all(servers.map(async ({ ref }) => await endProcess(ref, 3_000)));
}

/** Shims outlive a killed daemon, and what runs in a container outlives a killed shim. */
async function endContainers(folder: string): Promise<void> {
  const belongs = (line: string): boolean => line.includes(`${folder}/`);
  const shims = findProcesses('cmdline', (line) => line.includes('containerd') && belongs(line));
  const containers = shims
    .map(({ text }) => / -id (\S+)/.exec(text)?.[1])
    .filter((id) => id !== undefined);
  await Promise.all(shims.map(async ({ ref }) => await killProcess(ref)));
  if (containers.length === 0) return;
  const left = findProcesses('cgroup', (text) => containers.some((id) => text.includes(id)));
  await Promise.all(left.map(async ({ ref }) => await killProcess(ref)));
  removeControlGroups(containers);
}

/** Deletes what killed shims could not: the empty control group of each container (v1 and v2). */
function removeControlGroups(containers: readonly string[]): void {
  const root = '/sys/fs/cgroup';
  for (const parent of ['.', ...readdirSync(root)]) {
    for (const container of containers) {
      try {
        rmdirSync(path.join(root, parent, 'docker', container));
      } catch {
        // This hierarchy has none, or the kernel still empties it: an empty group harms nobody.
      }
    }
  }
}

async function unmountUnder(folder: string): Promise<void> {
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point.startsWith(`${folder}${path.sep}`));
  for (const point of points.toSorted((a, b) => b.length - a.length)) {
    await run('umount', ['--lazy', point], { reject: false });
  }
}
