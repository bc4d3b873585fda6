import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { type Lab, createLab, openLab } from '../test/lab/lab';
import { removeLab } from '../test/lab/cleanUp';
import { type FaultKind, faultKinds, listLabs, withLabLock } from '../test/lab/labState';
import { isAlive } from '../test/lab/processes';
import { removeVm } from '../test/lab/vm/cleanUp';
import { type VmLab, createVmLab, hostnameImage, openVmLab } from '../test/lab/vm/vmLab';
import { listVms } from '../test/lab/vm/vmState';
import { type EngineChoice, engineChoices } from './setup/engines';

interface UpOptions {
  readonly name: string;
  readonly vm: boolean;
  readonly subnet?: string;
  readonly nodes: number;
  readonly managers: number;
  readonly engine: EngineChoice;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function parseCount(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

function nameOption(): Option {
  return new Option('--name <name>', 'which lab').default('lab');
}

function vmOption(...conflicts: readonly string[]): Option {
  return new Option('--vm', 'the swarm on real IPVS in an emulated VM')
    .default(false)
    .conflicts([...conflicts]);
}

/** Namespaces and VMs have names of their own; the first of each is called after its kind. */
function vmName(name: string): string {
  return name === 'lab' ? 'vm' : name;
}

async function requireLab(name: string): Promise<Lab> {
  const lab = await openLab(name);
  if (lab === undefined) throw new Error(`No lab named "${name}" is up: npm run lab -- up`);
  return lab;
}

async function up(options: UpOptions): Promise<void> {
  const started = Date.now();
  if (options.vm) {
    const lab = await createVmLab({ name: vmName(options.name), detached: true, log: say });
    say(`VM "${lab.record.name}" is up after ${((Date.now() - started) / 1000).toFixed(1)} s.`);
    tellVm(lab);
    return;
  }
  const lab = await createLab({ ...options, detached: true, log: say });
  say(`Lab "${lab.name}" is up after ${((Date.now() - started) / 1000).toFixed(1)} s.`);
  say('');
  for (const node of lab.nodes) say(describeNode(node));
  const client = `nsenter --net=${lab.clientNetns}`;
  const docker = `${client} ${lab.engine.dockerCli} -H ${lab.manager.tcpAddress}`;
  say('');
  say('The addresses are reached from the client namespace only. Next, for example:');
  say(
    `  ${docker} service create --no-resolve-image --name drupal --replicas 3 -p 8080:80 drupal:latest`,
  );
  say(`  ${client} curl http://${lab.manager.address}:8080/`);
  say(`  npm run lab -- fault link ${lab.nodes.at(-1)?.name ?? 'node1'} --name ${lab.name}`);
  say(`  npm run lab -- heal --name ${lab.name}`);
  say(`  npm run lab -- down --name ${lab.name}`);
}

function tellVm(lab: VmLab): void {
  const client = `nsenter --net=${lab.record.netns}`;
  const docker = `${lab.dockerCli} -H unix://${lab.manager.socket}`;
  say('');
  for (const { name, role, address, socket } of lab.nodes) {
    say(`  ${name}  ${role.padEnd(7)}  ${address}  unix://${socket}`);
  }
  say('');
  say('The sockets are relayed to the engines; the addresses are reached from the VM’s namespace:');
  say(`  ${docker} service create --no-resolve-image -p 8080:80 ${hostnameImage}`);
  say(`  ${client} curl http://${lab.manager.address}:8080/`);
  say(`  npm run lab -- down --vm --name ${lab.record.name}`);
}

async function vmStatus(): Promise<void> {
  const names = listVms();
  if (names.length === 0) say('No VM is up.');
  for (const name of names) {
    const lab = await openVmLab(name);
    if (lab === undefined) {
      say(`${name}: unfinished or broken; "npm run lab -- down --vm --name ${name}" removes it`);
      continue;
    }
    const life = lab.isWhole() ? `pid ${lab.record.qemu?.pid ?? 0}` : 'it has ended';
    say(`${name}: Docker ${lab.record.engineVersion} in a VM, client ${lab.record.netns}, ${life}`);
    for (const { name: node, role, address, socket } of lab.nodes) {
      say(`  ${node}  ${role.padEnd(7)}  ${address}  unix://${socket}`);
    }
  }
}

async function status(): Promise<void> {
  const names = listLabs();
  if (names.length === 0) say('No lab is up.');
  for (const name of names) {
    const lab = await openLab(name);
    if (lab === undefined) {
      say(`${name}: unfinished or broken; "npm run lab -- down --name ${name}" removes it`);
      continue;
    }
    const { record } = lab;
    say(`${name}: Docker ${record.engineVersion}, subnet ${lab.subnet}, client ${lab.clientNetns}`);
    for (const node of lab.nodes) say(describeNode(node));
    const { watcher } = record;
    say(`  mesh stand-in ${watcher !== undefined && isAlive(watcher) ? 'runs' : 'has ended'}`);
    for (const fault of record.faults) say(`  fault: ${fault.kind} at ${fault.node}`);
  }
}

function describeNode(node: Lab['nodes'][number]): string {
  const alive = node.daemon !== undefined && isAlive(node.daemon);
  const life = alive ? `pid ${node.daemon?.pid ?? 0}` : 'its dockerd has ended';
  return `  ${node.name}  ${node.role.padEnd(7)}  ${node.tcpAddress}  unix://${node.socket}  ${life}`;
}

async function main(): Promise<void> {
  // A reader that closes early (`| head`) must not end `up` half-way.
  process.stdout.on('error', () => undefined);
  const program = new Command('lab').description('A real Docker Swarm on this machine, for tests.');
  program
    .command('up')
    .description('bring a swarm up and leave it up')
    .addOption(nameOption())
    .addOption(vmOption('subnet', 'nodes', 'managers', 'engine'))
    .option('--subnet <subnet>', 'a /24; by default the first free one of 10.77.N.0/24')
    .option('--nodes <number>', 'how many nodes', parseCount, 3)
    .option('--managers <number>', 'how many of them are managers', parseCount, 1)
    .addOption(
      new Option('--engine <version>', 'which engine').choices(engineChoices).default('oldest'),
    )
    .action(up);
  program
    .command('status')
    .description('list labs, nodes and faults')
    .addOption(vmOption())
    .action(async ({ vm }: { vm: boolean }) => await (vm ? vmStatus() : status()));
  program
    .command('fault')
    .description('put a fault in force at a node')
    .addArgument(new Argument('<kind>', 'which fault').choices(faultKinds))
    .argument('<node>', 'such as node3')
    .addOption(nameOption())
    .action(async (kind: FaultKind, node: string, options: { name: string }) => {
      await (await requireLab(options.name)).fault(kind, node);
      say(`${kind} fault is in force at ${node}.`);
    });
  program
    .command('heal')
    .description('lift all faults')
    .addOption(nameOption())
    .action(async (options: { name: string }) => {
      await (await requireLab(options.name)).heal();
      say('All faults are lifted.');
    });
  program
    .command('down')
    .description('end and delete a lab, whole or broken')
    .addOption(nameOption())
    .addOption(vmOption())
    .action(async (options: { name: string; vm: boolean }) => {
      if (options.vm) {
        await removeVm(vmName(options.name));
        say(`VM "${vmName(options.name)}" is down.`);
        return;
      }
      await withLabLock(async () => await removeLab(options.name));
      say(`Lab "${options.name}" is down.`);
    });
  await program.parseAsync();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
