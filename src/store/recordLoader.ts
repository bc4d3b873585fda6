import pLimit from 'p-limit';
import type { Clock } from '../common/clock';
import { isSwarmscopeError, toSwarmscopeError, type SwarmscopeError } from '../common/errors';
import type { Engine } from '../docker/engine';
import type { InfoRecord } from '../docker/records/info';
import type { NetworkRecord } from '../docker/records/network';
import type { NodeRecord } from '../docker/records/node';
import type { ServiceRecord } from '../docker/records/service';
import type { TaskRecord } from '../docker/records/task';
import { buildSnapshot, isSameSnapshot } from '../model/buildSnapshot';
import { isAllocated } from '../model/buildNetworks';
import { isRunning } from '../model/buildTasks';
import type { PartName, PartState, SwarmSnapshot } from '../model/snapshot';
import { reuseNormalized, reuseRow, reuseRows } from './reuseRows';
import { concernsWholeEngine, swarmProblem } from './swarmProblem';

/** What one load may ask for; `peers` asks for every network detail again, needed or not. */
export type LoadPart = PartName | 'info';

/** Everything, for a full look. */
export const ALL_PARTS: readonly LoadPart[] = [
  'info',
  'nodes',
  'networks',
  'services',
  'tasks',
  'peers',
];

/** Requests for network details at once. */
const DETAIL_CONCURRENCY = 4;
/** Gossip follows a moved task within seconds; so long its network is looked at again. */
const UNSETTLED_MS = 30_000;
const UNSETTLED_EVERY_MS = 5_000;

type ListPart = 'nodes' | 'networks' | 'services' | 'tasks';

interface Lists {
  readonly nodes: readonly NodeRecord[];
  readonly networks: readonly NetworkRecord[];
  readonly services: readonly ServiceRecord[];
  readonly tasks: readonly TaskRecord[];
}

type Settled<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: SwarmscopeError };

interface DetailMark {
  readonly members: string;
  readonly changedAt: number;
  readonly fetchedAt: number;
}

/** Fetches the parts of one swarm and keeps the records of each part's last success. */
export class RecordLoader {
  private lists: Lists = { nodes: [], networks: [], services: [], tasks: [] };
  private parts: Record<PartName, PartState> = {
    nodes: { kind: 'pending' },
    networks: { kind: 'pending' },
    services: { kind: 'pending' },
    tasks: { kind: 'pending' },
    peers: { kind: 'pending' },
  };
  private details: ReadonlyMap<string, NetworkRecord> = new Map();
  private marks: ReadonlyMap<string, DetailMark> = new Map();
  private snapshot: SwarmSnapshot | undefined;

  /** Begins with what `previous`, the loader of another manager of the same swarm, knew last. */
  constructor(
    private readonly engine: Engine,
    private readonly clock: Clock,
    private info: InfoRecord,
    previous?: RecordLoader,
  ) {
    if (previous !== undefined) {
      ({ lists: this.lists, parts: this.parts, details: this.details } = previous);
      this.snapshot = previous.snapshot;
    }
  }

  /**
   * Asks for `wanted` and gives the snapshot that follows: the very one of before when nothing
   * changed. Failed parts fail alone; throws when the engine or its swarm failed as a whole, or
   * when aborted, and has then changed nothing.
   */
  async load(wanted: ReadonlySet<LoadPart>, signal: AbortSignal): Promise<SwarmSnapshot> {
    const [info, ...lists] = await Promise.all([
      wanted.has('info') ? settle(this.engine.info(signal)) : undefined,
      ...LIST_PARTS.map((name) =>
        wanted.has(name) ? settle(this.fetchList(name, signal)) : undefined,
      ),
    ]);
    signal.throwIfAborted();
    if (info !== undefined) {
      this.takeInfo(info);
    }
    throwWhenAllFailed(lists);
    const at = this.clock.now();
    const next = { ...this.lists };
    const parts = { ...this.parts };
    LIST_PARTS.forEach((name, index) => {
      const result = lists[index];
      if (result !== undefined) {
        parts[name] = stateOf(result, at);
        Object.assign(next, result.ok ? result.value : {});
      }
    });
    const peers = await this.loadDetails(next, wanted.has('peers'), signal);
    signal.throwIfAborted();
    this.lists = next;
    this.details = peers.details;
    this.marks = peers.marks;
    this.parts = { ...parts, peers: peers.state };
    return this.buildNext(at);
  }

  /**
   * Without a leader an engine still tells of itself and of the networks it takes part in: brings
   * these up to date and leaves the rest as it was. Undefined when nothing was known before.
   */
  async loadLocal(info: InfoRecord, signal: AbortSignal): Promise<SwarmSnapshot | undefined> {
    if (this.snapshot === undefined) {
      return undefined;
    }
    const limit = pLimit(DETAIL_CONCURRENCY);
    const ids = membersByNetwork(this.lists, info.swarm.nodeId).keys();
    const found = await Promise.all(
      [...ids].map((id) => limit(() => settle(this.engine.networkDetail(id, signal)))),
    );
    signal.throwIfAborted();
    const details = new Map(this.details);
    for (const result of found) {
      if (result.ok) {
        details.set(result.value.id, reuseRow(details.get(result.value.id), result.value));
      }
    }
    this.info = reuseNormalized(this.info, info);
    this.details = details;
    return this.buildNext(this.snapshot.takenAt);
  }

  private buildNext(takenAt: number): SwarmSnapshot {
    const next = buildSnapshot(
      {
        ...this.lists,
        takenAt,
        info: this.info,
        apiVersion: this.engine.apiVersion,
        details: [...this.details.values()],
        parts: this.parts,
      },
      this.snapshot,
    );
    if (this.snapshot === undefined || !isSameSnapshot(this.snapshot, next)) {
      this.snapshot = next;
    }
    return this.snapshot;
  }

  private takeInfo(info: Settled<InfoRecord>): void {
    const problem = info.ok ? swarmProblem(info.value) : info.error;
    if (problem !== undefined) {
      throw problem;
    }
    if (info.ok) {
      this.info = reuseNormalized(this.info, info.value);
    }
  }

  private async fetchList(name: ListPart, signal: AbortSignal): Promise<Partial<Lists>> {
    switch (name) {
      case 'nodes':
        return { nodes: reuseRows(this.lists.nodes, await this.engine.nodes(signal)) };
      case 'networks':
        return { networks: reuseRows(this.lists.networks, await this.engine.networks(signal)) };
      case 'services':
        return { services: reuseRows(this.lists.services, await this.engine.services(signal)) };
      case 'tasks': {
        const [tasks, attachments] = await Promise.all([
          this.engine.tasks({}, signal),
          this.engine.tasks({ attachmentsOnly: true }, signal),
        ]);
        return { tasks: reuseRows(this.lists.tasks, [...tasks, ...attachments]) };
      }
    }
  }

  /** Asks for the networks in which the connected engine takes part, where there is reason to. */
  private async loadDetails(
    lists: Lists,
    all: boolean,
    signal: AbortSignal,
  ): Promise<{
    details: ReadonlyMap<string, NetworkRecord>;
    marks: ReadonlyMap<string, DetailMark>;
    state: PartState;
  }> {
    const now = this.clock.now();
    const details = new Map<string, NetworkRecord>();
    const marks = new Map<string, DetailMark>();
    const limit = pLimit(DETAIL_CONCURRENCY);
    let failure: SwarmscopeError | undefined;
    // What the first look finds has had its time to settle.
    const newChangeAt = this.snapshot === undefined ? Number.NEGATIVE_INFINITY : now;
    const members = membersByNetwork(lists, this.info.swarm.nodeId);
    await Promise.all(
      [...members].map(async ([id, signature]) => {
        const mark = this.marks.get(id);
        const old = this.details.get(id);
        const changedAt = mark?.members === signature ? mark.changedAt : newChangeAt;
        if (!all && mark !== undefined && !isDue(mark, signature, now)) {
          marks.set(id, mark);
          if (old !== undefined) {
            details.set(id, old);
          }
          return;
        }
        const result = await limit(() => settle(this.engine.networkDetail(id, signal)));
        if (result.ok) {
          details.set(id, reuseRow(old, result.value));
          marks.set(id, { members: signature, changedAt, fetchedAt: now });
        } else if (!isSwarmscopeError(result.error, 'not-found')) {
          // A network removed meanwhile is no failure; anything else keeps what was known.
          failure ??= result.error;
          if (old !== undefined) {
            details.set(id, old);
          }
        }
      }),
    );
    const at = this.clock.now();
    return {
      details,
      marks,
      state: failure === undefined ? { kind: 'ok', at } : { kind: 'failed', error: failure, at },
    };
  }
}

const LIST_PARTS: readonly ListPart[] = ['nodes', 'networks', 'services', 'tasks'];

async function settle<T>(promise: Promise<T>): Promise<Settled<T>> {
  try {
    return { ok: true, value: await promise };
  } catch (error) {
    return { ok: false, error: toSwarmscopeError(error) };
  }
}

function stateOf(result: Settled<unknown>, at: number): PartState {
  return result.ok ? { kind: 'ok', at } : { kind: 'failed', error: result.error, at };
}

/**
 * A manager without quorum still lists its local networks, so what only the swarm can answer (all
 * lists but networks) decides, and networks alone only when nothing else was asked.
 */
function throwWhenAllFailed(lists: readonly (Settled<unknown> | undefined)[]): void {
  const byName = LIST_PARTS.map((name, index) => ({ name, result: lists[index] }));
  const asked = byName.filter(({ result }) => result !== undefined);
  const swarmOnly = asked.filter(({ name }) => name !== 'networks');
  const deciding = swarmOnly.length > 0 ? swarmOnly : asked;
  const errors = deciding.flatMap(({ result }) =>
    result !== undefined && !result.ok ? [result.error] : [],
  );
  const [first] = errors;
  if (
    first !== undefined &&
    errors.length === deciding.length &&
    errors.every(concernsWholeEngine)
  ) {
    throw first;
  }
}

function isDue(mark: DetailMark, members: string, now: number): boolean {
  return (
    mark.members !== members ||
    (now - mark.changedAt < UNSETTLED_MS && now - mark.fetchedAt >= UNSETTLED_EVERY_MS)
  );
}

/** For ingress and every overlay with a running task on `nodeId`: what its membership hangs on. */
function membersByNetwork(lists: Lists, nodeId: string): ReadonlyMap<string, string> {
  const nodesByNetwork = new Map<string, Set<string>>();
  for (const task of lists.tasks.filter(isRunning)) {
    for (const { networkId } of task.attachments) {
      const nodes = nodesByNetwork.get(networkId) ?? new Set();
      nodesByNetwork.set(networkId, nodes.add(task.nodeId ?? ''));
    }
  }
  const states = lists.nodes
    .map((node) => `${node.id}=${node.state}`)
    .toSorted()
    .join();
  const members = new Map<string, string>();
  for (const network of lists.networks) {
    const nodes = nodesByNetwork.get(network.id);
    const takesPart = network.ingress || nodes?.has(nodeId) === true;
    if (network.scope === 'swarm' && takesPart && isAllocated(network)) {
      members.set(network.id, `${[...(nodes ?? [])].toSorted().join()};${states}`);
    }
  }
  return members;
}
