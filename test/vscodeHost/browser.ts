import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** Where Chromium is; `CHROMIUM` overrides. */
export function chromiumPath(): string | undefined {
  return [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
    (file) => file !== undefined && existsSync(file),
  );
}

/** Flags under which Chromium talks to loopback only. */
export const chromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
];

/** Starts headless Chromium, inside a network namespace when one is named. */
export async function launchBrowser(netns?: string): Promise<Browser> {
  const found = chromiumPath();
  if (found === undefined) {
    throw new Error('Chromium is not installed (Debian package chromium)');
  }
  if (netns === undefined) {
    return chromium.launch({ executablePath: found, args: [...chromiumFlags] });
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), 'swarmscope-chromium-'));
  const wrapper = path.join(folder, 'chromium');
  await writeFile(wrapper, `#!/bin/sh\nexec nsenter --net='${netns}' '${found}' "$@"\n`);
  await chmod(wrapper, 0o700);
  const browser = await chromium.launch({ executablePath: wrapper, args: [...chromiumFlags] });
  browser.on('disconnected', () => void rm(folder, { recursive: true, force: true }));
  return browser;
}
