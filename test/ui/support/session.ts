import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext } from 'playwright-core';
import { launchBrowser } from '../../vscodeHost/browser';
import { startServer, workbenchUrl, type ServerOptions } from '../../vscodeHost/server';
import { ensureVscodeHost } from '../../vscodeHost/setup';
import { LOAD_MS, Workbench } from './workbench';
import { takePicture } from '../../vscodeHost/picture';

/** The project's root folder: the extension under test with its `dist`. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
/** Where pictures go. */
export const screenshots = path.join(root, 'out/screenshots');

/** A workbench of a real VS Code with the extension installed; `dispose` ends all of it. */
export interface Session {
  readonly workbench: Workbench;
  /** Folder that is open in the workbench. */
  readonly folder: string;
  /** Where VS Code keeps its data: settings, state, backups, logs. */
  readonly dataDir: string;
  /** Saves a picture as `out/screenshots/<name>.png`. */
  shoot(name: string): Promise<void>;
  /** Loads the window anew, as "Developer: Reload Window" does. */
  reload(): Promise<void>;
  /** Replaces the settings beside the quiet ones, as an editor of settings.json does. */
  writeSettings(settings: Readonly<Record<string, unknown>>): Promise<void>;
  /** Everything that the extension's output channel has written so far. */
  extensionLog(): Promise<string>;
  dispose(): Promise<void>;
}

/** How a session differs from a plain one. */
export interface SessionOptions extends Omit<ServerOptions, 'testMode' | 'connectionToken'> {
  readonly theme?: string;
  readonly width?: number;
  readonly height?: number;
  /** VS Code's secret storage outlives a reload, as it does on a desktop. */
  readonly keepsSecrets?: boolean;
  /** Level of the extension's log, such as `swarmscope.swarmscope:trace`. */
  readonly logLevel?: string;
  /** Keys and values of the page's clock stay real; this only names the session in error pictures. */
  readonly name: string;
}

/** Starts VS Code's server and Chromium and opens the workbench. */
export async function openWorkbench(options: SessionOptions): Promise<Session> {
  await ensureVscodeHost(console.log);
  await mkdir(screenshots, { recursive: true });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'swarmscope-workspace-'));
  await writeFile(path.join(folder, 'notes.txt'), 'An empty workspace.\n');
  const closers: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const dispose = async (): Promise<void> => {
    for (const close of closers.splice(0).toReversed()) {
      await close();
    }
  };
  try {
    const themed = { 'workbench.colorTheme': options.theme ?? 'Dark Modern' };
    const server = await startServer({
      ...options,
      install:
        options.installVsix === undefined
          ? (options.install ?? [process.env['SWARMSCOPE_EXTENSION'] ?? root])
          : [],
      settings: { ...themed, ...options.settings },
    });
    closers.push(() => server.stop());
    const browser: Browser = await launchBrowser(options.netns);
    closers.push(() => browser.close());
    const context = await browser.newContext({
      viewport: { width: options.width ?? 1400, height: options.height ?? 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    if (options.keepsSecrets === true) {
      await keepSecrets(context);
    }
    const page = await context.newPage();
    // Generous: what the product promises in time is measured where it is tested.
    page.setDefaultTimeout(45_000);
    const url = workbenchUrl(server, {
      folder,
      ...(options.logLevel === undefined ? {} : { logLevel: options.logLevel }),
    });
    const workbench = await Workbench.open(page, url);
    return {
      workbench,
      folder,
      dataDir: server.dataDir,
      dispose,
      shoot: async (name) => {
        await takePicture(page, path.join(screenshots, `${name}.png`));
      },
      reload: async () => {
        const loaded = page.waitForEvent('load', { timeout: LOAD_MS });
        await workbench.command('Developer: Reload Window');
        await loaded;
        await Workbench.drawn(page);
      },
      writeSettings: async (settings) => await server.writeSettings({ ...themed, ...settings }),
      extensionLog: async () => await readChannel(server.dataDir),
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Gives the page a key for its secrets, as what serves VS Code to browsers does (half of an AES key). */
async function keepSecrets(context: BrowserContext): Promise<void> {
  await context.route(/mint-key$/, (route) => route.fulfill({ body: Buffer.alloc(32, 7) }));
}

/** The text of all files that the channel "Swarmscope" has written, one per window. */
async function readChannel(dataDir: string): Promise<string> {
  const logs = path.join(dataDir, 'data/logs');
  const files = (await readdir(logs, { recursive: true })).filter(
    (file) => path.basename(file) === 'Swarmscope.log',
  );
  const texts = await Promise.all(
    files.map(async (file) => await readFile(path.join(logs, file), 'utf8')),
  );
  return texts.join('');
}
