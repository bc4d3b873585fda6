import type { Clock } from '../common/clock';
import { Emitter } from '../common/emitter';
import { SubnetPool } from './addressPool';
import { EventLog } from './eventLog';
import { Stamps } from './identity';
import { TaskTable } from './taskTable';
import type { DemoNetwork, DemoNode, DemoService, DemoTask, Stored } from './swarmTypes';

/** The whole simulated cluster store; the other parts of the demo change it. */
export class SwarmState {
  readonly nodes = new Map<string, DemoNode>();
  readonly networks = new Map<string, DemoNetwork>();
  readonly services = new Map<string, DemoService>();
  readonly tasks = new TaskTable();
  readonly subnets = new SubnetPool();
  readonly stamps: Stamps;
  readonly events: EventLog;
  private index = 9;
  private readonly changeEmitter = new Emitter<void>();
  /** Fires after anything that a listener or a reader may see has changed. */
  readonly onDidChange = this.changeEmitter.event;

  constructor(readonly clock: Clock) {
    this.stamps = new Stamps(clock);
    this.events = new EventLog(this.stamps);
  }

  /** Fields that every new object starts with. */
  newStored(id: string): Stored {
    const stamp = this.stamps.next();
    return { id, version: this.nextIndex(), createdAt: stamp, updatedAt: stamp };
  }

  /** Marks `object` as changed: later updates must name the new version. */
  touch(object: Stored): void {
    object.version = this.nextIndex();
    object.updatedAt = this.stamps.next();
    this.changed();
  }

  /** Tells the listeners that something changed. */
  changed(): void {
    this.changeEmitter.fire();
  }

  /** The manager that answers the API, and leads. */
  get self(): DemoNode {
    const manager = [...this.nodes.values()].find((node) => node.isManager);
    if (manager === undefined) {
      throw new Error('A swarm has a manager');
    }
    return manager;
  }

  get ingress(): DemoNetwork | undefined {
    return [...this.networks.values()].find((network) => network.ingress);
  }

  /** Networks a task of `service` gets an address of, ingress included. */
  networksOf(service: DemoService): DemoNetwork[] {
    const targets = service.spec.TaskTemplate.Networks ?? [];
    const own = targets.flatMap(({ Target }) => this.networks.get(Target) ?? []);
    const published = service.spec.EndpointSpec?.Ports?.some((p) => p.PublishMode === 'ingress');
    return published === true && this.ingress !== undefined ? [this.ingress, ...own] : own;
  }

  /** `web.1.<task id>`, or `agent.<node id>.<task id>`. */
  taskName(task: DemoTask): string {
    const service = this.services.get(task.serviceId)?.spec.Name ?? '';
    return `${service}.${task.place}.${task.id}`;
  }

  private nextIndex(): number {
    this.index += 1;
    return this.index;
  }
}

/** Whether a task takes traffic: it runs, is wanted, and its node is there. */
export function isBackend(state: SwarmState, task: DemoTask): boolean {
  const node = state.nodes.get(task.nodeId ?? '');
  return task.state === 'running' && task.desired === 'running' && node?.state === 'ready';
}
