import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { UnpackedEngine } from '../../scripts/setup/engines';
import { startDaemon } from './daemons';
import type { FaultKind, NodeState } from './labState';
import { clientNamespace, runInside } from './namespaces';
import { type ProcessRef, RULE_WAIT, isAlive, killProcess, run, until } from './processes';

/** Packets that a fault drops at its node, as iptables matches; both ways each. */
const droppedPackets: Readonly<Record<'vxlan' | 'gossip', readonly (readonly string[])[]>> = {
  vxlan: [['-p', 'udp', '--dport', '4789']],
  gossip: [
    ['-p', 'tcp', '--dport', '7946'],
    ['-p', 'tcp', '--sport', '7946'],
    ['-p', 'udp', '--dport', '7946'],
  ],
};

/** Puts a fault in force at a node. Doing it twice is doing it once. */
export async function applyFault(kind: FaultKind, node: NodeState): Promise<void> {
  switch (kind) {
    case 'link':
      await setLink(node, 'down');
      return;
    case 'vxlan':
    case 'gossip':
      await setDrops(node, kind, true);
      return;
    case 'daemon':
      if (node.daemon !== undefined) await killProcess(node.daemon);
      await untilContainerdEnded(node);
  }
}

/**
 * containerd dies with its dockerd, a moment later. A dockerd started in that moment takes the dying
 * one for its own and waits for it in vain.
 */
async function untilContainerdEnded(node: NodeState): Promise<void> {
  const pidFile = path.join(node.folder, 'exec/containerd/containerd.pid');
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
  if (pid > 0) {
    await until(`containerd of ${node.name} ends`, () => !existsSync(`/proc/${pid}`), 10_000);
  }
}

/** Lifts a fault; answers the new process when a daemon had to be started. */
export async function liftFault(
  kind: FaultKind,
  node: NodeState,
  engine: UnpackedEngine,
): Promise<ProcessRef | undefined> {
  switch (kind) {
    case 'link':
      await setLink(node, 'up');
      return undefined;
    case 'vxlan':
    case 'gossip':
      await setDrops(node, kind, false);
      return undefined;
    case 'daemon':
      if (node.daemon !== undefined && isAlive(node.daemon)) return undefined;
      return await startDaemon(node, engine);
  }
}

async function setLink(node: NodeState, state: 'up' | 'down'): Promise<void> {
  // The bridge's side: taking the node's side down would lose its routes too.
  await run('ip', ['-n', clientNamespace, 'link', 'set', node.link, state]);
}

async function setDrops(node: NodeState, kind: 'vxlan' | 'gossip', drop: boolean): Promise<void> {
  // The raw table comes before all others, so none of the engine's own rules can let a packet by.
  for (const chain of ['PREROUTING', 'OUTPUT']) {
    for (const packets of droppedPackets[kind]) {
      const command = (action: string): string[] => [
        '-w',
        RULE_WAIT,
        '-t',
        'raw',
        action,
        chain,
        ...packets,
        '-j',
        'DROP',
      ];
      const present = !(await runInside(node.netns, 'iptables', command('-C'), { reject: false }))
        .failed;
      if (present !== drop) await runInside(node.netns, 'iptables', command(drop ? '-I' : '-D'));
    }
  }
}
