import type { Clock } from '../common/clock';
import { DataStore } from './dataStore';
import { Listeners } from './listeners';
import { NetworkStore } from './networkStore';
import { NodeStore } from './nodeStore';
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
  readonly nodes: NodeStore;
  readonly secrets: DataStore;
  readonly configs: DataStore;
  readonly listeners: Listeners;
  private readonly orchestrator: Orchestrator;

  constructor(options: DemoSwarmOptions) {
    this.state = new SwarmState(options.clock);
    seedNodes(this.state, options.nodes);
    this.orchestrator = new Orchestrator(this.state, options.speed);
    this.networks = new NetworkStore(this.state);
    this.secrets = new DataStore('secret', this.state);
    this.configs = new DataStore('config', this.state);
    this.nodes = new NodeStore(this.state, this.orchestrator);
    this.services = new ServiceStore(this.state, this.orchestrator, {
      networks: this.networks,
      secrets: this.secrets,
      configs: this.configs,
    });
    this.listeners = new Listeners(this.state, MAX_LISTENERS, options.onDidChangeAddresses);
    seedContent(this.networks, this.services, options);
  }

  dispose(): void {
    this.orchestrator.dispose();
    this.listeners.dispose();
  }
}
