import { statSync } from 'node:fs';
import path from 'node:path';
import { sandboxFolder } from './daemons';
import type { NodeState } from './labState';
import { forwardChain, masqueradeChain, meshChain, nodeRules, sandboxRules } from './meshRules';
import {
  type ProtocolTable,
  buildRoutes,
  lacksProtocol,
  readNodeView,
  readProtocols,
  readSandboxAddress,
} from './nodeView';
import { runInside, setSysctl } from './namespaces';

/**
 * Stands in for the kernel's IPVS on one node: turns what the node's own gossip says into NAT rules.
 * It asks that node's engine only, so a node cut off from gossip goes on with what it last knew.
 */
export class NodeMesh {
  private applied = '';
  private sandbox: { readonly ino: number; readonly address: string } | undefined;
  private protocols: ProtocolTable = new Map();

  constructor(
    private readonly node: NodeState,
    private readonly managers: readonly NodeState[],
  ) {}

  /** Brings the rules up to date; answers whether anything changed. A silent engine changes nothing. */
  async refresh(): Promise<boolean> {
    const sandbox = path.join(sandboxFolder(this.node), 'ingress_sbox');
    // A restarted engine makes a new sandbox under the same name: only the inode tells.
    const { ino } = statSync(sandbox);
    if (ino !== this.sandbox?.ino) {
      const address = await readSandboxAddress(this.node.socket);
      this.sandbox = address === undefined ? undefined : { ino, address };
    }
    if (this.sandbox === undefined) return false;
    const view = await readNodeView(this.node.socket);
    if (lacksProtocol(view, this.protocols)) await this.learnProtocols();
    const routes = buildRoutes(view, this.protocols);
    const onNode = nodeRules(routes, this.sandbox.address);
    const onSandbox = sandboxRules(routes, view.ingressSubnet);
    const wanted = [ino, onNode, onSandbox].join('\n');
    if (wanted === this.applied) return false;
    await this.applySandbox(sandbox, onSandbox);
    await this.applyNode(onNode);
    this.applied = wanted;
    return true;
  }

  private async learnProtocols(): Promise<void> {
    for (const manager of this.managers) {
      const table = await readProtocols(manager.socket).catch(() => undefined);
      if (table === undefined) continue;
      this.protocols = table;
      return;
    }
  }

  private async applySandbox(sandbox: string, rules: string): Promise<void> {
    await setSysctl(sandbox, 'net.ipv4.ip_forward', '1');
    await restore(sandbox, rules);
    await ensureJump(sandbox, 'nat', 'PREROUTING', ['-j', meshChain]);
    await ensureJump(sandbox, 'nat', 'POSTROUTING', ['-j', masqueradeChain]);
  }

  private async applyNode(rules: string): Promise<void> {
    const local = ['-m', 'addrtype', '--dst-type', 'LOCAL', '-j', meshChain];
    await restore(this.node.netns, rules);
    await ensureJump(this.node.netns, 'nat', 'PREROUTING', local);
    await ensureJump(this.node.netns, 'nat', 'OUTPUT', local);
    // DOCKER-USER comes before all of the engine's own drops and outlives its restarts.
    await ensureJump(this.node.netns, 'filter', 'DOCKER-USER', ['-j', forwardChain]);
  }
}

async function restore(netns: string, rules: string): Promise<void> {
  await runInside(netns, 'iptables-restore', ['--noflush', '--wait', '5'], { input: rules });
}

async function ensureJump(
  netns: string,
  table: string,
  chain: string,
  rule: readonly string[],
): Promise<void> {
  const command = (action: string): string[] => ['-w', '5', '-t', table, action, chain, ...rule];
  const check = await runInside(netns, 'iptables', command('-C'), { reject: false });
  if (check.failed) await runInside(netns, 'iptables', command('-I'));
}
