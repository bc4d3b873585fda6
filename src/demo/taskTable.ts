import type { DemoTask } from './swarmTypes';

/** All tasks, found by id, service or node without a look at the others. */
export class TaskTable {
  private readonly byId = new Map<string, DemoTask>();
  private readonly byService = new Map<string, Set<DemoTask>>();
  private readonly byNode = new Map<string, Set<DemoTask>>();
  private readonly liveByNode = new Map<string, Set<DemoTask>>();

  get(id: string): DemoTask | undefined {
    return this.byId.get(id);
  }

  has(id: string): boolean {
    return this.byId.has(id);
  }

  /** All tasks, oldest first. */
  all(): DemoTask[] {
    return [...this.byId.values()];
  }

  /** Tasks of one service, oldest first. */
  ofService(serviceId: string): DemoTask[] {
    return [...(this.byService.get(serviceId) ?? [])];
  }

  /** Tasks that were given to one node, ended ones among them. */
  onNode(nodeId: string): DemoTask[] {
    return [...(this.byNode.get(nodeId) ?? [])];
  }

  /** How many tasks on a node have not been retired. */
  countLive(nodeId: string): number {
    return this.liveByNode.get(nodeId)?.size ?? 0;
  }

  /** Takes in a task that no node has yet. */
  add(task: DemoTask): void {
    this.byId.set(task.id, task);
    addTo(this.byService, task.serviceId, task);
  }

  /** Gives a task to its node. */
  assign(task: DemoTask, nodeId: string): void {
    task.nodeId = nodeId;
    addTo(this.byNode, nodeId, task);
    addTo(this.liveByNode, nodeId, task);
  }

  /** Counts a task that has ended out of its node's load. */
  retire(task: DemoTask): void {
    removeFrom(this.liveByNode, task.nodeId, task);
  }

  delete(task: DemoTask): void {
    this.byId.delete(task.id);
    removeFrom(this.byService, task.serviceId, task);
    removeFrom(this.byNode, task.nodeId, task);
    this.retire(task);
  }
}

function addTo(index: Map<string, Set<DemoTask>>, key: string, task: DemoTask): void {
  const found = index.get(key);
  if (found === undefined) {
    index.set(key, new Set([task]));
  } else {
    found.add(task);
  }
}

function removeFrom(
  index: Map<string, Set<DemoTask>>,
  key: string | undefined,
  task: DemoTask,
): void {
  const found = index.get(key ?? '');
  found?.delete(task);
  if (found?.size === 0) {
    index.delete(key ?? '');
  }
}
