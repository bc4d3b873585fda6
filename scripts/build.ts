import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import * as esbuild from 'esbuild';
import {
  commandPartsEntry,
  separateBundles,
  sharedCommandParts,
  slimDockerode,
  valibotEntry,
} from './esbuildPlugins';

/** The project's root folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
/** Where everything that ships is built to. */
export const distDir = path.join(root, 'dist');

const shared: esbuild.BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  metafile: true,
  logLevel: 'warning',
  legalComments: 'none',
  charset: 'utf8',
  sourcemap: 'linked',
  sourcesContent: false,
};

const host: esbuild.BuildOptions = {
  ...shared,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  external: ['vscode'],
};

/** Every bundle of the extension; one entry point each, so that what loads lazily is a file of its own. */
export function bundles(minify: boolean): Record<string, esbuild.BuildOptions> {
  const hostBundle = (entry: string, plugins: esbuild.Plugin[] = []): esbuild.BuildOptions => ({
    ...host,
    minify,
    entryPoints: [entry],
    plugins: [separateBundles(), ...plugins],
  });
  const commandBundle = (entry: string): esbuild.BuildOptions =>
    hostBundle(entry, [sharedCommandParts(root)]);
  /** A bundle of what others share, from an entry that stands in no file. */
  const sharedBundle = (contents: string): esbuild.BuildOptions => ({
    ...host,
    minify,
    stdin: { contents, resolveDir: root, loader: 'ts' },
    plugins: [separateBundles()],
  });
  const all: Record<string, esbuild.BuildOptions> = {
    extension: hostBundle('src/extension.ts'),
    product: hostBundle('src/product.ts'),
    panels: hostBundle('src/panels.ts'),
    acts: commandBundle('src/commands/acts.ts'),
    connectForm: hostBundle('src/commands/connectForm.ts'),
    forms: commandBundle('src/commands/forms.ts'),
    stacks: commandBundle('src/commands/stacks.ts'),
    stackTree: hostBundle('src/tree/stackNodes.ts'),
    logs: hostBundle('src/commands/logs/logsEntry.ts'),
    serviceEditor: commandBundle('src/commands/serviceEditor.ts'),
    engine: hostBundle('src/docker/dockerodeEngine.ts', [slimDockerode()]),
    ssh: hostBundle('src/docker/sshDialer.ts'),
    secrets: hostBundle('src/commands/secretPrompt.ts'),
    l10n: hostBundle('@vscode/l10n'),
    yaml: hostBundle('yaml'),
    errorText: hostBundle('src/common/errorText.ts'),
    valibot: { ...sharedBundle(valibotEntry(root)), plugins: [] },
    commandParts: sharedBundle(commandPartsEntry(root)),
    askpass: { ...host, minify, entryPoints: ['src/docker/askpassMain.ts'] },
    demoSwarm: { ...host, minify, entryPoints: ['src/demo/main.ts'] },
    webview: {
      ...shared,
      minify,
      platform: 'browser',
      target: ['chrome128'],
      format: 'esm',
      splitting: true,
      entryPoints: ['webview-ui/main.ts'],
      entryNames: 'webview',
      // `webview-later.js`, and `webview-chunk.js` with what it shares with the first part.
      chunkNames: 'webview-[name]',
      loader: { '.ttf': 'file' },
      assetNames: '[name]',
      outdir: 'dist',
    },
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, options]) => [
      name,
      options.outdir === undefined ? { ...options, outfile: `dist/${name}.js` } : options,
    ]),
  );
}

/** Builds all bundles once; production is minified, as shipped. */
export async function build(options: { minify: boolean }): Promise<void> {
  await rm(distDir, { recursive: true, force: true });
  await mkdir(path.join(root, 'out/meta'), { recursive: true });
  await Promise.all(
    Object.entries(bundles(options.minify)).map(async ([name, bundle]) => {
      const result = await esbuild.build(bundle);
      await writeFile(
        path.join(root, `out/meta/${name}.json`),
        JSON.stringify(result.metafile, null, 1),
      );
    }),
  );
}

/** Bundles the Mocha suite, which runs inside an extension host without a TypeScript loader. */
export async function buildVscodeTests(): Promise<void> {
  const folder = path.join(root, 'test/vscode');
  const files = (await readdir(folder)).filter(
    (name) => name.endsWith('.test.ts') || name === 'index.ts',
  );
  await rm(path.join(root, 'out/vscode'), { recursive: true, force: true });
  await esbuild.build({
    ...host,
    entryPoints: files.map((name) => path.join(folder, name)),
    outdir: 'out/vscode',
    outExtension: { '.js': '.cjs' },
    external: ['vscode', 'mocha'],
    plugins: [slimDockerode()],
    // Where the fakes find their recordings, as in the source.
    define: { 'import.meta.dirname': JSON.stringify(path.join(root, 'test/fakes')) },
    sourcemap: 'inline',
  });
}

async function watch(): Promise<void> {
  await mkdir(distDir, { recursive: true });
  const report = reportBuilds();
  for (const bundle of Object.values(bundles(false))) {
    const plugins = [...(bundle.plugins ?? []), report];
    const context = await esbuild.context({ ...bundle, plugins });
    await context.watch();
  }
}

/** Prints the lines that the problem matcher of .vscode/tasks.json waits for, once for all bundles. */
function reportBuilds(): esbuild.Plugin {
  let running = 0;
  return {
    name: 'report-builds',
    setup(setup) {
      setup.onStart(() => {
        running += 1;
        if (running === 1) {
          console.log('[watch] build started');
        }
      });
      setup.onEnd(() => {
        running -= 1;
        if (running === 0) {
          console.log('[watch] build finished');
        }
      });
    },
  };
}

if (
  process.argv[1] !== undefined &&
  path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)
) {
  const options = new Command('build')
    .option('--watch', 'build again on every change, unminified')
    .option('--dev', 'do not minify')
    .parse()
    .opts<{ watch?: true; dev?: true }>();
  await (options.watch ? watch() : build({ minify: !options.dev }));
}
