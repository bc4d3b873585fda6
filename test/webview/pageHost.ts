import { mkdir, readFile, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';

import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';

import { bundles } from '../../scripts/build';
import type { HostMessage, PageMessage } from '../../src/shared/protocol';
import { routingHtml } from '../../src/webview/routingHtml';
import { launchBrowser } from '../vscodeHost/browser';
import { SCENES, type SceneName } from './scenes';
import { THEMES, type Theme } from './themes';
import { NOW } from './views';
import { takePicture } from '../vscodeHost/picture';

const ROOT = resolve(import.meta.dirname, '../..');
const OUT = join(ROOT, 'out/webview-test');
const PICTURES = join(ROOT, 'out/screenshots/webview');
const NONCE = 'dGVzdC1ub25jZQ';
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
};

declare global {
  interface Window {
    sent: PageMessage[];
    violations: string[];
    hacked?: number;
  }
}

/** How a page is opened. */
export interface OpenOptions {
  readonly theme?: string;
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
  readonly fontSize?: number;
}

/** Serves the built page on loopback as a webview would, and opens it in Chromium. */
export class PageHost {
  private constructor(
    private readonly server: Server,
    private readonly browser: Browser,
    private readonly problems: string[] = [],
  ) {}

  /** Builds the page and starts server and browser. */
  static async start(): Promise<PageHost> {
    await buildPage();
    const server = createServer((request, response) => {
      void answer(request.url ?? '/').then(({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type });
        response.end(body);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const browser = await launchBrowser();
    return new PageHost(server, browser);
  }

  /** Ends browser and server. */
  async stop(): Promise<void> {
    await this.browser.close();
    await new Promise((done) => this.server.close(done));
  }

  /** Opens the page, waits for its `ready` and shows a scene. */
  async open(scene: SceneName, options: OpenOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: { width: options.width ?? 1200, height: options.height ?? 800 },
      reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
      timezoneId: 'UTC',
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') {
        this.problems.push(message.text());
      }
    });
    await page.clock.setFixedTime(NOW);
    const { port } = this.server.address() as AddressInfo;
    const theme = options.theme ?? 'dark-modern';
    await page.goto(`http://127.0.0.1:${port}/?theme=${theme}&font=${options.fontSize ?? 13}`);
    await loaded(page);
    await this.show(page, scene);
    return page;
  }

  /** Loads the page anew; it waits for its scene again. */
  async reload(page: Page): Promise<void> {
    await page.reload();
    await loaded(page);
  }

  /** Posts a scene's messages as the host would and waits until they are drawn. */
  async show(page: Page, scene: SceneName): Promise<void> {
    await this.post(page, ...SCENES[scene]);
  }

  /** Posts messages and waits two frames. */
  async post(page: Page, ...messages: readonly HostMessage[]): Promise<void> {
    // As text: the driver takes seconds to carry a big tree of objects.
    await page.evaluate(async (text) => {
      for (const message of JSON.parse(text) as unknown[]) {
        window.postMessage(message, '*');
      }
      await new Promise((done) => setTimeout(done));
      await new Promise((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
    }, JSON.stringify(messages));
  }

  /** Errors that pages reported since the last call. */
  takeProblems(): readonly string[] {
    return this.problems.splice(0);
  }

  /** Writes a picture to out/screenshots/webview. */
  async picture(page: Page, name: string): Promise<void> {
    const path = join(PICTURES, `${name}.png`);
    await mkdir(dirname(path), { recursive: true });
    await takePicture(page, path);
  }
}

/** Waits until the page asks for a scene, and until the part that loads after its first draw is there. */
async function loaded(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      window.sent.some((message) => message.type === 'ready') &&
      customElements.get('menu-button') !== undefined,
  );
}

/** Waits until the page knows that it is that wide, and has drawn itself so. */
export async function resize(page: Page, width: number, height: number): Promise<void> {
  await page.setViewportSize({ width, height });
  // The browser answers before the page has heard of it.
  await page.waitForFunction((wanted) => window.innerWidth === wanted, width);
  // The first frame measures, the second draws.
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
}

/** Intents the page sent, without `ready`. */
export async function readSent(page: Page): Promise<readonly PageMessage[]> {
  const sent = await page.evaluate(() => window.sent);
  return sent.filter((message) => message.type !== 'ready');
}

async function buildPage(): Promise<void> {
  await build({ ...bundles(true)['webview'], outdir: OUT });
}

/** Size of what the page loads before its first draw, in bytes. */
export async function readScriptSize(): Promise<number> {
  const files = ['webview.js', 'webview-chunk.js'];
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(OUT, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function answer(
  url: string,
): Promise<{ status: number; type: string; body: string | Buffer }> {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  if (pathname === '/') {
    const theme = THEMES.find((one) => one.name === searchParams.get('theme'));
    return theme === undefined
      ? { status: 404, type: 'text/plain', body: 'no such theme' }
      : {
          status: 200,
          type: 'text/html',
          body: renderHtml(theme, searchParams.get('font') ?? '13'),
        };
  }
  if (pathname === '/favicon.ico') {
    // What a browser asks for by itself, and a webview does not.
    return { status: 204, type: 'image/x-icon', body: '' };
  }
  const type = TYPES[/\.\w+$/.exec(pathname)?.[0] ?? ''];
  return type === undefined
    ? { status: 404, type: 'text/plain', body: 'no such file' }
    : { status: 200, type, body: await readFile(join(OUT, pathname.slice(1))) };
}

/** The page as it ships, with what VS Code adds to a webview: theme variables, a body class, its API. */
function renderHtml(theme: Theme, fontSize: string): string {
  const variables = JSON.stringify({ ...theme.variables, 'font-size': `${fontSize}px` });
  const host = `<script nonce="${NONCE}">
window.sent = [];
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.violations.push(event.violatedDirective + ' ' + event.blockedURI));
for (const [name, value] of Object.entries(${variables})) {
  document.documentElement.style.setProperty('--vscode-' + name, value);
}
window.acquireVsCodeApi = () => ({
  postMessage: (message) => { window.sent.push(message); },
  getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
  setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
});
</script>`;
  return routingHtml({
    script: '/webview.js',
    style: '/webview.css',
    cspSource: "'self'",
    nonce: NONCE,
    title: 'Ingress routing',
    language: 'en',
  })
    .replace('<link', () => `${host}\n<link`)
    .replace('<body>', `<body class="${theme.bodyClass}">`);
}
