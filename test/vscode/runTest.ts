import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { whyNoPrivateHost } from '../vscodeHost/setup';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');

/** Desktop VS Code where it can be downloaded, else the launcher of the private host. */
async function findVscode(): Promise<string> {
  const named = process.env['VSCODE_EXECUTABLE'];
  if (named !== undefined) {
    return named;
  }
  const launcher = path.join(root, 'test/vscodeHost/launcher.mjs');
  // Desktop VS Code needs a display; the private host brings a browser that needs none.
  const hasDisplay =
    process.platform !== 'linux' ||
    process.env['DISPLAY'] !== undefined ||
    process.env['WAYLAND_DISPLAY'] !== undefined;
  const wantsPrivate = !hasDisplay && whyNoPrivateHost() === undefined;
  if (wantsPrivate || process.env['SWARMSCOPE_VSCODE'] === 'private') {
    return launcher;
  }
  try {
    return await downloadAndUnzipVSCode({
      timeout: 15_000,
      reporter: { report() {}, error() {} },
    });
  } catch (error) {
    const why = whyNoPrivateHost();
    if (why !== undefined) {
      throw new Error(`VS Code cannot be downloaded, and ${why}`, { cause: error });
    }
    console.log('Desktop VS Code cannot be downloaded here: using the private host');
    return launcher;
  }
}

const workspace = await mkdtemp(path.join(os.tmpdir(), 'swarmscope-repository-'));
try {
  await cp(path.join(here, 'repository'), workspace, { recursive: true });
  await runTests({
    vscodeExecutablePath: await findVscode(),
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(root, 'out/vscode/index.cjs'),
    launchArgs: [workspace],
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(workspace, { recursive: true, force: true });
}
