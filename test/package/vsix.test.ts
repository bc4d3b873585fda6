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
      'extension/dist/commandParts.js',
      'extension/dist/connectForm.js',
      'extension/dist/demoSwarm.js',
      'extension/dist/engine.js',
      'extension/dist/errorText.js',
      'extension/dist/extension.js',
      'extension/dist/forms.js',
      'extension/dist/l10n.js',
      'extension/dist/logs.js',
      'extension/dist/panels.js',
      'extension/dist/product.js',
      'extension/dist/secrets.js',
      'extension/dist/serviceEditor.js',
      'extension/dist/ssh.js',
      'extension/dist/stackTree.js',
      'extension/dist/stacks.js',
      'extension/dist/valibot.js',
      'extension/dist/webview-chunk.js',
      'extension/dist/webview-later.js',
      'extension/dist/webview.css',
      'extension/dist/webview.js',
      'extension/dist/yaml.js',
      'extension/media/icon.png',
      'extension/media/serviceYaml.json',
      'extension/media/serviceYamlLanguage.json',
      'extension/media/swarmLog.json',
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
    expect(
      bytesOf('extension/dist/webview.js', 'extension/dist/webview-chunk.js'),
    ).toBeLessThanOrEqual(220 * KB);
  });

  it('hide nothing in another file: activation and a connected tree together', () => {
    const loaded = bytesOf(
      ...['extension', 'l10n', 'errorText', 'valibot', 'product', 'engine'].map(
        (name) => `extension/dist/${name}.js`,
      ),
    );
    expect(loaded).toBeLessThanOrEqual(260 * KB);
  });

  it('of the product stay out while a compose file is open and no swarm connected', () => {
    const script = path.join(folder, 'compose.cjs');
    writeFileSync(
      script,
      `const Module = require('node:module');
      let lenses;
      const any = new Proxy(function () {}, {
        get: (_, key) =>
          key === Symbol.toPrimitive ? () => 'any'
          : key === 'registerCodeLensProvider' ? (_selector, provider) => ((lenses = provider), any)
          : key === 'then' ? undefined : any,
        set: () => true,
        apply: () => any,
        construct: () => any,
      });
      const names = ['window', 'workspace', 'languages', 'commands', 'l10n', 'EventEmitter', 'Range',
        'CodeLens', 'StatusBarAlignment', 'ThemeColor', 'MarkdownString'];
      const vscode = Object.fromEntries(names.map((name) => [name, any]));
      const load = Module._load;
      Module._load = (name, ...rest) => (name === 'vscode' ? vscode : load(name, ...rest));
      require(${JSON.stringify(path.join(root, 'dist/extension.js'))}).activate(any);
      const document = { getText: () => 'services:\\n  web: {}', positionAt: () => any, uri: any };
      const found = lenses.provideCodeLenses(document, any);
      const loaded = Object.keys(require.cache).filter((file) => file.includes('/dist/'));
      console.log(JSON.stringify([found.length, loaded.map((file) => file.replace(/.*\\//, ''))]));`,
    );
    const printed = execFileSync(process.execPath, [script], { encoding: 'utf8' });
    expect(JSON.parse(printed)).toEqual([1, ['extension.js']]);
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
    const files = [empty, path.join(root, 'dist/extension.js')];
    // In turns, so that a busy moment of the machine strikes both.
    const rounds = Array.from({ length: 9 }, () => files.map((file) => startTime(stub, file)));
    const [base, ours] = files.map((_, index) =>
      Math.min(...rounds.map((times) => times[index] ?? Number.NaN)),
    ) as [number, number];
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
