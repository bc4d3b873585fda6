import { hostname } from 'node:os';
import * as vscode from 'vscode';
import { systemClock } from './common/clock';
import { describeError } from './common/errorText';
import type { Logger } from './common/logger';
import { COMMANDS, SETTINGS } from './contributions';
import type { DemoConnection } from './demoClient/demoConnection';
import type { ObjectReference } from './model/objectReference';
import { BurstRunner } from './probe/burst';
import { chooseProbeEngine } from './probe/chooseEngine';
import { HistoryFiles } from './probe/historyFiles';
import { KeptHistories } from './probe/keptHistory';
import { ProbeScheduler } from './probe/probeScheduler';
import { onDidChangeSettings, readSettings } from './settings';
import type { Swarms } from './store/swarms';
import { RoutingPanels } from './webview/routingPanels';

/** What the routing panels are built from. */
export interface PanelParts {
  readonly extensionUri: vscode.Uri;
  /** The extension's own folder, kept across windows. */
  readonly storageUri: vscode.Uri;
  /** Told to whom the probes ask. */
  readonly productVersion: string;
  readonly swarms: Swarms;
  readonly demo: DemoConnection;
  readonly logger: Logger;
  readonly openDocument: (connectionId: string, object: ObjectReference) => void;
  readonly onDidChangeFailing: (connectionId: string, failing: number | undefined) => void;
}

/** Builds the routing panels with their probes: a bundle of its own, loaded by the first panel. */
export function createPanels(parts: PanelParts): RoutingPanels {
  const { extensionUri, productVersion, swarms, demo, logger } = parts;
  const files = new HistoryFiles(vscode.Uri.joinPath(parts.storageUri, 'probes').fsPath, logger);
  const histories = new KeptHistories(files, systemClock);
  const chooseEngine = () =>
    chooseProbeEngine({ curlPath: readSettings().curlPath, productVersion, logger });
  return new RoutingPanels({
    extensionUri,
    watch: (connectionId) => swarms.watch(connectionId),
    createScheduler: () =>
      new ProbeScheduler(
        { chooseEngine, clock: systemClock, logger, vantage: hostname(), random: Math.random },
        readSettings(),
      ),
    beginHistory: (connectionId) => histories.begin(connectionId),
    clock: systemClock,
    createBursts: (scheduler) =>
      new BurstRunner({
        chooseEngine: () => scheduler.chooseEngine(),
        clock: systemClock,
        logger,
        pace: scheduler.pace,
      }),
    readSettings,
    onDidChangeSettings,
    demoAddresses: () => demo.addresses(),
    onDidChangeDemoAddresses: demo.onDidChangeAddresses,
    onDidChangeVisible: (connectionId, visible) =>
      swarms.setVisible(`panel:${connectionId}`, visible, connectionId),
    onDidChangeFailing: parts.onDidChangeFailing,
    describeError,
    logger,
    actions: {
      inspect: parts.openDocument,
      connect: () => void vscode.commands.executeCommand(COMMANDS.connect),
      showLog: () => void vscode.commands.executeCommand(COMMANDS.showLog),
      openAddressSetting: () =>
        void vscode.commands.executeCommand(
          'workbench.action.openSettings',
          SETTINGS.nodeAddresses,
        ),
    },
  });
}
