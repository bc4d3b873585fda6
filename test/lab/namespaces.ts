import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { run } from './processes';

/** Name of the namespace that holds every lab's bridge, and from which every node is reached. */
export const clientNamespace = 'swarmscope-client';

/** Path of a named network namespace, as `nsenter --net=` takes it. */
export function namespacePath(name: string): string {
  return `/run/netns/${name}`;
}

/** Runs a program inside the network namespace at `netns`; the file system stays the machine's. */
export async function runInside(
  netns: string,
  file: string,
  args: readonly string[],
  options: Parameters<typeof run>[2] = {},
): ReturnType<typeof run> {
  return await run('nsenter', [`--net=${netns}`, file, ...args], options);
}

/** Makes an interface name of at most 15 characters (IFNAMSIZ) that belongs to one lab. */
export function interfaceName(lab: string, part: string): string {
  return `sl${createHash('sha256').update(lab).digest('hex').slice(0, 7)}${part}`;
}

/** Creates the client namespace unless it exists; nothing in it has a way out of the machine. */
export async function ensureClientNamespace(): Promise<void> {
  if (existsSync(namespacePath(clientNamespace))) return;
  await createNamespace(clientNamespace);
  await setSysctl(namespacePath(clientNamespace), 'net.ipv4.ip_forward', '0');
}

/** Creates a lab's bridge inside the client namespace with the client's address on it. */
export async function createBridge(bridge: string, address: string): Promise<void> {
  const client = ['-n', clientNamespace];
  await run('ip', [...client, 'link', 'add', bridge, 'type', 'bridge', 'stp_state', '0']);
  await run('ip', [...client, 'addr', 'add', `${address}/24`, 'dev', bridge]);
  await run('ip', [...client, 'link', 'set', bridge, 'up']);
}

/** Where a node's namespace is tied to the bridge. */
export interface NodeLink {
  readonly namespace: string;
  readonly bridge: string;
  /** Interface on the bridge's side. */
  readonly link: string;
  readonly address: string;
}

/** Creates a node's namespace and its link to the bridge; inside, the interface is `eth0`. */
export async function createNodeNamespace(node: NodeLink): Promise<void> {
  await createNamespace(node.namespace);
  const inNode = ['-n', node.namespace];
  const inClient = ['-n', clientNamespace];
  await run('ip', [
    ...inClient,
    'link',
    'add',
    node.link,
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'netns',
    node.namespace,
  ]);
  await run('ip', [...inClient, 'link', 'set', node.link, 'master', node.bridge, 'up']);
  await run('ip', [...inNode, 'addr', 'add', `${node.address}/24`, 'dev', 'eth0']);
  await run('ip', [...inNode, 'link', 'set', 'eth0', 'up']);
}

/**
 * Removes a lab's bridge and its nodes' links, and the client namespace with the last bridge. The kernel
 * takes a link away with its node's namespace, but seconds after that was removed: a lab of the same
 * name would find it.
 */
export async function removeLinks(lab: string): Promise<void> {
  if (!existsSync(namespacePath(clientNamespace))) return;
  const client = ['-n', clientNamespace];
  const all = await run('ip', [...client, '-o', 'link', 'show'], { reject: false });
  for (const [, name = ''] of all.stdout.matchAll(/^\d+: ([^:@]+)/gm)) {
    if (name.startsWith(interfaceName(lab, ''))) {
      await run('ip', [...client, 'link', 'del', name], { reject: false });
    }
  }
  const { stdout } = await run('ip', [...client, '-o', 'link', 'show', 'type', 'bridge'], {
    reject: false,
  });
  if (stdout.trim() === '') await removeNamespace(clientNamespace);
}

/** Removes a named namespace if it is there. */
export async function removeNamespace(name: string): Promise<void> {
  await run('ip', ['netns', 'del', name], { reject: false });
}

/** Sets a kernel parameter as seen inside a network namespace. */
export async function setSysctl(netns: string, key: string, value: string): Promise<void> {
  await runInside(netns, 'busybox', ['sysctl', '-q', '-w', `${key}=${value}`]);
}

/** Picks the nameservers out of a resolv.conf; loopback ones never leave a namespace anyway. */
export function readNameservers(text: string): string[] {
  return text
    .split('\n')
    .map((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1])
    .filter((address) => address !== undefined)
    .filter((address) => isIPv4(address) && !address.startsWith('127.'));
}

/** Creates a named namespace with its loopback up and no way to the machine's nameservers. */
export async function createNamespace(name: string): Promise<void> {
  await run('ip', ['netns', 'add', name]);
  await run('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
  // An engine asks DNS for each image: unreachable answers at once, silence would take a minute.
  const servers = existsSync('/etc/resolv.conf') ? readFileSync('/etc/resolv.conf', 'utf8') : '';
  for (const server of new Set(readNameservers(servers))) {
    await run('ip', ['-n', name, 'route', 'add', 'unreachable', server]);
  }
}
