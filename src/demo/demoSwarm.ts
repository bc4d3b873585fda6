import type { Clock } from '../common/clock';
import { clusterError } from './apiError';
import { findNode } from './lists';
import { Listeners } from './listeners';
import { NetworkStore } from './networkStore';
import { Orchestrator } from './orchestrator';
import { seedContent, seedNodes, type Scale } from './seed';
import { ServiceStore } from './serviceStore';
import { SwarmState } from './swarmState';

/** How the simulated swarm is made. */
export interface DemoSwarmOptions extends Scale {
  readonly clock: Clock;
  /** 2 is twice as fast. */
  readonly speed: number;
  readonly onDidChangeAddresses: () => void;
}

const MAX_LISTENERS = 256;

/** The simulated swarm: its state, what changes it, and its listeners. */
export class DemoSwarm {
  readonly state: SwarmState;
  readonly networks: NetworkStore;
  readonly services: ServiceStore;
  readonly listeners: Listeners;
  private readonly orchestrator: Orchestrator;

  constructor(options: DemoSwarmOptions) {
    this.state = new SwarmState(options.clock);
    seedNodes(this.state, options.nodes);
    this.orchestrator = new Orchestrator(this.state, options.speed);
    this.networks = new NetworkStore(this.state);
    this.services = new ServiceStore(this.state, this.networks, this.orchestrator);
    this.listeners = new Listeners(this.state, MAX_LISTENERS, options.onDidChangeAddresses);
    seedContent(this.networks, this.services, options);
  }

  /** Lets a node fail or come back. */
  setNodeState(key: string, to: 'ready' | 'down'): void {
    const node = findNode(this.state, key);
    if (node.state === to) {
      return;
    }
    const before = node.state;
    node.state = to;
    this.state.touch(node);
    this.state.events.add('node', 'update', node.id, {
      name: node.hostname,
      'state.old': before,
      'state.new': to,
    });
    this.orchestrator.nodeChanged(node);
  }

  /** Carries out `DELETE /nodes/{key}`. */
  removeNode(key: string): void {
    const node = findNode(this.state, key);
    if (node.role === 'manager') {
      const advice = 'It must be demoted to worker before removal';
      const member = 'is a cluster manager and is a member of the raft cluster';
      throw clusterError('FailedPrecondition', `node ${node.id} ${member}. ${advice}`);
    }
    if (node.state !== 'down') {
      const text = `node ${node.id} is not down and can't be removed`;
      throw clusterError('FailedPrecondition', text);
    }
    this.state.nodes.delete(node.id);
    for (const task of this.state.tasks.onNode(node.id)) {
      this.state.tasks.delete(task);
    }
    this.state.events.add('node', 'remove', node.id, { name: node.hostname });
    this.orchestrator.reconcileAll();
    this.state.changed();
  }

  dispose(): void {
    this.orchestrator.dispose();
    this.listeners.dispose();
  }
}
