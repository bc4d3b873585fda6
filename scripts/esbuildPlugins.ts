import type { Plugin } from 'esbuild';

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
];

/** Leaves lazily imported and shared parts out of a bundle: every one is a file beside it. */
export function separateBundles(): Plugin {
  return {
    name: 'separate-bundles',
    setup(build) {
      for (const [filter, path] of LAZY) {
        build.onResolve({ filter }, ({ kind }) =>
          kind === 'dynamic-import' ? { path, external: true } : undefined,
        );
      }
      for (const [filter, path] of SHARED) {
        build.onResolve({ filter }, ({ kind }) =>
          kind === 'entry-point' ? undefined : { path, external: true },
        );
      }
    },
  };
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
