import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from './browser';
import { startServer, workbenchUrl } from './server';
import { ensureVscodeHost } from './setup';

const LIMIT_MS = 300_000;

/** Desktop VS Code's command line, as far as test-electron uses it. */
export interface DesktopArguments {
  readonly developmentPaths: readonly string[];
  readonly testsPath: string | undefined;
  readonly userDataDir: string | undefined;
  /** Folders and files to open. */
  readonly open: readonly string[];
}

/** Reads desktop VS Code's `--name=value` arguments; unknown ones are passed over as VS Code does. */
export function parseDesktopArguments(args: readonly string[]): DesktopArguments {
  const options = new Map<string, string[]>();
  const open: string[] = [];
  for (const argument of args) {
    const match = /^--([^=]+)(?:=(.*))?$/s.exec(argument);
    if (match?.[1] === undefined) {
      open.push(argument);
    } else {
      options.set(match[1], [...(options.get(match[1]) ?? []), match[2] ?? '']);
    }
  }
  const toPath = (value: string): string =>
    path.resolve(value.startsWith('file:') ? fileURLToPath(value) : value);
  return {
    developmentPaths: (options.get('extensionDevelopmentPath') ?? []).map(toPath),
    testsPath: options.get('extensionTestsPath')?.map(toPath).at(-1),
    userDataDir: options.get('user-data-dir')?.at(-1),
    open,
  };
}

/** Runs the tests that desktop VS Code would run; gives the exit code. */
export async function runExtensionTests(args: DesktopArguments): Promise<number> {
  if (args.testsPath === undefined || args.developmentPaths.length === 0) {
    throw new Error('needs --extensionDevelopmentPath= and --extensionTestsPath=');
  }
  await ensureVscodeHost(console.log);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'swarmscope-tests-'));
  const outputFile = path.join(folder, 'output.txt');
  writeFileSync(outputFile, '');
  const workspace = args.open.find((file) => existsSync(file)) ?? path.join(folder, 'workspace');
  await mkdir(workspace, { recursive: true });
  const output = new Tail(outputFile);
  const netns = process.env['SWARMSCOPE_NETNS'];
  const closers: (() => Promise<unknown>)[] = [];
  try {
    const server = await startServer({
      testMode: true,
      settings: await readSettings(args.userDataDir),
      env: { SWARMSCOPE_TEST_OUTPUT: outputFile },
      ...(netns === undefined ? {} : { netns }),
    });
    closers.push(() => server.stop());
    const browser = await launchBrowser(netns);
    closers.push(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const exit = settling<number>();
    const limit = setTimeout(() => {
      console.error(`The tests gave no result in ${LIMIT_MS / 1000} s`);
      exit.resolve(124);
    }, LIMIT_MS);
    closers.push(async () => clearTimeout(limit));
    await page.exposeFunction('codeAutomationLog', (type: string, parts: unknown[]) => {
      if (process.env['SWARMSCOPE_VERBOSE'] !== undefined) {
        console.error(`[${type}] ${parts.map(String).join(' ')}`);
      }
    });
    await page.exposeFunction('codeAutomationExit', (code: number) => exit.resolve(code));
    page.on('crash', () => exit.resolve(1));
    await page.goto(
      workbenchUrl(server, {
        folder: path.resolve(workspace),
        developmentPaths: args.developmentPaths,
        testsPath: args.testsPath,
      }),
    );
    return await exit.promise;
  } finally {
    for (const close of closers.toReversed()) {
      await close();
    }
    output.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

async function readSettings(userDataDir: string | undefined): Promise<Record<string, unknown>> {
  try {
    const file = path.join(userDataDir ?? '', 'User/settings.json');
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function settling<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Copies what is appended to a file to standard output, as it comes. */
class Tail {
  private position = 0;
  private readonly timer = setInterval(() => this.copy(), 100);

  constructor(private readonly file: string) {}

  dispose(): void {
    clearInterval(this.timer);
    this.copy();
  }

  private copy(): void {
    const descriptor = openSync(this.file, 'r');
    const fresh = Buffer.alloc(fstatSync(descriptor).size - this.position);
    readSync(descriptor, fresh, 0, fresh.length, this.position);
    closeSync(descriptor);
    this.position += fresh.length;
    writeSync(1, fresh);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await runExtensionTests(parseDesktopArguments(process.argv.slice(2)));
}
