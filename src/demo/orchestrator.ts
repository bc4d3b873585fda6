import type { Disposable } from '../common/disposable';
import { hasEnded, isEligible, isWanted, meetsConstraints } from './scheduler';
import type { SwarmState } from './swarmState';
import { TaskLife } from './taskLife';
import type { DemoNode, DemoService, DemoTask } from './swarmTypes';
import { Updater } from './updater';

/** Milliseconds before a failed task is replaced, unless the restart policy says otherwise. */
const RESTART_MS = 5_000;

/** Brings tasks in line with services and nodes. */
export class Orchestrator implements Disposable {
  private readonly life: TaskLife;
  readonly updater: Updater;

  /** `speed` 2 makes everything twice as fast. */
  constructor(
    private readonly state: SwarmState,
    speed = 1,
  ) {
    this.life = new TaskLife(state, speed, {
      onRunning: (service) => this.updater.continue(service),
      onEnded: (service) => this.reconcile(service),
      onRejected: (service, task) => {
        this.updater.fail(service, task);
        this.reconcile(service);
      },
    });
    this.updater = new Updater(state, this.life);
  }

  /** Creates, replaces and stops tasks of one service as its spec and the nodes demand. */
  reconcile(service: DemoService): void {
    if (service.jobIteration === undefined) {
      this.reconcileLasting(service);
      this.updater.continue(service);
    } else {
      this.reconcileJob(service, service.jobIteration);
    }
    this.state.changed();
  }

  /** Looks at every service again, after a node has changed. */
  reconcileAll(): void {
    for (const service of this.state.services.values()) {
      this.reconcile(service);
    }
  }

  /** Ends every task of a service that is gone. */
  removeTasks(serviceId: string): void {
    for (const task of this.state.tasks.ofService(serviceId)) {
      this.life.drop(task);
    }
    this.state.changed();
  }

  /** Moves tasks off a node that may not keep them, or drops what it still ran when it is back. */
  nodeChanged(node: DemoNode): void {
    for (const task of this.state.tasks.onNode(node.id)) {
      const service = this.state.services.get(task.serviceId);
      if (hasEnded(task) || service === undefined) {
        continue;
      }
      if (node.state === 'down' || node.availability === 'drain') {
        this.life.stop(task, 'shutdown');
      } else if (task.desired === 'shutdown') {
        this.life.end(task, 'shutdown', 'shutdown');
      } else if (!meetsConstraints(node, service)) {
        task.desired = 'shutdown';
        task.error = 'assigned node no longer meets constraints';
        this.life.end(task, 'rejected', 'task rejected by constraint enforcer');
      }
    }
    this.reconcileAll();
  }

  /** Runs `run` after `ms` milliseconds of simulated time. */
  later(ms: number, run: () => void): void {
    this.life.later(ms, run);
  }

  dispose(): void {
    this.life.dispose();
  }

  private reconcileLasting(service: DemoService): void {
    const places = this.placesOf(service);
    const tasks = this.state.tasks.ofService(service.id);
    for (const task of tasks.filter((one) => isWanted(one) && !places.includes(one.place))) {
      if (!this.mayStay(service, task)) {
        this.life.stop(task, 'remove');
      }
    }
    for (const place of places) {
      const here = tasks.filter((task) => task.place === place);
      if (!here.some((task) => isWanted(task) || isStopping(this.state, task))) {
        this.startAt(service, place, here);
      }
    }
  }

  /** Starts what a job still lacks, at most `MaxConcurrent` at a time. */
  private reconcileJob(service: DemoService, iteration: number): void {
    const tasks = this.state.tasks.ofService(service.id);
    for (const task of tasks.filter((one) => isWanted(one) && one.jobIteration !== iteration)) {
      this.life.stop(task, 'remove');
    }
    const places = this.placesOf(service);
    const own = tasks.filter((task) => task.jobIteration === iteration);
    const running = own.filter((task) => isWanted(task)).length;
    const limit = service.spec.Mode.ReplicatedJob?.MaxConcurrent ?? places.length;
    const open = places.filter(
      (place) =>
        !own.some((task) => task.place === place && (isWanted(task) || task.state === 'complete')),
    );
    for (const place of open.slice(0, Math.max(0, limit - running))) {
      const here = own.filter((task) => task.place === place);
      this.startAt(service, place, here);
    }
  }

  private placesOf(service: DemoService): readonly (number | string)[] {
    const {
      Global: global,
      GlobalJob: globalJob,
      ReplicatedJob: job,
      Replicated,
    } = service.spec.Mode;
    if (global !== undefined || globalJob !== undefined) {
      return [...this.state.nodes.values()]
        .filter((node) => isEligible(node, service))
        .map((node) => node.id);
    }
    return job === undefined
      ? Array.from({ length: Replicated?.Replicas ?? 1 }, (_, index) => index + 1)
      : Array.from({ length: job.TotalCompletions }, (_, index) => index);
  }

  /** A paused node keeps the tasks of global services that it has. */
  private mayStay(service: DemoService, task: DemoTask): boolean {
    const node = typeof task.place === 'string' ? this.state.nodes.get(task.place) : undefined;
    return (
      node?.availability === 'pause' && node.state === 'ready' && meetsConstraints(node, service)
    );
  }

  private startAt(service: DemoService, place: number | string, before: readonly DemoTask[]): void {
    const last = before.at(-1);
    const failed = last?.generation === service.generation && isFailure(last) ? last : undefined;
    const policy = service.spec.TaskTemplate.RestartPolicy;
    const desired = service.jobIteration === undefined ? 'running' : 'complete';
    if (failed === undefined) {
      this.life.create(service, place, desired);
      return;
    }
    const attempts = before.filter((task) => task.generation === service.generation).length - 1;
    const limit = policy?.MaxAttempts ?? 0;
    if (policy?.Condition === 'none' || (limit > 0 && attempts >= limit)) {
      return;
    }
    const task = this.life.create(service, place, 'ready');
    this.life.beginAfter(task, (policy?.Delay ?? RESTART_MS * 1e6) / 1e6, desired);
  }
}

/** Whether a task is about to stop on a node that can still stop it. */
function isStopping(state: SwarmState, task: DemoTask): boolean {
  const reachable = state.nodes.get(task.nodeId ?? '')?.state !== 'down';
  return !isWanted(task) && !hasEnded(task) && reachable;
}

function isFailure(task: DemoTask): boolean {
  return task.state === 'failed' || task.state === 'rejected';
}
