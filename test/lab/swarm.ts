import { type EngineAnswer, askEngine, getJson } from './engineApi';
import type { NodeState } from './labState';
import { until } from './processes';

const clusterPort = 2377;

interface SwarmInfo {
  readonly Swarm: { readonly LocalNodeState: string };
}

/** What forming a swarm needs to know of a node. */
export type SwarmMember = Pick<NodeState, 'name' | 'address' | 'role' | 'socket'>;

/** How a swarm of slow machines differs. */
export interface SwarmPace {
  /** Milliseconds between two heartbeats of a node; 5,000 is the engine's own. */
  readonly heartbeatMs: number;
  /** Deadline of each step in milliseconds. */
  readonly stepMs: number;
  /** Milliseconds between two looks at the nodes. */
  readonly lookMs: number;
}

const usualPace: SwarmPace = { heartbeatMs: 5_000, stepMs: 60_000, lookMs: 50 };

/** Makes the first manager's swarm and joins all others to it; settles when every node is ready. */
export async function formSwarm(
  nodes: readonly SwarmMember[],
  pace: SwarmPace = usualPace,
): Promise<void> {
  const [first, ...others] = nodes.filter((node) => node.role !== 'lone');
  if (first === undefined) throw new Error('A lab needs at least one node.');
  await post(first, '/swarm/init', pace, {
    AdvertiseAddr: first.address,
    ListenAddr: listenOn(first),
    // The unit is nanoseconds.
    Spec: { Dispatcher: { HeartbeatPeriod: pace.heartbeatMs * 1_000_000 } },
  });
  const { JoinTokens: tokens } = await getJson<{ JoinTokens: { Worker: string; Manager: string } }>(
    first.socket,
    '/swarm',
  );
  const join = async (node: SwarmMember): Promise<void> => {
    await joinSwarm(node, pace, {
      AdvertiseAddr: node.address,
      ListenAddr: listenOn(node),
      RemoteAddrs: [`${first.address}:${clusterPort}`],
      JoinToken: node.role === 'manager' ? tokens.Manager : tokens.Worker,
    });
  };
  // Managers one after the other: raft takes one change of its members at a time.
  for (const node of others.filter((other) => other.role === 'manager')) await join(node);
  await Promise.all(others.filter((other) => other.role === 'worker').map(join));
  await until(
    'all nodes of the swarm are ready and take part in the routing mesh',
    async () =>
      (await allReady(first, others.length + 1)) &&
      (await Promise.all([first, ...others].map(hasIngressSandbox))).every(Boolean),
    pace.stepMs,
    pace.lookMs,
  );
}

/** Removes all services, user networks, secrets and configs, and waits until their tasks are gone. */
export async function clearSwarm(
  manager: SwarmMember,
  pace: Pick<SwarmPace, 'stepMs' | 'lookMs'> = { stepMs: 90_000, lookMs: 50 },
): Promise<void> {
  const remove = async (kind: string): Promise<void> => {
    const objects = await getJson<{ ID?: string; Id?: string; Ingress?: boolean }[]>(
      manager.socket,
      kind === 'networks'
        ? `/networks?filters=${encodeURIComponent('{"scope":["swarm"]}')}`
        : `/${kind}`,
    );
    for (const object of objects.filter((candidate) => candidate.Ingress !== true)) {
      await askEngine(manager.socket, 'DELETE', `/${kind}/${object.ID ?? object.Id ?? ''}`);
    }
  };
  await remove('services');
  await until(
    'all tasks are gone',
    async () => (await getJson<unknown[]>(manager.socket, '/tasks')).length === 0,
    pace.stepMs,
    pace.lookMs,
  );
  for (const kind of ['networks', 'secrets', 'configs']) await remove(kind);
}

/** An engine waits for its join for 20 s and goes on with it after that: a busy machine takes longer. */
async function joinSwarm(node: SwarmMember, pace: SwarmPace, body: unknown): Promise<void> {
  const answer = await askEngine(node.socket, 'POST', '/swarm/join', body, pace.stepMs);
  if (answer.status === 503 && answer.body.includes('will continue in the background')) {
    const isMember = async (): Promise<boolean> =>
      (await getJson<SwarmInfo>(node.socket, '/info')).Swarm.LocalNodeState === 'active';
    await until(`${node.name} has joined the swarm`, isMember, pace.stepMs, pace.lookMs);
  } else if (answer.status >= 300) {
    throw refusal(node, '/swarm/join', answer);
  }
}

async function allReady(manager: SwarmMember, count: number): Promise<boolean> {
  const nodes = await getJson<{ Status?: { State?: string } }[]>(manager.socket, '/nodes').catch(
    () => [],
  );
  return nodes.filter((node) => node.Status?.State === 'ready').length === count;
}

async function hasIngressSandbox(node: SwarmMember): Promise<boolean> {
  const network = await getJson<{ Containers?: Record<string, unknown> | null }>(
    node.socket,
    '/networks/ingress',
  ).catch(() => undefined);
  return network?.Containers?.['ingress-sbox'] !== undefined;
}

function listenOn(node: SwarmMember): string {
  return `${node.address}:${clusterPort}`;
}

async function post(
  node: SwarmMember,
  path: string,
  { stepMs }: SwarmPace,
  body: unknown,
): Promise<void> {
  const answer = await askEngine(node.socket, 'POST', path, body, stepMs);
  if (answer.status >= 300) {
    throw refusal(node, path, answer);
  }
}

function refusal({ name }: SwarmMember, path: string, { status, body }: EngineAnswer): Error {
  return new Error(`POST ${path} at ${name}: ${status} ${body.slice(0, 300)}`);
}
