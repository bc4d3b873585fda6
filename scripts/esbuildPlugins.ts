import type { Plugin } from 'esbuild';

/** Modules that are a file of their own, loaded when first imported, by the end of their path. */
const LAZY: readonly (readonly [module: RegExp, file: string])[] = [
  [/\/product$/, './product.js'],
  [/\/panels$/, './panels.js'],
  [/\/commands\/acts$|^\.\/acts$/, './acts.js'],
  [/\/commands\/forms$|^\.\/forms$/, './forms.js'],
  [/\/serviceEditor$/, './serviceEditor.js'],
  [/\/dockerodeEngine$/, './engine.js'],
  [/\/sshDialer$/, './ssh.js'],
  [/\/secretPrompt$/, './secrets.js'],
];

/**
 * Leaves lazily imported parts out of a bundle, and the translations, of which there must be only
 * one: every part is a file beside it.
 */
export function separateBundles(): Plugin {
  return {
    name: 'separate-bundles',
    setup(build) {
      for (const [filter, path] of LAZY) {
        build.onResolve({ filter }, ({ kind }) =>
          kind === 'dynamic-import' ? { path, external: true } : undefined,
        );
      }
      build.onResolve({ filter: /^@vscode\/l10n$/ }, ({ kind }) =>
        kind === 'entry-point' ? undefined : { path: './l10n.js', external: true },
      );
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
