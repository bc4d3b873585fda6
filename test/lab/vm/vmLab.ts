import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type UnpackedEngine, ensureEngine } from '../../../scripts/setup/engines';
import { askEngine } from '../engineApi';
import { buildRootTar, importArguments } from '../images';
import { engineCache } from '../lab';
import { withLabLock } from '../labState';
import { checkName } from '../layout';
import { createNamespace, namespacePath, runInside, setSysctl } from '../namespaces';
import {
  type CommandResult,
  type ProcessRef,
  isAlive,
  readProcess,
  run,
  until,
  startDetached,
} from '../processes';
import { clearSwarm, formSwarm } from '../swarm';
import { removeVm, removeVmLeftovers } from './cleanUp';
import { ensureGuestImage, vmCache } from './guestImage';
import {
  commandPort,
  guestAddress,
  guestNamespace,
  hostAddress,
  ingressSandbox,
  startNodeScript,
} from './guestScripts';
import { runInGuest } from './guestShell';
import { type IpvsService, parseIpvs } from './ipvs';
import { lastWords, startQemu } from './qemu';
import { findMissingVmRequirements } from './requirements';
import {
  type VmNode,
  type VmState,
  readVmState,
  vmFolder,
  vmNamespace,
  writeVmState,
} from './vmState';

const repository = path.resolve(fileURLToPath(import.meta.url), '../../../..');
const tap = 'tap0';

/**
 * Deadlines in milliseconds, for a machine whose two cores are busy: emulated, an engine takes some
 * 20 s to answer on a quiet one. Starved heartbeats would move every task, hence so few of them.
 */
const patience = { boot: 480_000, engine: 480_000, command: 120_000 };
const pace = { heartbeatMs: 60_000, stepMs: 480_000, lookMs: 1_000 };

/** The image that answers with its container's host name. */
export const hostnameImage = 'swarmscope/hostname:latest';

/** What VM to bring up; each part has a default. */
export interface VmOptions {
  /** Default `vm`. One of that name that is up already is taken down first. */
  readonly name?: string;
  /** True lets the VM outlive this process; else the next `createVmLab` counts it as a leftover. */
  readonly detached?: boolean;
  readonly log?: (line: string) => void;
}

/** Brings a swarm of three up in a VM of its own, always from the same fresh disk. */
export async function createVmLab(options: VmOptions = {}): Promise<VmLab> {
  const missing = await findMissingVmRequirements();
  if (missing.length > 0) throw new Error(missing.join(' '));
  const name = checkName(options.name ?? 'vm');
  const { log } = options;
  const withLog = log === undefined ? {} : { log };
  const engine = await ensureEngine('oldest', { cacheDir: engineCache, ...withLog });
  const image = await ensureGuestImage(engine, { cacheDir: vmCache, ...withLog });
  await withLabLock(async () => await removeVmLeftovers(name));
  const lab = VmLab.claim(name, engine, log);
  try {
    await lab.start(image);
    if (options.detached === true) lab.detach();
    return lab;
  } catch (error) {
    await lab.down();
    throw error;
  }
}

/** Opens a VM that is up already; undefined when there is none of that name. */
export async function openVmLab(name = 'vm'): Promise<VmLab | undefined> {
  const state = readVmState(name);
  if (state === undefined || !state.ready) return undefined;
  return new VmLab(state, await ensureEngine('oldest', { cacheDir: engineCache }));
}

/** A swarm of three real engines on a kernel with IPVS, inside one emulated VM. */
export class VmLab {
  constructor(
    private state: VmState,
    private readonly engine: UnpackedEngine,
    private readonly log: (line: string) => void = () => undefined,
  ) {}

  /** Writes the state file before anything is made, so that a crash leaves a trail. */
  static claim(name: string, engine: UnpackedEngine, log?: (line: string) => void): VmLab {
    const folder = vmFolder(name);
    const nodes = [1, 2, 3].map((index): VmNode => ({
      name: `node${index}`,
      address: guestAddress.replace(/\d+$/, String(10 + index)),
      role: index === 1 ? 'manager' : 'worker',
      socket: path.join(folder, `node${index}.sock`),
    }));
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    const state: VmState = {
      name,
      folder,
      netns: namespacePath(vmNamespace(name)),
      engineVersion: engine.version,
      nodes,
      qemu: undefined,
      relay: undefined,
      owner: readProcess(process.pid),
      ready: false,
    };
    writeVmState(state);
    return new VmLab(state, engine, log);
  }

  /** The state as written for other processes. */
  get record(): VmState {
    return this.state;
  }

  /** The manager first, then the workers. */
  get nodes(): readonly VmNode[] {
    return this.state.nodes;
  }

  get manager(): VmNode {
    return this.node('node1');
  }

  /** Path of the docker command that fits the engines. */
  get dockerCli(): string {
    return this.engine.dockerCli;
  }

  /** Finds a node by name; throws with the names there are. */
  node(name: string): VmNode {
    const found = this.nodes.find((node) => node.name === name);
    if (found !== undefined) return found;
    const names = this.nodes.map((node) => node.name).join(', ');
    throw new Error(`There is no node "${name}" in VM ${this.state.name}; there are ${names}.`);
  }

  /** Boots the VM and forms the swarm in it; `createVmLab` calls it once. */
  async start(image: Parameters<typeof startQemu>[0]): Promise<void> {
    const { folder, netns } = this.state;
    await createNetwork(netns);
    this.update({ relay: this.startRelay() });
    const qemu = startQemu(image, { folder, netns, tap });
    this.update({ qemu });
    await this.untilAlive('the VM listens', patience.boot, async () => {
      return await runInGuest(this.commandSocket, 'true', 5_000).then(
        ({ exitCode }) => exitCode === 0,
        () => false,
      );
    });
    this.log('The VM runs');
    await Promise.all(this.nodes.map(async (node) => await this.startNode(node)));
    this.log(`${this.nodes.length} engines answer (Docker ${this.engine.version})`);
    await formSwarm(this.nodes, pace);
    this.log('The swarm is formed');
    const tar = await buildRootTar(folder);
    const args = importArguments(tar, hostnameImage, {});
    await Promise.all(this.nodes.map(async ({ name }) => await this.docker(name, args)));
    this.update({ ready: true });
  }

  /** Lets the VM outlive this process. */
  detach(): void {
    this.update({ owner: undefined });
  }

  /** Tells whether QEMU and the relay still run. */
  isWhole(): boolean {
    return [this.state.qemu, this.state.relay].every((ref) => ref !== undefined && isAlive(ref));
  }

  /** Runs a shell script inside the VM as root; rejects with its output when it fails. */
  async guest(script: string): Promise<string> {
    const { stdout, exitCode } = await runInGuest(this.commandSocket, script, patience.command);
    if (exitCode !== 0) throw new Error(`In the VM, ${script} ended with ${exitCode}: ${stdout}`);
    return stdout;
  }

  /** Runs a shell script in the network namespace of a node. */
  async atNode(node: string, script: string): Promise<string> {
    return await this.inNamespace(guestNamespace(this.node(node).name), script);
  }

  /** Reads the balancer in a node's ingress sandbox: its services and how much each task got. */
  async ipvs(node: string): Promise<IpvsService[]> {
    const sandbox = ingressSandbox(this.node(node).name);
    return parseIpvs(await this.inNamespace(sandbox, 'ipvsadm -L -n --stats --exact'));
  }

  /** Drops everything on the data path (VXLAN, 4789 udp) at a node, or lets it pass again. */
  async setVxlan(node: string, state: 'dropped' | 'open'): Promise<void> {
    const match = '-p udp --dport 4789 -j DROP';
    // The raw table comes before all others, so none of the engine's own rules can let a packet by.
    // Nothing else stands in it.
    const rules = ['iptables -w -t raw -F'];
    if (state === 'dropped') {
      rules.push(
        ...['PREROUTING', 'OUTPUT'].map((chain) => `iptables -w -t raw -A ${chain} ${match}`),
      );
    }
    await this.atNode(node, rules.join(' && '));
  }

  /** Runs the engine's own docker command, outside the VM, at a node. */
  async docker(node: string, args: readonly string[]): Promise<CommandResult> {
    const env = {
      PATH: process.env['PATH'] ?? '',
      DOCKER_CONFIG: path.join(this.state.folder, 'cli'),
    };
    const host = `unix://${this.node(node).socket}`;
    return await run(this.dockerCli, ['--host', host, ...args], { env, extendEnv: false });
  }

  /** Runs a program of this machine in the one namespace that reaches the nodes' addresses. */
  async runAsClient(
    file: string,
    args: readonly string[],
    options: Parameters<typeof run>[2] = {},
  ): Promise<CommandResult> {
    return await runInside(this.state.netns, file, args, options);
  }

  /** Brings the swarm back to how it was made: every node active, no services, nothing dropped. */
  async reset(): Promise<void> {
    for (const { name } of this.nodes) {
      await this.setVxlan(name, 'open');
      await this.docker(this.manager.name, ['node', 'update', '--availability', 'active', name]);
    }
    await clearSwarm(this.manager, pace);
  }

  /** Ends and deletes everything; safe to call twice. */
  async down(): Promise<void> {
    await removeVm(this.state.name);
  }

  private get commandSocket(): string {
    return path.join(this.state.folder, 'guest.sock');
  }

  private async inNamespace(namespace: string, script: string): Promise<string> {
    return await this.guest(`nsenter --net=${namespace} sh -c '${script}'`);
  }

  private async startNode(node: VmNode): Promise<void> {
    await this.guest(startNodeScript(node));
    await this.untilAlive(`the engine of ${node.name} answers`, patience.engine, async () => {
      return await askEngine(node.socket, 'GET', '/_ping', undefined, 5_000).then(
        ({ status }) => status === 200,
        () => false,
      );
    });
  }

  /** Waits for a condition while QEMU runs; a failure comes with the last line of its console. */
  private async untilAlive(
    what: string,
    timeoutMs: number,
    condition: () => Promise<boolean>,
  ): Promise<void> {
    const { qemu, folder } = this.state;
    await until(
      what,
      async () => {
        if (qemu !== undefined && !isAlive(qemu)) throw new Error('QEMU has ended');
        return await condition();
      },
      timeoutMs,
      pace.lookMs,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)} (the VM said: ${lastWords(folder)})`, { cause: error });
    });
  }

  /** The relay is a process of its own inside the namespace, so that it outlives `lab up --vm`. */
  private startRelay(): ProcessRef {
    const tsx = createRequire(import.meta.url).resolve('tsx');
    const script = path.join(repository, 'test/lab/vm/relay.ts');
    const relays = [
      `${this.commandSocket}=${guestAddress}:${commandPort}`,
      ...this.nodes.map(({ socket, address }) => `${socket}=${address}:2375`),
    ];
    return startDetached(
      "The relay to the VM's engines",
      'nsenter',
      [`--net=${this.state.netns}`, process.execPath, '--import', tsx, script, ...relays],
      {
        cwd: repository,
      },
    );
  }

  private update(change: Partial<VmState>): void {
    this.state = { ...this.state, ...change };
    writeVmState(this.state);
  }
}

/** A namespace with nothing but the VM's end of a cable: no way out of the machine, none into it. */
async function createNetwork(netns: string): Promise<void> {
  const name = path.basename(netns);
  await createNamespace(name);
  await setSysctl(netns, 'net.ipv4.ip_forward', '0');
  await runInside(netns, 'ip', ['tuntap', 'add', 'dev', tap, 'mode', 'tap']);
  await run('ip', ['-n', name, 'addr', 'add', `${hostAddress}/24`, 'dev', tap]);
  await run('ip', ['-n', name, 'link', 'set', tap, 'up']);
}
