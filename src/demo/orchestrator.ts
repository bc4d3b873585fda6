import { DisposableStore, type Disposable } from '../common/disposable';
import { imageExists, missingImage } from './images';
import { newHex, newId, toIso } from './identity';
import { chooseNode, hasEnded, isEligible } from './scheduler';
import type { SwarmState } from './swarmState';
import type { DemoNode, DemoService, DemoTask, TaskState, UpdateStatus } from './swarmTypes';

/** What a task goes through, with the milliseconds it stays in the state before. */
const STAGES: readonly {
  readonly state: TaskState;
  readonly after: number;
  readonly message: string;
}[] = [
  { state: 'pending', after: 150, message: 'pending task scheduling' },
  { state: 'assigned', after: 150, message: 'scheduler assigned task to node' },
  { state: 'accepted', after: 100, message: 'accepted' },
  { state: 'preparing', after: 100, message: 'preparing' },
  { state: 'ready', after: 900, message: 'prepared' },
  { state: 'starting', after: 200, message: 'starting' },
  { state: 'running', after: 700, message: 'started' },
];

/** Milliseconds a container takes to stop. */
const STOP_MS = 400;
/** Ended tasks kept per place, as TaskHistoryRetentionLimit says. */
const HISTORY_LIMIT = 5;
/** Milliseconds before a failed task is replaced, unless the restart policy says otherwise. */
const RESTART_MS = 5_000;

/** Brings tasks in line with services and nodes, and lets each task live its stages. */
export class Orchestrator implements Disposable {
  private readonly timers = new DisposableStore();

  /** `speed` 2 makes everything twice as fast. */
  constructor(
    private readonly state: SwarmState,
    private readonly speed = 1,
  ) {}

  /** Creates, replaces and stops tasks of one service as its spec and the nodes demand. */
  reconcile(service: DemoService): void {
    const places = this.placesOf(service);
    const tasks = this.state.tasks.ofService(service.id);
    for (const task of tasks.filter((one) => isWanted(one) && !places.includes(one.place))) {
      this.stop(task, 'remove');
    }
    for (const place of places) {
      const here = tasks.filter((task) => task.place === place);
      if (!here.some((task) => isWanted(task) || isStopping(this.state, task))) {
        this.startAt(service, place, here);
      }
    }
    this.continueUpdate(service);
    this.state.changed();
  }

  /** Looks at every service again, after a node has changed. */
  reconcileAll(): void {
    for (const service of this.state.services.values()) {
      this.reconcile(service);
    }
  }

  /** Begins to replace the tasks of an older template, one after the other. */
  beginUpdate(service: DemoService): void {
    this.setUpdate(service, {
      State: 'updating',
      StartedAt: toIso(this.state.stamps.next()),
      Message: 'update in progress',
    });
  }

  /** Ends every task of a service that is gone. */
  removeTasks(serviceId: string): void {
    for (const task of this.state.tasks.ofService(serviceId)) {
      this.release(task);
      this.state.tasks.delete(task);
    }
    this.state.changed();
  }

  /** Gives up what ran on a node that is down, or drops what it still ran when it is back. */
  nodeChanged(node: DemoNode): void {
    for (const task of this.state.tasks.onNode(node.id)) {
      if (hasEnded(task)) {
        continue;
      }
      if (node.state === 'down' || node.availability === 'drain') {
        this.stop(task, 'shutdown');
      } else if (task.desired === 'shutdown') {
        this.end(task, 'shutdown', 'shutdown');
      }
    }
    this.reconcileAll();
  }

  dispose(): void {
    this.timers.dispose();
  }

  private placesOf(service: DemoService): readonly (number | string)[] {
    const { Mode } = service.spec;
    if (Mode.Global !== undefined) {
      return [...this.state.nodes.values()]
        .filter((node) => isEligible(node, service))
        .map((node) => node.id);
    }
    return Array.from({ length: Mode.Replicated?.Replicas ?? 1 }, (_, index) => index + 1);
  }

  private startAt(service: DemoService, place: number | string, before: readonly DemoTask[]): void {
    const last = before.at(-1);
    const failed = last?.generation === service.generation && isFailure(last) ? last : undefined;
    const policy = service.spec.TaskTemplate.RestartPolicy;
    if (failed === undefined) {
      this.create(service, place, 'running');
      return;
    }
    const attempts = before.filter((task) => task.generation === service.generation).length - 1;
    const limit = policy?.MaxAttempts ?? 0;
    if (policy?.Condition === 'none' || (limit > 0 && attempts >= limit)) {
      return;
    }
    const task = this.create(service, place, 'ready');
    this.later((policy?.Delay ?? RESTART_MS * 1e6) / 1e6, () => {
      if (task.desired === 'ready') {
        task.desired = 'running';
        this.state.touch(task);
        this.advance(task);
      }
    });
  }

  private create(
    service: DemoService,
    place: number | string,
    desired: 'running' | 'ready',
  ): DemoTask {
    const stored = this.state.newStored(newId());
    const task: DemoTask = {
      ...stored,
      serviceId: service.id,
      place,
      generation: service.generation,
      template: service.spec.TaskTemplate,
      state: 'new',
      desired,
      message: 'created',
      error: '',
      statusAt: stored.createdAt,
      containerId: '',
      exitCode: 0,
      addresses: new Map(),
    };
    this.state.tasks.add(task);
    this.forgetOld(service.id, place);
    this.advance(task);
    return task;
  }

  /** Schedules the next stage of `task`. */
  private advance(task: DemoTask): void {
    const next = STAGES[STAGES.findIndex((stage) => stage.state === task.state) + 1];
    // A task that waits for the restart delay is prepared, but not started.
    if (next === undefined || (task.desired === 'ready' && task.state === 'ready')) {
      return;
    }
    const { state: from, version } = task;
    this.later(next.after, () => {
      const stale = !this.state.tasks.has(task.id) || task.state !== from || !isWanted(task);
      if (stale || (task.desired === 'ready' && task.version !== version)) {
        return;
      }
      this.enter(task, next);
    });
  }

  private enter(task: DemoTask, next: (typeof STAGES)[number]): void {
    const service = this.state.services.get(task.serviceId);
    if (service === undefined) {
      return;
    }
    if (next.state === 'pending' && !this.attach(service, task)) {
      this.advance(task);
      return;
    }
    if (next.state === 'assigned' && !this.assign(service, task)) {
      this.advance(task);
      return;
    }
    if (next.state === 'ready' && !imageExists(task.template.ContainerSpec.Image)) {
      this.reject(service, task);
      return;
    }
    if (next.state === 'starting') {
      task.containerId = newHex(64);
    }
    this.setState(task, next.state, next.message);
    this.advance(task);
    if (next.state === 'running') {
      this.continueUpdate(service);
    }
  }

  /** Gets an address of every network; false while one cannot be had: the task then stays `new`. */
  private attach(service: DemoService, task: DemoTask): boolean {
    for (const network of this.state.networksOf(service)) {
      const address = network.allocated?.pool.allocate();
      if (address === undefined) {
        this.release(task);
        return false;
      }
      task.addresses.set(network.id, address);
    }
    return true;
  }

  private assign(service: DemoService, task: DemoTask): boolean {
    const choice = chooseNode(this.state, service, task);
    if ('reason' in choice) {
      if (task.error !== choice.reason) {
        task.error = choice.reason;
        this.state.touch(task);
      }
      return false;
    }
    this.state.tasks.assign(task, choice.node.id);
    task.error = '';
    for (const id of task.addresses.keys()) {
      const network = this.state.networks.get(id);
      const address = network?.balancers.has(choice.node.id)
        ? undefined
        : network?.allocated?.pool.allocate();
      if (address !== undefined) {
        network?.balancers.set(choice.node.id, address);
      }
    }
    return true;
  }

  private reject(service: DemoService, task: DemoTask): void {
    task.error = missingImage(task.template.ContainerSpec.Image);
    task.desired = 'shutdown';
    this.end(task, 'rejected', 'preparing');
    if (service.updateStatus?.State === 'updating' && task.generation === service.generation) {
      this.setUpdate(service, {
        ...service.updateStatus,
        State: 'paused',
        Message: `update paused due to failure or early termination of task ${task.id}`,
      });
    }
    this.reconcile(service);
  }

  /** Asks a task to stop; on a node that is down it cannot. */
  private stop(task: DemoTask, desired: 'shutdown' | 'remove'): void {
    task.desired = desired;
    this.state.touch(task);
    if (this.state.nodes.get(task.nodeId ?? '')?.state === 'down') {
      return;
    }
    this.later(STOP_MS, () => {
      if (this.state.tasks.has(task.id) && !hasEnded(task)) {
        this.end(task, 'shutdown', 'shutdown');
        if (desired === 'remove') {
          this.state.tasks.delete(task);
        }
        const service = this.state.services.get(task.serviceId);
        if (service !== undefined) {
          this.reconcile(service);
        }
      }
    });
  }

  private end(task: DemoTask, state: TaskState, message: string): void {
    this.release(task);
    this.state.tasks.retire(task);
    this.setState(task, state, message);
  }

  private setState(task: DemoTask, state: TaskState, message: string): void {
    task.state = state;
    task.message = message;
    task.statusAt = this.state.stamps.next();
    this.state.touch(task);
  }

  /** Gives addresses back, and those of load balancers no task is left for. */
  private release(task: DemoTask): void {
    if (hasEnded(task)) {
      return;
    }
    for (const [id, address] of task.addresses) {
      const network = this.state.networks.get(id);
      network?.allocated?.pool.release(address);
      const balancer = network?.balancers.get(task.nodeId ?? '');
      const others = this.state.tasks
        .onNode(task.nodeId ?? '')
        .some((other) => other !== task && !hasEnded(other) && other.addresses.has(id));
      if (network?.ingress === false && balancer !== undefined && !others) {
        network.allocated?.pool.release(balancer);
        network.balancers.delete(task.nodeId ?? '');
      }
    }
    if (task.nodeId === undefined) {
      task.addresses.clear();
    }
  }

  /** Replaces the next tasks of an older template while fewer than `Parallelism` are on their way. */
  private continueUpdate(service: DemoService): void {
    const status = service.updateStatus;
    if (status?.State !== 'updating') {
      return;
    }
    const tasks = this.state.tasks.ofService(service.id).filter((task) => !hasEnded(task));
    const old = tasks.filter((task) => isWanted(task) && task.generation !== service.generation);
    const moving = tasks.filter(
      (task) =>
        !isWanted(task) || (task.generation === service.generation && task.state !== 'running'),
    );
    const parallelism = service.spec.UpdateConfig?.Parallelism ?? 1;
    const free = parallelism === 0 ? old.length : Math.max(0, parallelism - moving.length);
    for (const task of old.slice(0, free)) {
      this.stop(task, 'shutdown');
    }
    if (old.length === 0 && moving.length === 0) {
      this.setUpdate(service, {
        State: 'completed',
        StartedAt: status.StartedAt,
        CompletedAt: toIso(this.state.stamps.next()),
        Message: 'update completed',
      });
    }
  }

  private setUpdate(service: DemoService, status: UpdateStatus): void {
    const before = service.updateStatus?.State;
    service.updateStatus = status;
    this.state.touch(service);
    this.state.events.add('service', 'update', service.id, {
      name: service.spec.Name,
      'updatestate.new': status.State,
      ...(before === undefined ? {} : { 'updatestate.old': before }),
    });
  }

  private forgetOld(serviceId: string, place: number | string): void {
    const ended = this.state.tasks
      .ofService(serviceId)
      .filter((task) => task.place === place && hasEnded(task));
    for (const task of ended.slice(0, Math.max(0, ended.length - HISTORY_LIMIT))) {
      this.state.tasks.delete(task);
    }
  }

  private later(ms: number, run: () => void): void {
    const timer = this.state.clock.after(ms / this.speed, () => {
      this.timers.delete(timer);
      run();
    });
    this.timers.add(timer);
  }
}

function isWanted(task: DemoTask): boolean {
  return (task.desired === 'running' || task.desired === 'ready') && !hasEnded(task);
}

/** Whether a task is about to stop on a node that can still stop it. */
function isStopping(state: SwarmState, task: DemoTask): boolean {
  const reachable = state.nodes.get(task.nodeId ?? '')?.state !== 'down';
  return !isWanted(task) && !hasEnded(task) && reachable;
}

function isFailure(task: DemoTask): boolean {
  return task.state === 'failed' || task.state === 'rejected';
}
