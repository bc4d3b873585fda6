import { eventsSince, filtered, IMAGE, type Json, type Player } from './player';
import { attributesOf } from './serviceScenario';

interface NodeRow {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: { readonly Role: string };
  readonly ManagerStatus?: { readonly Reachability: string };
}

interface TaskRow {
  readonly NodeID?: string;
  readonly DesiredState: string;
  readonly Status: { readonly State: string; readonly Err?: string };
}

const tasksOf = (name: string): string => filtered('/tasks', { service: [name] });

/** Availability, labels and role of the second node, and what that does to tasks. */
export async function changeNodes(player: Player): Promise<void> {
  const begin = Math.floor(Date.now() / 1_000) - 1;
  const nodes = await player.read<NodeRow[]>('/nodes');
  const worker = nodes.find(({ Spec }) => Spec.Role === 'worker')?.ID ?? '';
  const manager = nodes.find(({ Spec }) => Spec.Role === 'manager')?.ID ?? '';
  await refuseUpdates(player, worker, manager);
  await empty(player, worker);
  await enforceLabels(player, worker);
  await changeRole(player, worker);
  const path = eventsSince(begin, { type: ['node'], node: [worker] });
  player.keepWords('events of a node', await attributesOf(player, path));
}

async function update(
  player: Player,
  node: string,
  note: string,
  spec: Json,
  version?: string,
): Promise<void> {
  const name = `POST /nodes/{node}/update (${note})`;
  if (version !== undefined) {
    await player.stepNamed(name, `/nodes/${node}/update${version}`, spec);
    return;
  }
  await player.change(name, async () => {
    const { Version } = await player.read<NodeRow>(`/nodes/${node}`);
    return { path: `/nodes/${node}/update?version=${Version.Index}`, body: spec };
  });
}

const ACTIVE = { Role: 'worker', Availability: 'active' };

async function refuseUpdates(player: Player, worker: string, manager: string): Promise<void> {
  await update(player, worker, 'no version', ACTIVE, '');
  await update(player, worker, 'odd version', ACTIVE, '?version=zz');
  await update(player, worker, 'stale version', ACTIVE, '?version=1');
  await update(player, worker, 'odd role', { ...ACTIVE, Role: 'zzz' });
  await update(player, worker, 'odd availability', { ...ACTIVE, Availability: 'zzz' });
  await update(player, worker, 'no role', { Availability: 'active' });
  await update(player, worker, 'nothing', {});
  await update(player, manager, 'last manager', ACTIVE);
  await player.step('POST', '/nodes/nosuchthing/update?version=1', ACTIVE);
}

async function empty(player: Player, worker: string): Promise<void> {
  await update(player, worker, 'pause', { ...ACTIVE, Availability: 'pause', Name: 'second' });
  await player.stepNamed('GET /nodes/{paused}', `/nodes/${worker}`);
  await update(player, worker, 'drain', { ...ACTIVE, Availability: 'drain' });
  await player.until<TaskRow[]>(
    tasksOf('contract'),
    (rows) =>
      rows.filter(({ NodeID, Status }) => NodeID !== worker && Status.State === 'running')
        .length === 3 &&
      !rows.some(({ NodeID, Status }) => NodeID === worker && Status.State === 'running'),
  );
  await player.until<TaskRow[]>(
    tasksOf('contract-global'),
    (rows) => !rows.some(({ NodeID, Status }) => NodeID === worker && Status.State === 'running'),
  );
  await player.step('GET', tasksOf('contract'), undefined, 'drained');
  const everywhere = tasksOf('contract-global');
  await player.step('GET', everywhere, undefined, 'drained');
  await update(player, worker, 'active', ACTIVE);
}

async function enforceLabels(player: Player, worker: string): Promise<void> {
  await update(player, worker, 'label', { ...ACTIVE, Labels: { zone: 'a' } });
  await player.step('GET', filtered('/nodes', { 'node.label': ['zone=a'] }));
  const zoned = {
    Name: 'zoned',
    TaskTemplate: {
      ContainerSpec: { Image: IMAGE },
      Placement: { Constraints: ['node.labels.zone == A', 'node.role==worker'] },
    },
    Mode: { Replicated: { Replicas: 1 } },
  };
  await player.step('POST', '/services/create', zoned, 'where the label is');
  await player.until<TaskRow[]>(tasksOf('zoned'), ([task]) => task?.Status.State === 'running');
  await update(player, worker, 'label gone', ACTIVE);
  const rows = await player.until<TaskRow[]>(
    tasksOf('zoned'),
    (tasks) => tasks.length === 2 && tasks.every(({ Status }) => Status.Err !== undefined),
  );
  const words = rows.map(({ Status, DesiredState }) =>
    [DesiredState, Status.State, Status.Err].join(' '),
  );
  player.keepWords('tasks without a node', words);
  await player.step('GET', tasksOf('zoned'));
  await player.step('DELETE', '/services/zoned');
}

async function changeRole(player: Player, worker: string): Promise<void> {
  await update(player, worker, 'promote', { ...ACTIVE, Role: 'manager' });
  await player.until<NodeRow>(
    `/nodes/${worker}`,
    ({ ManagerStatus: status }) => status?.Reachability === 'reachable',
  );
  await player.stepNamed('GET /nodes/{promoted}', `/nodes/${worker}`);
  await update(player, worker, 'demote', ACTIVE);
  await player.until<NodeRow>(
    `/nodes/${worker}`,
    ({ ManagerStatus: status }) => status === undefined,
  );
  await player.stepNamed('GET /nodes/{demoted}', `/nodes/${worker}`);
}
