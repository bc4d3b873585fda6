import { Emitter } from '../common/emitter';
import { toIso } from './identity';
import { hasEnded, isWanted } from './scheduler';
import type { SwarmState } from './swarmState';
import type { TaskLife } from './taskLife';
import type { DemoService, DemoTask, ServiceSpecJson, UpdateStatus } from './swarmTypes';

/** A service that went back to its previous spec by itself. */
export interface RolledBack {
  readonly service: DemoService;
  /** The spec that failed. */
  readonly before: ServiceSpecJson;
}

/** Replaces the tasks of a service whose template has changed, group by group. */
export class Updater {
  private readonly rollBackEmitter = new Emitter<RolledBack>();
  /** Fires when an update that failed is taken back, as its spec wished. */
  readonly onDidRollBack = this.rollBackEmitter.event;

  constructor(
    private readonly state: SwarmState,
    private readonly life: TaskLife,
  ) {}

  /** Replaces the next tasks of an older template while fewer than `Parallelism` are on their way. */
  continue(service: DemoService): void {
    const tasks = this.state.tasks.ofService(service.id).filter((task) => !hasEnded(task));
    const old = tasks.filter((task) => isWanted(task) && task.generation !== service.generation);
    if (service.jobIteration !== undefined) {
      return;
    }
    if (service.updateStatus === undefined && old.length > 0) {
      this.set(service, {
        State: 'updating',
        StartedAt: toIso(this.state.stamps.next()),
        Message: 'update in progress',
      });
    }
    const isRollback = service.updateStatus?.State === 'rollback_started';
    if (!isRollback && service.updateStatus?.State !== 'updating') {
      return;
    }
    const moving = tasks.filter(
      (task) =>
        !isWanted(task) || (task.generation === service.generation && task.state !== 'running'),
    );
    const config = isRollback ? service.spec.RollbackConfig : service.spec.UpdateConfig;
    const parallelism = config?.Parallelism ?? 1;
    const free = parallelism === 0 ? old.length : Math.max(0, parallelism - moving.length);
    for (const task of old.slice(0, free)) {
      this.life.stop(task, 'shutdown');
    }
    if (old.length === 0 && moving.length === 0) {
      this.complete(service, isRollback);
    }
  }

  /** Pauses, goes on or goes back after `task` could not start, as the spec says. */
  fail(service: DemoService, task: DemoTask): void {
    const status = service.updateStatus;
    const isUpdate = status?.State === 'updating';
    if (
      task.generation !== service.generation ||
      (!isUpdate && status?.State !== 'rollback_started')
    ) {
      return;
    }
    const config = isUpdate ? service.spec.UpdateConfig : service.spec.RollbackConfig;
    const reason = `due to failure or early termination of task ${task.id}`;
    const previous = service.previousSpec;
    if (config?.FailureAction === 'continue') {
      return;
    }
    if (isUpdate && config?.FailureAction === 'rollback' && previous !== undefined) {
      const before = service.spec;
      service.spec = previous;
      delete service.previousSpec;
      this.rollBackEmitter.fire({ service, before });
      const Message = `update rolled back ${reason}`;
      this.set(service, { ...status, State: 'rollback_started', Message }, before);
      return;
    }
    this.set(service, {
      ...status,
      State: isUpdate ? 'paused' : 'rollback_paused',
      Message: `update paused ${reason}`,
    });
  }

  private complete(service: DemoService, isRollback: boolean): void {
    this.set(service, {
      State: isRollback ? 'rollback_completed' : 'completed',
      StartedAt: service.updateStatus?.StartedAt ?? '',
      CompletedAt: toIso(this.state.stamps.next()),
      Message: isRollback ? 'rollback completed' : 'update completed',
    });
  }

  private set(service: DemoService, status: UpdateStatus, before = service.spec): void {
    const stateBefore = service.updateStatus?.State;
    service.updateStatus = status;
    this.state.touch(service);
    this.state.events.add('service', 'update', service.id, {
      name: service.spec.Name,
      ...changesBetween(before, service.spec),
      'updatestate.new': status.State,
      ...(stateBefore === undefined ? {} : { 'updatestate.old': stateBefore }),
    });
  }
}

/** What an event says about a change of a spec. */
export function changesBetween(
  before: ServiceSpecJson,
  after: ServiceSpecJson,
): Record<string, string> {
  return {
    ...changeOf('replicas', replicasOf(before), replicasOf(after)),
    ...changeOf(
      'image',
      before.TaskTemplate.ContainerSpec.Image,
      after.TaskTemplate.ContainerSpec.Image,
    ),
  };
}

function replicasOf(spec: ServiceSpecJson): string {
  return String(spec.Mode.Replicated?.Replicas ?? '');
}

function changeOf(what: string, before: string, after: string): Record<string, string> {
  return before === after ? {} : { [`${what}.old`]: before, [`${what}.new`]: after };
}
