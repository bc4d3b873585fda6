import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { Command, Option } from 'commander';
import { createLab, type Lab } from '../test/lab/lab';
import { deployLesson } from '../test/lab/lesson';
import { quietSettings, startServer, workbenchUrl } from '../test/vscodeHost/server';
import { build, root } from './build';
import { SystemRunner } from './setup/commandRunner';
import { prepare, thisMachine, type Part } from './setup/prepare';

interface DemoOptions {
  readonly lab: boolean;
  readonly host: 'auto' | 'desktop' | 'private';
  readonly install: boolean;
}

/** Which swarm VS Code is opened on. */
interface Target {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  readonly netns?: string;
}

const log = (line: string): void => console.log(line);
const starter = path.join(root, 'test/demoStarter');

/** Acts that undo what was started, last first; they run once, however the demo ends. */
class Ending {
  private readonly acts: (() => Promise<unknown>)[] = [];

  add(act: () => Promise<unknown>): void {
    this.acts.push(act);
  }

  async run(): Promise<void> {
    for (const act of this.acts.splice(0).toReversed()) {
      await act().catch((error: unknown) => console.error(error));
    }
  }
}

function parseArguments(): DemoOptions {
  return new Command('npm run demo --')
    .description('Opens VS Code with Swarmscope on the simulated demo swarm, or on a real one.')
    .option('--lab', 'a real three-node swarm on this machine (Linux, root)', false)
    .addOption(
      new Option('--host <kind>', 'which VS Code to open')
        .choices(['auto', 'desktop', 'private'])
        .default('auto'),
    )
    .option('--no-install', 'install no system package')
    .parse()
    .opts<DemoOptions>();
}

/** A desktop VS Code, where there is a display and one is installed or can be downloaded. */
async function findDesktop(): Promise<string | undefined> {
  const display =
    process.platform !== 'linux' ||
    process.env['DISPLAY'] !== undefined ||
    process.env['WAYLAND_DISPLAY'] !== undefined;
  if (!display) {
    return undefined;
  }
  const installed = await new SystemRunner().run(process.platform === 'win32' ? 'where' : 'which', [
    'code',
  ]);
  if (installed.exitCode === 0) {
    return installed.stdout.split('\n')[0]?.trim();
  }
  log('Downloading VS Code…');
  try {
    return await downloadAndUnzipVSCode({ timeout: 20_000, reporter: { report() {}, error() {} } });
  } catch {
    log('It cannot be downloaded here.');
    return undefined;
  }
}

async function openDesktop(executable: string, target: Target, ending: Ending): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'swarmscope-demo-'));
  ending.add(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  const settings = path.join(folder, 'user/User');
  await mkdir(settings, { recursive: true });
  await writeFile(
    path.join(settings, 'settings.json'),
    JSON.stringify({ ...quietSettings, ...target.settings }),
  );
  const args = [
    `--user-data-dir=${path.join(folder, 'user')}`,
    `--extensions-dir=${path.join(folder, 'extensions')}`,
    `--extensionDevelopmentPath=${root}`,
    `--extensionDevelopmentPath=${starter}`,
    '--new-window',
    '--wait',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
  const inside = target.netns === undefined ? [] : ['nsenter', `--net=${target.netns}`];
  const [program = '', ...rest] = [...inside, executable, ...args];
  const child = spawn(program, rest, { stdio: 'ignore', env: { ...process.env, ...target.env } });
  ending.add(async () => {
    child.kill();
  });
  log('VS Code is open with Swarmscope. Close it or press Ctrl-C here to end the demo.');
  await once(child, 'exit');
}

async function openPrivate(target: Target, ending: Ending): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'swarmscope-demo-'));
  ending.add(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  await writeFile(path.join(folder, 'README.md'), '# Swarmscope demo\n\nNothing here is yours.\n');
  const socketPath = target.netns === undefined ? undefined : path.join(folder, 'vscode.sock');
  const server = await startServer({
    connectionToken: true,
    install: [root, starter],
    settings: { 'workbench.colorTheme': 'Dark Modern', ...target.settings },
    env: target.env,
    ...(target.netns === undefined ? {} : { netns: target.netns }),
    ...(socketPath === undefined ? {} : { socketPath }),
  });
  ending.add(() => server.stop());
  const port = socketPath === undefined ? server.port : await relay(socketPath, ending);
  log('');
  log('Open this address in a browser on this machine. It carries a token: keep it to yourself.');
  log('');
  log(`  ${workbenchUrl({ port, token: server.token }, { folder })}`);
  log('');
  log('Press Ctrl-C to end the demo.');
}

/** Offers a server that listens on a unix socket at a free loopback port. */
async function relay(socketPath: string, ending: Ending): Promise<number> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((outside) => {
    const inside = net.connect(socketPath);
    for (const [one, other] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ending.add(async () => {
    for (const socket of sockets) {
      socket.destroy();
    }
    server.close();
  });
  return (server.address() as net.AddressInfo).port;
}

async function labTarget(ending: Ending): Promise<Target> {
  const lab: Lab = await createLab({ name: 'demo', engine: 'oldest', log });
  ending.add(async () => await lab.down());
  log('Deploying the lesson: an overlay network, a database and a web service…');
  await deployLesson(lab);
  return {
    netns: lab.clientNetns,
    settings: {
      'swarmscope.connections': [{ name: 'lab', address: lab.manager.tcpAddress }],
    },
    env: { SWARMSCOPE_DEMO_CONNECTION: 'setting:lab' },
  };
}

async function run(options: DemoOptions, ending: Ending, ended: AbortSignal): Promise<number> {
  const desktop = options.host === 'private' ? undefined : await findDesktop();
  if (options.host === 'desktop' && desktop === undefined) {
    console.error('There is no desktop VS Code, or no display to show it on.');
    return 1;
  }
  const wanted = new Set<Part>([
    ...(desktop === undefined ? (['vscodeHost'] as const) : []),
    ...(options.lab ? (['lab'] as const) : []),
  ]);
  const problems = await prepare(wanted, thisMachine(new SystemRunner()), {
    mayInstall: options.install,
    log,
  });
  for (const problem of problems.values()) {
    console.error(`The demo cannot run here: ${problem}.`);
  }
  if (problems.size > 0 || ended.aborted) {
    return problems.size > 0 ? 1 : 0;
  }
  log('Building…');
  await build({ minify: false });
  const target: Target = options.lab ? await labTarget(ending) : { settings: {}, env: {} };
  if (ended.aborted) {
    return 0;
  }
  if (desktop !== undefined) {
    await Promise.race([openDesktop(desktop, target, ending), untilAborted(ended)]);
    return 0;
  }
  await openPrivate(target, ending);
  await untilAborted(ended);
  return 0;
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(3_600_000, undefined, { signal }).catch(() => undefined);
  }
}

const options = parseArguments();
const ending = new Ending();
const controller = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!controller.signal.aborted) {
      log('\nEnding the demo…');
      controller.abort();
    }
  });
}
try {
  process.exitCode = await run(options, ending, controller.signal);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await ending.run();
}
