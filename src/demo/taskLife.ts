import { DisposableStore, type Disposable } from '../common/disposable';
import { imageExists, missingImage } from './images';
import { newHex, newId } from './identity';
import { chooseNode, hasEnded, isWanted } from './scheduler';
import type { SwarmState } from './swarmState';
import type { DemoNetwork, DemoService, DemoTask, TaskState } from './swarmTypes';

interface Stage {
  readonly state: TaskState;
  /** Milliseconds in the state before. */
  readonly after: number;
  readonly message: string;
}

/** What a task goes through. */
const STAGES: readonly Stage[] = [
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
/** Milliseconds the container of a job runs. */
const JOB_MS = 1_000;
/** Ended tasks kept per place, as TaskHistoryRetentionLimit says. */
const HISTORY_LIMIT = 5;

/** Who hears what became of a task. */
export interface TaskWatcher {
  onRunning(service: DemoService): void;
  /** After a task that was told to stop has stopped, or a job's task is done. */
  onEnded(service: DemoService): void;
  /** After a task could not start. */
  onRejected(service: DemoService, task: DemoTask): void;
}

/** Lets each task live its stages: scheduling, addresses, start and end. */
export class TaskLife implements Disposable {
  private readonly timers = new DisposableStore();

  /** `speed` 2 makes everything twice as fast. */
  constructor(
    private readonly state: SwarmState,
    private readonly speed: number,
    private readonly watcher: TaskWatcher,
  ) {}

  /** Adds a task at a slot or node; one that is only `ready` waits to be wanted. */
  create(service: DemoService, place: number | string, desired: DemoTask['desired']): DemoTask {
    const stored = this.state.newStored(newId());
    const task: DemoTask = {
      ...stored,
      serviceId: service.id,
      place,
      generation: service.generation,
      ...(service.jobIteration === undefined ? {} : { jobIteration: service.jobIteration }),
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

  /** Lets a task that waits for its restart delay be `wanted` after `ms` milliseconds. */
  beginAfter(task: DemoTask, ms: number, wanted: 'running' | 'complete'): void {
    this.later(ms, () => {
      if (task.desired === 'ready') {
        task.desired = wanted;
        this.state.touch(task);
        this.advance(task);
      }
    });
  }

  /** Asks a task to stop; on a node that is down it cannot. */
  stop(task: DemoTask, desired: 'shutdown' | 'remove'): void {
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
        this.tellEnded(task);
      }
    });
  }

  /** Ends a task at once. */
  end(task: DemoTask, state: TaskState, message: string): void {
    this.release(task);
    this.state.tasks.retire(task);
    this.setState(task, state, message);
  }

  /** Takes a task away as if it had never been. */
  drop(task: DemoTask): void {
    this.release(task);
    this.state.tasks.delete(task);
  }

  /** Runs `run` after `ms` milliseconds of simulated time. */
  later(ms: number, run: () => void): void {
    const timer = this.state.clock.after(ms / this.speed, () => {
      this.timers.delete(timer);
      run();
    });
    this.timers.add(timer);
  }

  dispose(): void {
    this.timers.dispose();
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

  private enter(task: DemoTask, next: Stage): void {
    const service = this.state.services.get(task.serviceId);
    if (service === undefined) {
      return;
    }
    const isHeld =
      (next.state === 'pending' && !this.attach(service, task)) ||
      (next.state === 'assigned' && !this.assign(service, task));
    if (isHeld) {
      this.advance(task);
      return;
    }
    if (next.state === 'ready' && !imageExists(task.template.ContainerSpec.Image)) {
      task.error = missingImage(task.template.ContainerSpec.Image);
      task.desired = 'shutdown';
      this.end(task, 'rejected', 'preparing');
      this.watcher.onRejected(service, task);
      return;
    }
    if (next.state === 'starting') {
      task.containerId = newHex(64);
    }
    this.setState(task, next.state, next.message);
    this.advance(task);
    if (next.state === 'running') {
      task.startedAt = task.statusAt;
      this.finishJob(task);
      this.watcher.onRunning(service);
    }
  }

  private finishJob(task: DemoTask): void {
    if (task.jobIteration === undefined) {
      return;
    }
    this.later(JOB_MS, () => {
      if (this.state.tasks.has(task.id) && task.state === 'running') {
        this.end(task, 'complete', 'finished');
        this.tellEnded(task);
      }
    });
  }

  private tellEnded(task: DemoTask): void {
    const service = this.state.services.get(task.serviceId);
    if (service !== undefined) {
      this.watcher.onEnded(service);
    }
  }

  /** Gets an address of every network; false while one cannot be had: the task then stays `new`. */
  private attach(service: DemoService, task: DemoTask): boolean {
    const asked = service.spec.EndpointSpec?.Ports ?? [];
    if (service.ports.length < asked.length) {
      return false;
    }
    for (const network of this.state.networksOf(service).filter((one) => !isNodeLocal(one))) {
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

  private forgetOld(serviceId: string, place: number | string): void {
    const ended = this.state.tasks
      .ofService(serviceId)
      .filter((task) => task.place === place && hasEnded(task));
    for (const task of ended.slice(0, Math.max(0, ended.length - HISTORY_LIMIT))) {
      this.state.tasks.delete(task);
    }
  }
}

/** Whether every node gives addresses of its own on `network`. */
function isNodeLocal(network: DemoNetwork): boolean {
  return network.driver !== 'overlay';
}
