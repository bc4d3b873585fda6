import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { launchBrowser } from '../vscodeHost/browser';
import { root, screenshots } from './support/session';
import { until } from './support/until';
import { Workbench } from './support/workbench';
import { takePicture } from '../vscodeHost/picture';

/* The command that a stranger runs first, in both forms, from its first line to Ctrl-C. */

let browser: Browser | undefined;
let child: ChildProcess | undefined;

afterEach(async ({ task }) => {
  const page = browser?.contexts()[0]?.pages()[0];
  if (task.result?.state === 'fail' && page !== undefined) {
    await takePicture(page, path.join(screenshots, `failed-${task.name.slice(0, 20)}.png`));
  }
  await browser?.close();
  browser = undefined;
  if (child?.exitCode === null) {
    child.kill('SIGINT');
    await once(child, 'exit');
  }
});

async function startDemo(...args: string[]): Promise<{ output: () => string; url: string }> {
  let output = '';
  child = spawn(
    process.execPath,
    ['scripts/run.mjs', 'scripts/demo.ts', '--host', 'private', ...args],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const take = (data: Buffer): void => {
    output += data.toString();
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  const url = await until(
    'the address of the demo',
    () => {
      if (child?.exitCode !== null) {
        throw new Error(`the demo ended:\n${output}`);
      }
      return /http:\/\/127\.0\.0\.1:\d+\/\S+/.exec(output)?.[0];
    },
    120_000,
  );
  return { output: () => output, url };
}

async function endDemo(url: string): Promise<void> {
  child?.kill('SIGINT');
  if (child?.exitCode === null) {
    await once(child, 'exit');
  }
  expect(child?.exitCode).toBe(0);
  const { port } = new URL(url);
  const socket = net.connect(Number(port), '127.0.0.1');
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNREFUSED');
}

async function openDemo(url: string): Promise<Workbench> {
  browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(45_000);
  return Workbench.open(page, url);
}

test('npm run demo: a populated tree and a live routing view of the simulated swarm', async () => {
  const { url } = await startDemo();
  expect(url).toMatch(/[?&]tkn=[0-9a-f]{48}/);
  const refused = await fetch(new URL('/', url));
  expect(refused.status).toBe(403);
  const workbench = await openDemo(url);
  await workbench.row('demo swarm', 1).waitFor({ timeout: 60_000 });
  await workbench.described('demo swarm', /simulated/, 1);
  const page = workbench.webview();
  await page.getByText('simulated', { exact: true }).first().waitFor({ timeout: 30_000 });
  await page.getByRole('radio', { name: /web.*4 of 4 nodes answer/ }).waitFor({ timeout: 40_000 });
  await takePicture(workbench.page, path.join(screenshots, 'demo.png'));
  await endDemo(url);
});

test('npm run demo -- --lab: the same on a real swarm', async () => {
  const { url } = await startDemo('--lab');
  const workbench = await openDemo(url);
  await workbench.row('lab', 1).waitFor({ timeout: 60_000 });
  await workbench
    .webview()
    .getByRole('radio', { name: /drupal.*3 of 3 nodes answer/ })
    .waitFor({ timeout: 60_000 });
  await takePicture(workbench.page, path.join(screenshots, 'demo-lab.png'));
  await endDemo(url);
});
