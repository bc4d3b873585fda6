import assert from 'node:assert/strict';
import { once } from 'node:events';
import path from 'node:path';
import { suite, test } from 'mocha';
import * as vscode from 'vscode';
import { systemClock, type Clock } from '../../src/common/clock';
import { toDisposable, type Disposable } from '../../src/common/disposable';
import type { Event } from '../../src/common/emitter';
import { silentLogger } from '../../src/common/logger';
import { BurstRunner } from '../../src/probe/burst';
import { HistoryFiles } from '../../src/probe/historyFiles';
import { KeptHistories } from '../../src/probe/keptHistory';
import type { ProbeEngine } from '../../src/probe/probe';
import { ProbeScheduler } from '../../src/probe/probeScheduler';
import type { RoutingPanelDependencies } from '../../src/webview/routingPanel';
import { RoutingPanels } from '../../src/webview/routingPanels';
import { lessonSnapshot } from '../fakes/swarms';
import { until } from './support';

/* What a routing panel holds while it is open, counted one by one where it gets it. */

/** Names of what was handed out and not taken back. */
class HandedOut {
  readonly alive: string[] = [];

  of(name: string, inner: Disposable = toDisposable(() => {})): Disposable {
    this.alive.push(name);
    let isBack = false;
    return toDisposable(() => {
      inner.dispose();
      if (!isBack) {
        isBack = true;
        this.alive.splice(this.alive.indexOf(name), 1);
      }
    });
  }

  event<T>(name: string): Event<T> {
    return () => this.of(name);
  }

  /** A clock whose timers count until they have fired. */
  get clock(): Clock {
    return {
      now: () => systemClock.now(),
      after: (ms, run) => {
        const timer = this.of(
          'timer',
          systemClock.after(ms, () => {
            timer.dispose();
            run();
          }),
        );
        return timer;
      },
    };
  }
}

suite('a routing panel', () => {
  test('takes back all that it holds when it is closed', async () => {
    const out = new HandedOut();
    const { clock } = out;
    const engine: ProbeEngine = {
      label: 'holding',
      run: async (_targets, _options, signal) => {
        const round = out.of('round');
        await once(signal, 'abort');
        round.dispose();
      },
    };
    const extension = vscode.extensions.getExtension('swarmscope.swarmscope');
    assert.ok(extension !== undefined);
    const connection = { id: 'lab', name: 'lab', source: 'setting', address: 'tcp://a:1' } as const;
    const snapshot = lessonSnapshot();
    const histories = new KeptHistories(
      new HistoryFiles(path.join(extension.extensionPath, 'out/panel-histories'), silentLogger),
      clock,
    );
    let visible: boolean | undefined;
    const here = { name: 'here', chooseEngine: async () => engine };
    const settings = { intervalMs: 1_000, timeoutMs: 500, maxPerSecond: 300 };
    const dependencies: RoutingPanelDependencies = {
      extensionUri: extension.extensionUri,
      watch: () => ({
        state: { phase: 'connected', connection, via: connection, snapshot },
        engine: undefined,
        onDidChange: out.event('swarm'),
      }),
      createScheduler: () =>
        new ProbeScheduler(
          {
            vantage: here,
            clock,
            logger: silentLogger,
            random: () => 0,
            describe: String,
          },
          settings,
        ),
      here,
      managerOf: () => undefined,
      beginHistory: (id) => histories.begin(id),
      clock,
      createBursts: ({ pace }) =>
        new BurstRunner({ chooseEngine: async () => engine, clock, logger: silentLogger, pace }),
      readSettings: () => ({ ...settings, nodeAddresses: {}, probes: {} }),
      onDidChangeSettings: out.event('settings'),
      demoAddresses: () => ({}),
      onDidChangeDemoAddresses: out.event('demo'),
      onDidChangeVisible: (_id, now) => (visible = now),
      onDidChangeFailing: () => {},
      describeError: () => ({ title: '', detail: '', nextStep: '' }),
      logger: silentLogger,
      actions: {
        inspect() {},
        connect() {},
        showLog() {},
        openAddressSetting() {},
        openInBrowser() {},
      },
    };
    const view = vscode.window.createWebviewPanel('swarmscope.test', 'x', vscode.ViewColumn.One);
    const panels = new RoutingPanels(dependencies);
    panels.restore(view, 'lab', undefined);
    await until('a round', () => out.alive.includes('round'));
    for (const held of ['swarm', 'settings', 'demo']) {
      assert.ok(out.alive.includes(held), held);
    }
    assert.equal(visible, true);
    view.dispose();
    await until('the end of the round', () => !out.alive.includes('round'));
    assert.deepEqual(out.alive, []);
    assert.equal(visible, false);
  });
});
