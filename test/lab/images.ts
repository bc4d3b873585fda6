import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { run } from './processes';

/** How an image behaves: the command of its container and the port it names as exposed. */
export interface ImageOptions {
  /** Command line of the container; by default it serves its own host name on `port`. */
  readonly cmd?: readonly string[];
  /** TCP port served and exposed, 80 by default. */
  readonly port?: number;
}

const applets = ['sh', 'hostname', 'httpd', 'nc', 'wget', 'sleep', 'cat', 'echo', 'kill', 'true'];

/** Command that answers `GET /` with the container's host name and ends at once when asked to. */
export function serveHostname(port = 80): string[] {
  const script = [
    // Process 1 has no default signal actions: without the trap every stop would take 10 s.
    "trap 'exit 0' TERM INT",
    'hostname >/www/index.html',
    `httpd -f -p ${port} -h /www &`,
    'wait',
  ];
  return ['/bin/sh', '-c', script.join('\n').replace('&\n', '& ')];
}

/** Command that writes a numbered line to stdout and one to stderr each second, until asked to end. */
export function writeLines(): string[] {
  const script = [
    "trap 'exit 0' TERM INT",
    'n=0',
    'while true',
    'do n=$((n+1))',
    'echo "GET /page/$n from $(hostname)"',
    'echo "warning $n: slow answer" >&2',
    'sleep 1 & wait $!',
    'done',
  ];
  return ['/bin/sh', '-c', script.join('\n')];
}

/** Writes a tar of a root file system that holds busybox and nothing else; answers its path. */
export async function buildRootTar(folder: string): Promise<string> {
  const tar = path.join(folder, 'busybox.tar');
  if (existsSync(tar)) return tar;
  const root = path.join(folder, 'rootfs');
  for (const name of ['bin', 'etc', 'proc', 'sys', 'dev', 'tmp', 'www']) {
    mkdirSync(path.join(root, name), { recursive: true });
  }
  const { stdout: busybox } = await run('busybox', ['which', 'busybox']);
  copyFileSync(busybox.trim(), path.join(root, 'bin', 'busybox'));
  chmodSync(path.join(root, 'bin', 'busybox'), 0o755);
  for (const applet of applets) symlinkSync('busybox', path.join(root, 'bin', applet));
  writeFileSync(path.join(root, 'etc', 'passwd'), 'root:x:0:0:root:/:/bin/sh\n');
  writeFileSync(path.join(root, 'etc', 'group'), 'root:x:0:\n');
  await run('tar', ['-C', root, '--owner=0', '--group=0', '-cf', tar, '.']);
  return tar;
}

/** Arguments of `docker` that make an image out of the root tar, with no registry involved. */
export function importArguments(tar: string, name: string, options: ImageOptions): string[] {
  const port = options.port ?? 80;
  const cmd = options.cmd ?? serveHostname(port);
  return [
    'import',
    '--change',
    `CMD ${JSON.stringify(cmd)}`,
    '--change',
    `EXPOSE ${port}/tcp`,
    tar,
    name,
  ];
}
