import { systemClock } from '../../../src/common/clock';
import { silentLogger } from '../../../src/common/logger';
import { createEngine } from '../../../src/docker/dockerodeEngine';
import type { Engine } from '../../../src/docker/engine';
import { buildServiceBody, type ServiceSpec } from '../../../src/docker/requestBodies';
import type { SwarmSnapshot } from '../../../src/model/snapshot';
import { buildRoutingView } from '../../../src/routing/buildRoutingView';
import type { PortRoute, RouteBackend, RoutingView } from '../../../src/shared/routingView';
import { ALL_PARTS, RecordLoader } from '../../../src/store/recordLoader';
import { until } from '../../lab/processes';
import type { VmLab } from '../../lab/vm/vmLab';
import { hostnameImage } from '../../lab/vm/vmLab';

/** Deadline of each wait and each call in milliseconds: the VM may share two cores with others. */
const deadlines = { wait: 240_000, call: 60_000 };

/** What the product makes of the swarm at one moment. */
export interface Look {
  readonly snapshot: SwarmSnapshot;
  readonly view: RoutingView;
}

/** The swarm of a VM as the product sees it, and the few changes that the suite makes to it. */
export class VmSwarm {
  private constructor(
    private readonly lab: VmLab,
    private readonly engine: Engine,
    private readonly loader: RecordLoader,
  ) {}

  /** Connects to the manager with the product's own client. */
  static async open(lab: VmLab): Promise<VmSwarm> {
    const { socket } = lab.manager;
    const engine = createEngine(
      { kind: 'unix', path: socket },
      { address: `unix://${socket}`, logger: silentLogger, callDeadline: deadlines.call },
    );
    await engine.connect();
    return new VmSwarm(lab, engine, new RecordLoader(engine, systemClock, await engine.info()));
  }

  /** Reads everything anew. */
  async look(): Promise<Look> {
    const parts = new Set(ALL_PARTS);
    const snapshot = await this.loader.load(parts, AbortSignal.timeout(deadlines.wait));
    const connection = { id: 'vm', name: 'vm', source: 'setting', address: '' } as const;
    const none = { nodeAddresses: new Map(), probes: new Map() };
    return {
      snapshot,
      view: buildRoutingView(snapshot, { connection, ...none, simulated: false }),
    };
  }

  /** Creates a service of the image that names its container, published as `ports` say. */
  async publish(
    name: string,
    replicas: number,
    port: Pick<ServiceSpec['ports'][number], 'publishedPort' | 'mode'>,
  ): Promise<void> {
    const body = buildServiceBody({
      name,
      image: hostnameImage,
      networks: [],
      mode: { kind: 'replicated', replicas },
      ports: [{ protocol: 'tcp', targetPort: 80, ...port }],
      env: [],
    });
    await this.engine.createService(body);
  }

  /** Asks for another number of tasks. */
  async scale(name: string, replicas: number): Promise<void> {
    const id = await this.serviceId(name);
    await this.insist(`${name} is scaled to ${replicas}`, async () => {
      const { version, spec } = await this.engine.serviceState(id);
      if (spec.Mode?.Replicated?.Replicas === replicas) return true;
      const scaled = { ...spec, Mode: { Replicated: { Replicas: replicas } } };
      await this.engine.updateService(id, { version, spec: scaled });
      return false;
    });
  }

  /** Removes a service; its tasks end later. */
  async remove(name: string): Promise<void> {
    await this.engine.removeService(await this.serviceId(name));
  }

  /** Changes what a node may be given. */
  async setAvailability(node: string, availability: 'active' | 'pause' | 'drain'): Promise<void> {
    const { id } = (await this.engine.nodes()).find(({ hostname }) => hostname === node) ?? {};
    if (id === undefined) throw new Error(`The swarm has no node ${node}.`);
    await this.insist(`${node} is ${availability}`, async () => {
      const { version, spec } = await this.engine.nodeSpec(id);
      if (spec.Availability === availability) return true;
      await this.engine.updateNode(id, { version, spec: { ...spec, Availability: availability } });
      return false;
    });
  }

  /**
   * Waits until a port's running tasks are as wanted and every node's balancer passes connections to
   * exactly these; only then does the next connection find what the product's view says.
   */
  async untilBalanced(
    what: string,
    published: number,
    fits: (active: readonly RouteBackend[]) => boolean,
  ): Promise<Look & { readonly route: PortRoute }> {
    let last: (Look & { readonly route: PortRoute }) | undefined;
    await this.insist(what, async () => {
      const look = await this.look();
      const route = look.view.routes.find(({ publishedPort }) => publishedPort === published);
      const active = route?.backends.filter((backend) => backend.active) ?? [];
      const whole = active.every(({ containerId }) => containerId !== undefined);
      if (route === undefined || !whole || !fits(active)) return false;
      const wanted = active.map(({ ingressAddress = '' }) => ingressAddress).toSorted();
      last = { ...look, route };
      return await this.everyBalancerHas(wanted);
    });
    if (last === undefined) throw new Error(`${what}: there was nothing to see.`);
    return last;
  }

  /** Waits for a condition that looks at the VM; a call that comes too late is made again. */
  async insist(what: string, condition: () => Promise<boolean>): Promise<void> {
    let problem = '';
    const patiently = async (): Promise<boolean> =>
      await condition().catch((error: unknown) => {
        problem = String(error);
        return false;
      });
    await until(what, patiently, deadlines.wait, 1_000).catch((error: unknown) => {
      throw new Error(`${String(error)} ${problem}`, { cause: error });
    });
  }

  dispose(): void {
    this.engine.dispose();
  }

  private async everyBalancerHas(wanted: readonly string[]): Promise<boolean> {
    const found = await Promise.all(this.lab.nodes.map(({ name }) => this.lab.ipvs(name)));
    return found.every((services) => {
      const servers = services.flatMap((service) => service.servers);
      return (
        servers
          .map(({ address }) => address)
          .toSorted()
          .join() === wanted.join()
      );
    });
  }

  private async serviceId(name: string): Promise<string> {
    const found = (await this.engine.services()).find((service) => service.name === name);
    if (found === undefined) throw new Error(`The swarm has no service ${name}.`);
    return found.id;
  }
}
