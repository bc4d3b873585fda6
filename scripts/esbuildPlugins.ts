import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'esbuild';
import * as valibot from 'valibot';

/** Modules that are a file of their own, loaded when first imported, by the end of their path. */
const LAZY: readonly (readonly [module: RegExp, file: string])[] = [
  [/\/product$/, './product.js'],
  [/\/panels$/, './panels.js'],
  [/\/commands\/acts$|^\.\/acts$/, './acts.js'],
  [/\/commands\/connectForm$|^\.\/connectForm$/, './connectForm.js'],
  [/\/commands\/forms$|^\.\/forms$/, './forms.js'],
  [/\/commands\/stacks$/, './stacks.js'],
  [/\/stackNodes$/, './stackTree.js'],
  [/\/logsEntry$/, './logs.js'],
  [/\/serviceEditor$/, './serviceEditor.js'],
  [/\/dockerodeEngine$/, './engine.js'],
  [/\/sshDialer$/, './ssh.js'],
  [/\/secretPrompt$/, './secrets.js'],
];

/**
 * Modules that are one file for all bundles: the translations, of which there must be only one, and
 * what is too large to be there several times.
 */
const SHARED: readonly (readonly [module: RegExp, file: string])[] = [
  [/^@vscode\/l10n$/, './l10n.js'],
  [/^yaml$/, './yaml.js'],
  [/(?:^\.|\/common)\/errorText$/, './errorText.js'],
  [/^valibot$/, './valibot.js'],
];

/** Modules that several bundles of commands need: one file, loaded with the first of them. */
const COMMAND_PARTS = [
  /^src\/spec\//,
  /^src\/commands\/(convergence|convergenceText|follow|watchDeploy|registryLogin|operate\/blastText)\.ts$/,
  /^src\/docker\/(parseAddress|registryAuth)\.ts$/,
  /^src\/routing\/(blastRadius|updateRadius)\.ts$/,
];
const COMMAND_PARTS_FILE = 'commandParts';

/** Leaves lazily imported and shared parts out of a bundle: every one is a file beside it. */
export function separateBundles(): Plugin {
  return {
    name: 'separate-bundles',
    setup(build) {
      for (const [filter, file] of LAZY) {
        build.onResolve({ filter }, ({ kind }) =>
          kind === 'dynamic-import' ? { path: file, external: true } : undefined,
        );
      }
      for (const [filter, file] of SHARED) {
        build.onResolve({ filter }, ({ kind }) =>
          kind === 'entry-point' ? undefined : { path: file, external: true },
        );
      }
    },
  };
}

/** Entry of the file with all {@link COMMAND_PARTS}, each under its path. */
export function commandPartsEntry(root: string): string {
  return commandParts(root)
    .map((file) => `export * as ${exportName(file)} from './${file.replace(/\.ts$/, '')}';`)
    .join('\n');
}

/** Takes {@link COMMAND_PARTS} from their file instead of copying them into a bundle. */
export function sharedCommandParts(root: string): Plugin {
  const parts = new Set(commandParts(root));
  return {
    name: 'shared-command-parts',
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ path: name, resolveDir }) => {
        const file = `${path.relative(root, path.resolve(resolveDir, name)).replaceAll(path.sep, '/')}.ts`;
        return parts.has(file)
          ? { path: exportName(file), namespace: COMMAND_PARTS_FILE }
          : undefined;
      });
      build.onResolve({ filter: /^\./, namespace: COMMAND_PARTS_FILE }, ({ path: file }) => ({
        path: file,
        external: true,
      }));
      build.onLoad({ filter: /.*/, namespace: COMMAND_PARTS_FILE }, ({ path: name }) => ({
        contents: `module.exports = require('./${COMMAND_PARTS_FILE}.js').${name};`,
      }));
    },
  };
}

function commandParts(root: string): readonly string[] {
  return sources(root).filter((file) => COMMAND_PARTS.some((part) => part.test(file)));
}

/** What ships of `src`, relative to the root, with forward slashes. */
function sources(root: string): readonly string[] {
  return readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => `src/${file.replaceAll(path.sep, '/')}`)
    .toSorted();
}

function exportName(file: string): string {
  return file.replaceAll(/\W/g, '_');
}

/** Entry of the file with what the sources use of valibot, which is some tenth of it. */
export function valibotEntry(root: string): string {
  const used = sources(root).flatMap((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    const [line] = /^import .*'valibot';$/m.exec(text) ?? [];
    if (line !== undefined && line !== "import * as v from 'valibot';") {
      throw new Error(`${file} imports valibot in another way than all others: ${line}`);
    }
    return line === undefined ? [] : [...text.matchAll(/\bv\.(\w+)/g)].map(([, name = '']) => name);
  });
  const names = [...new Set(used)].filter((name) => name in valibot).toSorted();
  return `export { ${names.join(', ')} } from 'valibot';`;
}

/** What of dockerode's dependencies we never use: BuildKit sessions, its own ssh, image contexts. */
const unused =
  /^(ssh2|tar-fs|@balena\/dockerignore|@grpc\/.*|protobufjs(\/.*)?|cpu-features|\.\/session|\.\/buildkit|\.\/ssh)$/;

/**
 * Leaves out of dockerode what a swarm's networks never need (62 kB instead of 912 kB): a stub that
 * throws when it is used after all, `debug` as no-op, Node's own streams.
 */
export function slimDockerode(): Plugin {
  return {
    name: 'slim-dockerode',
    setup(build) {
      build.onResolve({ filter: unused }, (args) =>
        /node_modules[\\/](dockerode|docker-modem)[\\/]/.test(args.importer)
          ? { path: args.path, namespace: 'unused' }
          : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'unused' }, (args) => ({
        contents: `module.exports = new Proxy(function () {}, {
          get: (_, key) => key === '__esModule' || key === 'then' ? undefined : module.exports,
          apply: () => { throw new Error(${JSON.stringify(`${args.path} is not part of Swarmscope`)}); },
          construct: () => { throw new Error(${JSON.stringify(`${args.path} is not part of Swarmscope`)}); },
        });`,
      }));
      build.onResolve({ filter: /^debug$/ }, () => ({ path: 'debug', namespace: 'silent' }));
      build.onLoad({ filter: /.*/, namespace: 'silent' }, () => ({
        contents: 'module.exports = () => Object.assign(() => {}, { enabled: false });',
      }));
      build.onResolve({ filter: /^readable-stream$/ }, () => ({
        path: 'node:stream',
        external: true,
      }));
    },
  };
}
