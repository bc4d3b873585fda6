import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EngineChoice, type UnpackedEngine, ensureEngine } from '../../scripts/setup/engines';
import { removeLab, removeLeftovers } from './cleanUp';
import { engineAddress, startDaemon } from './daemons';
import { applyFault, liftFault } from './faults';
import { type ImageOptions, buildRootTar, importArguments } from './images';
import {
  type FaultKind,
  type LabState,
  type NodeState,
  type NodeTls,
  labFolder,
  readState,
  withLabLock,
  writeState,
} from './labState';
import { addressIn, checkName, chooseSubnet, planNode, planNodes } from './layout';
import {
  clientNamespace,
  createBridge,
  createNodeNamespace,
  ensureClientNamespace,
  interfaceName,
  namespacePath,
  runInside,
} from './namespaces';
import { type CommandResult, isAlive, readProcess, run, startDetached } from './processes';
import { findMissingRequirements } from './requirements';
import { clearSwarm, formSwarm } from './swarm';

const repository = path.resolve(fileURLToPath(import.meta.url), '../../..');

/** Folder under which engines are unpacked. */
export const engineCache = path.join(repository, '.cache', 'engines');

/** What lab to bring up; each part has a default. */
export interface LabOptions {
  /** Default `lab`. A lab of that name that is up already is taken down first. */
  readonly name?: string;
  /** A /24 such as `10.77.0.0/24`; by default the first of 10.77.N.0/24 that is free. */
  readonly subnet?: string;
  /** Number of nodes, 3 by default. */
  readonly nodes?: number;
  /** How many of them are managers, 1 by default. */
  readonly managers?: number;
  /** Default `oldest`. */
  readonly engine?: EngineChoice;
  /** Gives the files with which a node's engine serves mutual TLS; plain HTTP when omitted. */
  readonly tls?: (node: Pick<NodeState, 'name' | 'address'>) => NodeTls;
  /** True lets the lab outlive this process; else its next `createLab` counts it as a leftover. */
  readonly detached?: boolean;
  readonly log?: (line: string) => void;
}

/** Brings a real swarm up, after removing leftovers; rejects with a sentence when it cannot. */
export async function createLab(options: LabOptions = {}): Promise<Lab> {
  const missing = await findMissingRequirements();
  if (missing.length > 0) throw new Error(missing.join(' '));
  const name = checkName(options.name ?? 'lab');
  const log = options.log ?? (() => undefined);
  const engine = await ensureEngine(options.engine ?? 'oldest', { cacheDir: engineCache, log });
  await withLabLock(async () => await removeLeftovers(name));
  const lab = await withLabLock(async () => await claim(name, options, engine));
  try {
    await lab.start();
    if (options.detached === true) lab.detach();
    return lab;
  } catch (error) {
    await lab.down();
    throw error;
  }
}

/** Opens a lab that is up already; undefined when there is none of that name. */
export async function openLab(name = 'lab'): Promise<Lab | undefined> {
  const state = readState(name);
  if (state === undefined || !state.ready) return undefined;
  return new Lab(state, await ensureEngine(state.engine, { cacheDir: engineCache }));
}

/** Writes the state file before anything is made, so that a crash leaves a trail. */
async function claim(name: string, options: LabOptions, engine: UnpackedEngine): Promise<Lab> {
  const subnet = chooseSubnet(options.subnet);
  const nodes = planNodes(name, subnet, {
    nodes: options.nodes ?? 3,
    managers: options.managers ?? 1,
  }).map((node) => (options.tls === undefined ? node : { ...node, tls: options.tls(node) }));
  const state: LabState = {
    name,
    folder: labFolder(name),
    subnet,
    bridge: interfaceName(name, 'br'),
    clientNetns: namespacePath(clientNamespace),
    engine: options.engine ?? 'oldest',
    engineVersion: engine.version,
    nodes,
    watcher: undefined,
    faults: [],
    // A detached lab belongs to this process too until it is whole.
    owner: readProcess(process.pid),
    ready: false,
  };
  mkdirSync(state.folder, { recursive: true, mode: 0o711 });
  writeState(state);
  await ensureClientNamespace();
  await createBridge(state.bridge, addressIn(subnet, 1));
  return new Lab(state, engine, options.log);
}

/** A node as users of a lab see it. */
export interface LabNode extends NodeState {
  /** Such as `tcp://10.77.0.11:2375`, 2376 with TLS; reached from the client namespace only. */
  readonly tcpAddress: string;
}

/** A real swarm of real engines on this machine, each node in a network namespace of its own. */
export class Lab {
  constructor(
    private state: LabState,
    /** The engine that all nodes run. */
    readonly engine: UnpackedEngine,
    private readonly log: (line: string) => void = () => undefined,
  ) {}

  get name(): string {
    return this.state.name;
  }

  get folder(): string {
    return this.state.folder;
  }

  get subnet(): string {
    return this.state.subnet;
  }

  /** Path of the one namespace that reaches the nodes of every lab. */
  get clientNetns(): string {
    return this.state.clientNetns;
  }

  /** Managers first, then workers, then engines outside the swarm. */
  get nodes(): readonly LabNode[] {
    return this.state.nodes.map((node) => ({
      ...node,
      tcpAddress: engineAddress(node),
    }));
  }

  /** The first manager. */
  get manager(): LabNode {
    return this.node('node1');
  }

  /** The state as written for other processes. */
  get record(): LabState {
    return this.state;
  }

  /** Finds a node by name; throws with the names there are. */
  node(name: string): LabNode {
    const found = this.nodes.find((node) => node.name === name);
    if (found !== undefined) return found;
    const names = this.nodes.map((node) => node.name).join(', ');
    throw new Error(`There is no node "${name}" in lab ${this.name}; there are ${names}.`);
  }

  /** Makes namespaces, engines, swarm, images and the mesh stand-in; `createLab` calls it once. */
  async start(): Promise<void> {
    const tar = buildRootTar(this.folder);
    await Promise.all(this.state.nodes.map(async (node) => await this.startNode(node)));
    this.log(`${this.state.nodes.length} engines answer (Docker ${this.engine.version})`);
    await formSwarm(this.state.nodes);
    this.log('The swarm is formed');
    this.startWatcher();
    await tar;
    await this.importImage('swarmscope/hostname:latest');
    await this.importImage('drupal:latest');
    await this.importImage('postgres:latest', { port: 5432 });
    this.update({ ready: true });
  }

  /** Lets the lab outlive this process. */
  detach(): void {
    this.update({ owner: undefined });
  }

  /** Makes an image of busybox on every node; by default its container serves its own host name. */
  async importImage(name: string, options: ImageOptions = {}): Promise<void> {
    const tar = await buildRootTar(this.folder);
    const args = importArguments(tar, name, options);
    await Promise.all(this.state.nodes.map(async (node) => await this.docker(node.name, args)));
  }

  /** Runs the engine's own docker command at a node; rejects with its stderr unless told otherwise. */
  async docker(
    node: string,
    args: readonly string[],
    options: Parameters<typeof run>[2] = {},
  ): Promise<CommandResult> {
    const { socket } = this.node(node);
    // A configuration folder of its own: no context or credential of the person's is used.
    const env = { PATH: process.env['PATH'] ?? '', DOCKER_CONFIG: path.join(this.folder, 'cli') };
    return await run(this.engine.dockerCli, ['--host', `unix://${socket}`, ...args], {
      env,
      extendEnv: false,
      ...options,
    });
  }

  /** Runs a program in the client namespace, from which every node is reached. */
  async runAsClient(
    file: string,
    args: readonly string[],
    options: Parameters<typeof run>[2] = {},
  ): Promise<CommandResult> {
    return await runInside(this.clientNetns, file, args, options);
  }

  /** Starts one more engine, reached like a node but outside any swarm. */
  async startLoneEngine(): Promise<LabNode> {
    const index = this.state.nodes.filter((node) => node.role === 'lone').length + 1;
    const node = planNode(this.name, this.subnet, { index, role: 'lone' });
    this.update({ nodes: [...this.state.nodes, node] });
    await this.startNode(node);
    return this.node(node.name);
  }

  /** Puts a fault in force at a node and writes it down for `heal`. */
  async fault(kind: FaultKind, nodeName: string): Promise<void> {
    const node = this.node(nodeName);
    const others = this.state.faults.filter(
      (fault) => fault.kind !== kind || fault.node !== nodeName,
    );
    // Written first: a fault that was only half put in force must be lifted too.
    this.update({ faults: [...others, { kind, node: nodeName }] });
    await applyFault(kind, node);
  }

  /** Lifts every fault; a killed daemon is started again. The swarm needs some seconds more. */
  async heal(): Promise<void> {
    for (const fault of this.state.faults) {
      const started = await liftFault(fault.kind, this.node(fault.node), this.engine);
      if (started !== undefined) this.updateNode(fault.node, { daemon: started });
    }
    this.update({ faults: [] });
  }

  /** Brings the lab back to how `up` left it: no faults, services, networks, secrets or configs. */
  async reset(): Promise<void> {
    await this.heal();
    await clearSwarm(this.manager);
  }

  /** Tells whether each engine and the mesh stand-in still run. */
  isWhole(): boolean {
    const refs = [...this.state.nodes.map((node) => node.daemon), this.state.watcher];
    return refs.every((ref) => ref !== undefined && isAlive(ref));
  }

  /** Ends and deletes everything; safe to call twice. */
  async down(): Promise<void> {
    await withLabLock(async () => await removeLab(this.name));
  }

  private async startNode(node: NodeState): Promise<void> {
    await createNodeNamespace({
      namespace: path.basename(node.netns),
      bridge: this.state.bridge,
      link: node.link,
      address: node.address,
    });
    const daemon = await startDaemon(node, this.engine);
    this.updateNode(node.name, { daemon });
  }

  /** The mesh stand-in is a process of its own in every case, so that it outlives `lab up`. */
  private startWatcher(): void {
    const tsx = createRequire(import.meta.url).resolve('tsx');
    const script = path.join(repository, 'test', 'lab', 'meshWatcher.ts');
    const watcher = startDetached(
      'The mesh stand-in',
      process.execPath,
      ['--import', tsx, script, this.name],
      {
        cwd: repository,
      },
    );
    this.update({ watcher });
  }

  private updateNode(name: string, change: Partial<NodeState>): void {
    const nodes = this.state.nodes.map((node) =>
      node.name === name ? { ...node, ...change } : node,
    );
    this.update({ nodes });
  }

  private update(change: Partial<LabState>): void {
    this.state = { ...this.state, ...change };
    writeState(this.state);
  }
}
