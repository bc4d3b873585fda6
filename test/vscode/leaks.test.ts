import assert from 'node:assert/strict';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { suite, suiteSetup, suiteTeardown, test } from 'mocha';
import * as vscode from 'vscode';
import { COMMANDS, SETTINGS, VIEWS } from '../../src/contributions';
import { readSettings } from '../../src/settings';
import { EngineServer, staySilent } from '../fakes/engineServer';
import { HostileServer, playManager } from '../fakes/hostileServers';
import { countResources, leftBehind } from '../fakes/leftovers';
import { setSettings, until } from './support';

/*
 * What the product leaves open in the extension host of a real VS Code: nothing. VS Code's own timers
 * come and go there, so only those count that the product's bundles set.
 */

/** Sooner than the product's shortest deadline, 5 s, would end what was left. */
const SOON_MS = 4_000;

/** Writes down which timers the code below a folder has set and neither cleared nor let fire. */
class OwnTimers {
  /** Each with the line that set it. */
  readonly waiting = new Map<unknown, string>();
  private readonly real = { setTimeout, clearTimeout, setInterval, clearInterval };

  constructor(folder: string) {
    const { real, waiting } = this;
    const note = (timer: NodeJS.Timeout): void => {
      // After the message, this function and its caller: what VS Code sets inside of a call is its own.
      const [, , , line = ''] = (new Error('where').stack ?? '').split('\n');
      if (line.includes(folder)) {
        waiting.set(timer, line);
      }
    };
    globalThis.setTimeout = Object.assign(
      (run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): NodeJS.Timeout => {
        const timer = real.setTimeout(() => {
          waiting.delete(timer);
          run(...args);
        }, ms);
        note(timer);
        return timer;
      },
      real.setTimeout,
    );
    globalThis.setInterval = ((run: () => void, ms?: number): NodeJS.Timeout => {
      const timer = real.setInterval(run, ms);
      note(timer);
      return timer;
    }) as typeof setInterval;
    globalThis.clearTimeout = globalThis.clearInterval = (timer) => {
      waiting.delete(timer);
      real.clearTimeout(timer);
    };
  }

  /** Those that wait and that code of this bundle has set. */
  of(bundle: string): readonly string[] {
    return [...this.waiting.values()].filter((line) => line.includes(`/${bundle}:`));
  }

  /** Takes the writing down back. */
  dispose(): void {
    Object.assign(globalThis, this.real);
  }
}

suite('what is left open', () => {
  const manager = new EngineServer();
  const hanging = new EngineServer();
  const silent = new HostileServer(() => {});
  /** Where the published ports of both nodes are: a probe there goes on until it has timed out. */
  const published = new HostileServer(() => {});
  let restore: () => Promise<void>;
  let timers: OwnTimers;

  /** Fails when sockets, children or timers of the product are left that were not there before. */
  async function nothingLeft(before: ReturnType<typeof countResources>): Promise<void> {
    const left = await leftBehind({ ...before, Timeout: Number.POSITIVE_INFINITY }, 8_000);
    assert.deepEqual(left, {});
    const noTimer = (): boolean => timers.waiting.size === 0;
    await until('no timer of the product', noTimer, SOON_MS).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${[...timers.waiting.values()].join()}`, { cause: error });
    });
  }

  suiteSetup(async () => {
    const extension = vscode.extensions.getExtension('swarmscope.swarmscope');
    assert.ok(extension !== undefined);
    timers = new OwnTimers(path.join(extension.extensionPath, 'dist'));
    playManager(manager);
    hanging.on('GET /info', staySilent);
    const servers = { manager, hanging, silent };
    const connections: { name: string; address: string }[] = [];
    for (const [name, server] of Object.entries(servers)) {
      const target =
        server instanceof EngineServer ? await server.listenTcp() : await server.listen();
      const port = 'port' in target ? target.port : 0;
      connections.push({ name, address: `tcp://127.0.0.1:${port}` });
    }
    const target = await published.listen();
    const address = `127.0.0.1:${'port' in target ? target.port : 0}`;
    restore = await setSettings({
      [SETTINGS.connections]: connections,
      [SETTINGS.nodeAddresses]: { node1: address, node2: address },
    });
    await vscode.commands.executeCommand(`${VIEWS.swarm}.focus`);
  });

  suiteTeardown(async () => {
    timers.dispose();
    await restore();
    await Promise.all([manager.close(), hanging.close(), silent.close(), published.close()]);
  });

  test('after a swarm was shown and left: nothing', async () => {
    const before = countResources();
    for (let turn = 0; turn < 3; turn += 1) {
      manager.requests.length = 0;
      await vscode.commands.executeCommand(COMMANDS.connect, { connection: 'setting:manager' });
      await until('the event stream', () => manager.log.includes('GET /v1.41/events'));
      await until('the tasks', () => manager.log.includes('GET /v1.41/tasks'));
      assert.ok(manager.sockets.size > 0);
      // The poll of a visible view waits.
      await until('a timer of the product', () => timers.waiting.size > 0);
      await vscode.commands.executeCommand(COMMANDS.disconnect);
      await until('no connection to the engine', () => manager.sockets.size === 0, SOON_MS);
    }
    await nothingLeft(before);
  });

  test('after the routing page was hidden, and after it was closed: no probe, no child, no timer', async () => {
    const before = countResources();
    // VS Code has children of its own, which come and go; fewer than before say nothing.
    const { ProcessWrap: most = 0 } = before;
    const children = (): number => countResources()['ProcessWrap'] ?? 0;
    const hasProbes = (): boolean => published.sockets.size > 0 && children() > most;
    const noProbeLeaves = async (): Promise<void> => {
      // Sooner than a probe times out: those under way are ended.
      assert.ok(SOON_MS < readSettings().timeoutMs);
      await until('the end of the probes under way', () => published.sockets.size === 0, SOON_MS);
      await until('the end of curl', () => children() <= most, SOON_MS);
      const sent = published.connections;
      await pause(readSettings().intervalMs + 1_000);
      assert.equal(published.connections, sent);
      await until('no child', () => children() <= most, SOON_MS);
    };
    await vscode.commands.executeCommand(COMMANDS.connect, { connection: 'setting:manager' });
    await vscode.commands.executeCommand(COMMANDS.openRouting);
    await until('probes', hasProbes);
    await until('a timer of the page', () => timers.of('panels.js').length > 0);
    // Empty, so that nothing asks whether to keep it; a file would bring in VS Code's git.
    const other = await vscode.workspace.openTextDocument();
    await vscode.window.showTextDocument(other, { preview: false });
    await noProbeLeaves();
    await vscode.commands.executeCommand(COMMANDS.openRouting);
    await until('probes of the page that is back', hasProbes);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await noProbeLeaves();
    assert.deepEqual(timers.of('panels.js'), []);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand(COMMANDS.disconnect);
    await nothingLeft(before);
  }).timeout(90_000);

  test('after a connection was given up while it hung: nothing', async () => {
    const before = countResources();
    hanging.requests.length = 0;
    const connecting = vscode.commands.executeCommand(COMMANDS.connect, {
      connection: 'setting:hanging',
    });
    await until('the hanging call', () => hanging.log.includes('GET /v1.41/info'));
    await vscode.commands.executeCommand(COMMANDS.disconnect);
    await until('no connection to the engine', () => hanging.sockets.size === 0, SOON_MS);
    await connecting;
    await nothingLeft(before);
  });

  test('after the picker was left while it looked: nothing', async () => {
    const before = countResources();
    hanging.requests.length = 0;
    const looked = silent.connections;
    const picking = vscode.commands.executeCommand(COMMANDS.connect);
    await until('a look at the hanging engine', () => hanging.log.includes('GET /v1.41/info'));
    await until('a look at the silent server', () => silent.connections > looked);
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await picking;
    await until(
      'no connection of any look',
      () => hanging.sockets.size + silent.sockets.size + manager.sockets.size === 0,
      SOON_MS,
    );
    await nothingLeft(before);
  });

  test('after a server that never answers has timed out: nothing', async () => {
    const before = countResources();
    const started = Date.now();
    await vscode.commands.executeCommand(COMMANDS.connect, { connection: 'setting:silent' });
    const took = Date.now() - started;
    // The product's own deadline for the first contact, and what a busy machine adds; the next one is 10 s.
    assert.ok(took > 4_500 && took < 9_500, `took ${took} ms`);
    await until('no connection to the server', () => silent.sockets.size === 0);
    await vscode.commands.executeCommand(COMMANDS.disconnect);
    await nothingLeft(before);
  });
});
