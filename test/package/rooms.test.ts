import { describe, expect, it } from 'vitest';
import { type RoomRule, findImports, findTrespasses, roomOf } from './imports';
import { isThere, listSources, readText } from './projectFiles';

const none: RoomRule = { values: [], types: [] };

/** The table "The rooms" of ARCHITECTURE.md. */
const rooms: Readonly<Record<string, RoomRule>> = {
  contributions: none,
  common: none,
  shared: none,
  docker: { values: ['common'], types: [] },
  model: { values: ['common'], types: ['docker'] },
  stacks: { values: ['common', 'docker', 'model'], types: [] },
  store: { values: ['model', 'common'], types: ['contributions', 'docker'] },
  spec: { values: ['common', 'model'], types: ['docker'] },
  logs: { values: ['docker', 'common'], types: [] },
  serviceYaml: { values: ['spec', 'common'], types: ['model'] },
  routing: { values: ['model', 'shared', 'common'], types: ['docker'] },
  probe: { values: ['shared', 'common'], types: [] },
  tree: { values: ['model', 'common', 'contributions', 'store'], types: ['docker', 'store'] },
  webview: {
    values: ['shared', 'routing', 'common', 'contributions'],
    types: ['model', 'probe', 'store'],
  },
  commands: {
    values: [
      'common',
      'contributions',
      'docker',
      'logs',
      'model',
      'store',
      'routing',
      'shared',
      'spec',
      'stacks',
      'serviceYaml',
    ],
    types: ['demoClient', 'documents', 'probe', 'webview', 'settings'],
  },
  documents: { values: ['common', 'contributions', 'logs'], types: ['docker', 'model', 'store'] },
  startup: { values: ['common', 'contributions'], types: ['statusBar', 'tree'] },
  statusBar: { values: ['common'], types: ['docker', 'model', 'store'] },
  settings: { values: ['common', 'contributions'], types: [] },
  demo: { values: ['shared', 'common'], types: ['docker'] },
  demoClient: { values: ['shared', 'common'], types: [] },
};

/** What builds the objects and hands them to each other. */
const composers: readonly string[] = ['extension', 'product', 'panels'];

/** The only places that use VS Code's API; everything else runs in plain Node. */
const usesVscode = [
  /^src\/(extension|product|panels|settings)\.ts$/,
  /^src\/(commands|documents|startup|webview)\//,
  /^src\/tree\/(\w+Provider|markDecorations|toTreeItem)\.ts$/,
];

const shipped = listSources('src').filter((file) => !file.endsWith('.test.ts'));
const importsOf = (file: string) => findImports(file, readText(file));

describe('the check itself', () => {
  const text = [
    "import * as vscode from 'vscode';",
    "import type { Engine } from '../docker/engine';",
    "import { a,\n  b } from '../docker/records/task';",
    "export { c } from '../tree/row';",
    "const late = await import('../probe/probe');",
    "const old = require('dockerode');",
  ].join('\n');
  const found = findImports('src/model/x.ts', text);

  it('sees every form of import', () => {
    expect(found).toEqual([
      { target: 'vscode', typeOnly: false },
      { target: 'src/docker/engine', typeOnly: true },
      { target: 'src/docker/records/task', typeOnly: false },
      { target: 'src/tree/row', typeOnly: false },
      { target: 'src/probe/probe', typeOnly: false },
      { target: 'dockerode', typeOnly: false },
    ]);
  });

  it('tells a type from a value', () => {
    expect(
      findTrespasses('src/model/x.ts', found, { values: ['tree'], types: ['docker'] }),
    ).toEqual(['src/model/x.ts → src/docker/records/task', 'src/model/x.ts → src/probe/probe']);
  });
});

describe('rooms', () => {
  it('are all in the table', () => {
    const names = new Set(shipped.map(roomOf));
    for (const composer of composers) {
      names.delete(composer);
    }
    expect([...names].filter((name) => rooms[name] === undefined)).toEqual([]);
  });

  it('import only what they may', () => {
    const trespasses = shipped.flatMap((file) =>
      findTrespasses(file, importsOf(file), rooms[roomOf(file)] ?? all),
    );
    expect(trespasses).toEqual([]);
  });

  it('use VS Code only where it is drawn or asked', () => {
    const users = shipped.filter((file) =>
      importsOf(file).some(({ target, typeOnly }) => target === 'vscode' && !typeOnly),
    );
    expect(users.length).toBeGreaterThan(3);
    expect(users.filter((file) => !usesVscode.some((place) => place.test(file)))).toEqual([]);
  });

  it('know dockerode in src/docker only', () => {
    const users = shipped.filter((file) =>
      importsOf(file).some(({ target }) => /^(dockerode|docker-modem)/.test(target)),
    );
    expect(users.map(roomOf)).toEqual(users.map(() => 'docker'));
    expect(users.length).toBeGreaterThan(0);
  });

  it('use no package beyond these', () => {
    const packages = [...shipped, ...listSources('webview-ui')]
      .filter((file) => !file.endsWith('.test.ts'))
      .flatMap(importsOf)
      .filter(
        ({ target, typeOnly }) => !typeOnly && !/^(node:|vscode$|src\/|webview-ui\/)/.test(target),
      )
      .map(({ target }) => /^(?:@[^/]+\/)?[^/]+/.exec(target)?.[0] ?? target);
    expect([...new Set(packages)].toSorted()).toEqual([
      '@vscode/l10n',
      '@vscode/webview-ui-toolkit',
      'dockerode',
      'ipaddr.js',
      'lit',
      'p-limit',
      'valibot',
      'yaml',
    ]);
  });

  it('of the page know src/shared only, and neither Node nor VS Code', () => {
    const foreign = listSources('webview-ui')
      .filter((file) => !file.endsWith('.test.ts'))
      .flatMap((file) =>
        importsOf(file)
          .filter(
            ({ target }) =>
              target === 'vscode' ||
              target.startsWith('node:') ||
              (target.startsWith('src/') && !target.startsWith('src/shared/')),
          )
          .map(({ target }) => `${file} → ${target}`),
      );
    expect(foreign).toEqual([]);
  });
});

/** The composers build everything but the demo, which is a process of its own. */
const all: RoomRule = {
  values: [...Object.keys(rooms).filter((name) => name !== 'demo'), ...composers],
  types: [],
};

describe('ARCHITECTURE.md', () => {
  const text = readText('ARCHITECTURE.md');

  it('names only files and folders that exist', () => {
    const named = [...text.matchAll(/`((?:src|webview-ui|media|scripts|test)\/[\w./-]*)`/g)].map(
      (match) => match[1] ?? '',
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((file) => !isThere(file))).toEqual([]);
  });

  it('has every room', () => {
    const missing = Object.keys(rooms).filter(
      (name) => !text.includes(`\`src/${name}/\``) && !text.includes(`\`src/${name}.ts\``),
    );
    expect(missing).toEqual([]);
  });
});
