import assert from 'node:assert/strict';
import { suite, suiteSetup, test } from 'mocha';
import * as vscode from 'vscode';
import { COMMANDS, DOCUMENT_SCHEME, SETTINGS, VIEWS } from '../../src/contributions';

const id = 'swarmscope.swarmscope';

/** The manifest as VS Code read it, texts already in the person's language. */
interface ReadManifest {
  readonly version: string;
  readonly engines: { readonly vscode: string };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
  };
}

suite('the extension in VS Code', () => {
  let extension: vscode.Extension<unknown>;

  suiteSetup(async () => {
    const found = vscode.extensions.getExtension(id);
    assert.ok(found, `${id} is not among the extensions`);
    extension = found;
    await extension.activate();
  });

  test('runs in a VS Code that its manifest accepts', () => {
    const { engines } = extension.packageJSON as ReadManifest;
    const [wanted = [], here = []] = [engines.vscode, vscode.version].map((version) =>
      version.replace(/^\D+/, '').split('.').map(Number),
    );
    assert.equal(here[0], wanted[0]);
    assert.ok((here[1] ?? 0) >= (wanted[1] ?? 0), `${vscode.version} for ${engines.vscode}`);
  });

  test('is active and runs where the workspace is', () => {
    assert.equal(extension.isActive, true);
    assert.equal(extension.extensionKind, vscode.ExtensionKind.Workspace);
  });

  test('has registered every command it contributes', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const { contributes } = extension.packageJSON as ReadManifest;
    const contributed = contributes.commands.map((entry) => entry.command);
    assert.deepEqual(contributed.toSorted(), Object.values(COMMANDS).toSorted());
    assert.deepEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    );
  });

  test('has a text for every title', () => {
    const { contributes } = extension.packageJSON as ReadManifest;
    const raw = contributes.commands.filter((entry) => /%|^$/.test(entry.title));
    assert.deepEqual(raw, []);
  });

  test('has its view, which can be opened', async () => {
    await vscode.commands.executeCommand(`${VIEWS.swarm}.focus`);
    assert.ok((await vscode.commands.getCommands(true)).includes(`${VIEWS.swarm}.open`));
  });

  test('serves its documents read-only', async () => {
    assert.equal(vscode.workspace.fs.isWritableFileSystem(DOCUMENT_SCHEME), false);
    await assert.rejects(
      async () => await vscode.workspace.fs.stat(vscode.Uri.parse(`${DOCUMENT_SCHEME}:/no/such`)),
      (error) => error instanceof vscode.FileSystemError,
    );
  });

  test('has settings with their defaults', () => {
    const read = (key: string): unknown =>
      vscode.workspace.getConfiguration().inspect(key)?.defaultValue;
    assert.deepEqual(Object.fromEntries(Object.values(SETTINGS).map((key) => [key, read(key)])), {
      [SETTINGS.connections]: [],
      [SETTINGS.nodeAddresses]: {},
      [SETTINGS.probeIntervalSeconds]: 5,
      [SETTINGS.probeTimeoutSeconds]: 3,
      [SETTINGS.probeMaxPerSecond]: 300,
      [SETTINGS.sshPath]: 'ssh',
      [SETTINGS.sshConfigFile]: '',
      [SETTINGS.probeCurlPath]: 'curl',
      [SETTINGS.probeServices]: {},
      [SETTINGS.probeGuard]: true,
      [SETTINGS.probeBackgroundWatch]: false,
      [SETTINGS.dockerPath]: 'docker',
      [SETTINGS.groupByStack]: false,
    });
  });

  test('survives commands that need a swarm while there is none', async () => {
    await vscode.commands.executeCommand(COMMANDS.refresh);
    await vscode.commands.executeCommand(COMMANDS.disconnect);
    assert.equal(extension.isActive, true);
  });
});
