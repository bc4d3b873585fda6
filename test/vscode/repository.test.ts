import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { SETTINGS } from '../../src/contributions';
import { readSettings } from '../../src/settings';

/* What a repository's own .vscode/settings.json can and cannot set; see test/vscode/repository. */

const REACH = [SETTINGS.connections, SETTINGS.nodeAddresses, SETTINGS.probeCurlPath];

suite('settings of a repository', () => {
  test('are read: how often and how long to probe is its business (the control)', () => {
    const { intervalMs, timeoutMs } = readSettings();
    assert.deepEqual([intervalMs, timeoutMs], [7_000, 6_000]);
  });

  test('name no connection, no address and no program', () => {
    const { connections, nodeAddresses, curlPath } = readSettings();
    assert.deepEqual([connections, nodeAddresses, curlPath], [[], {}, 'curl']);
  });

  for (const key of REACH) {
    test(`cannot be written with ${key}`, async () => {
      const value = key === SETTINGS.probeCurlPath ? './curl' : undefined;
      const { Workspace, WorkspaceFolder } = vscode.ConfigurationTarget;
      for (const target of [Workspace, WorkspaceFolder]) {
        await assert.rejects(
          async () => await vscode.workspace.getConfiguration().update(key, value ?? [], target),
          `${key} was written for target ${target}`,
        );
      }
    });
  }
});
