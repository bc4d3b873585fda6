import type { Plugin } from 'esbuild';

/** Makes the lazily imported engine client a file of its own beside the extension's bundle. */
export function externalEngine(): Plugin {
  return {
    name: 'external-engine',
    setup(build) {
      build.onResolve({ filter: /\/dockerodeEngine$/ }, () => ({
        path: './engine.js',
        external: true,
      }));
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
