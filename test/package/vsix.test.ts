import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, root } from '../../scripts/build';
import { packExtension } from '../../scripts/package';
import { type ZipEntry, zipEntries } from './zipEntries';

const KB = 1000;
const folder = mkdtempSync(path.join(os.tmpdir(), 'swarmscope-package-'));
let archive: Buffer;
let entries: readonly ZipEntry[];

beforeAll(async () => {
  if (process.env['SWARMSCOPE_BUILT'] === undefined) {
    await build({ minify: true });
  }
  archive = readFileSync(await packExtension(path.join(folder, 'swarmscope.vsix')));
  entries = zipEntries(archive);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function bytesOf(...names: readonly string[]): number {
  const found = entries.filter((entry) => names.includes(entry.name));
  expect(found.map((entry) => entry.name).toSorted()).toEqual(names.toSorted());
  return found.reduce((sum, entry) => sum + entry.bytes, 0);
}

describe('the VSIX', () => {
  it('holds these files and no other', () => {
    const languages = /^extension\/(package\.nls\.[\w-]+\.json|l10n\/bundle\.l10n\.[\w-]+\.json)$/;
    const names = entries.map((entry) => entry.name).filter((name) => !languages.test(name));
    expect(names.toSorted()).toEqual([
      '[Content_Types].xml',
      'extension.vsixmanifest',
      'extension/LICENSE.txt',
      'extension/THIRD_PARTY_NOTICES.md',
      'extension/changelog.md',
      'extension/dist/acts.js',
      'extension/dist/askpass.js',
      'extension/dist/codicon.ttf',
      'extension/dist/demoSwarm.js',
      'extension/dist/engine.js',
      'extension/dist/extension.js',
      'extension/dist/forms.js',
      'extension/dist/l10n.js',
      'extension/dist/panels.js',
      'extension/dist/product.js',
      'extension/dist/secrets.js',
      'extension/dist/serviceEditor.js',
      'extension/dist/ssh.js',
      'extension/dist/webview.css',
      'extension/dist/webview.js',
      'extension/media/icon.png',
      'extension/media/swarmscope-tab.svg',
      'extension/media/swarmscope.svg',
      'extension/package.json',
      'extension/package.nls.json',
      'extension/readme.md',
    ]);
  });

  it('holds every picture that the code or the manifest names', () => {
    const files = [
      'package.json',
      ...readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
        .map((name) => path.join('src', name)),
    ];
    const named = files.flatMap((file) =>
      [...readFileSync(path.join(root, file), 'utf8').matchAll(/media\/[\w-]+\.\w+/g)].map(
        ([match]) => `extension/${match}`,
      ),
    );
    expect(new Set(named).size).toBeGreaterThanOrEqual(3);
    expect(entries.map((entry) => entry.name)).toEqual(expect.arrayContaining(named));
  });

  it('is at most 600 kB', () => {
    expect(archive.length).toBeLessThanOrEqual(600 * KB);
  });
});

describe('bundles', () => {
  it('keep to their budgets', () => {
    expect(bytesOf('extension/dist/extension.js')).toBeLessThanOrEqual(20 * KB);
    expect(bytesOf('extension/dist/product.js')).toBeLessThanOrEqual(150 * KB);
    expect(bytesOf('extension/dist/webview.js')).toBeLessThanOrEqual(220 * KB);
  });

  it('hide nothing in another file: activation and a connected tree together', () => {
    const loaded = bytesOf(
      ...['extension', 'l10n', 'product', 'engine'].map((name) => `extension/dist/${name}.js`),
    );
    expect(loaded).toBeLessThanOrEqual(260 * KB);
  });

  it('are required in a time like that of an empty bundle', () => {
    const stub = path.join(folder, 'stub.cjs');
    const empty = path.join(folder, 'empty.cjs');
    // Outside VS Code there is no `vscode`: anything that is asked of it answers with itself.
    writeFileSync(
      stub,
      `const any = new Proxy(class {}, { get: (_, key) => (key === 'prototype' ? {} : any) });
      const Module = require('node:module');
      const load = Module._load;
      Module._load = (name, ...rest) => (name === 'vscode' ? any : load(name, ...rest));`,
    );
    writeFileSync(empty, 'module.exports = {};');
    const fastest = (file: string): number =>
      Math.min(...Array.from({ length: 7 }, () => startTime(stub, file)));
    const [base, ours] = [fastest(empty), fastest(path.join(root, 'dist/extension.js'))];
    // An empty process takes about 40 ms where requiring ours may take as long again.
    expect(ours / base).toBeLessThan(2);
  });
});

/** Milliseconds that a Node process takes to start and require a file. */
function startTime(stub: string, file: string): number {
  const started = performance.now();
  execFileSync(process.execPath, ['--require', stub, file]);
  return performance.now() - started;
}
