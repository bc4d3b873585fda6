import * as vscode from 'vscode';
import type { Event } from './common/emitter';
import { SETTINGS } from './contributions';

/** What the person configured, read fresh at each use; foreign values are checked where they are used. */
export interface Settings {
  /** `swarmscope.connections`, unvalidated. */
  readonly connections: unknown;
  /** `swarmscope.nodeAddresses`, unvalidated. */
  readonly nodeAddresses: unknown;
  /** `swarmscope.probe.services`, unvalidated. */
  readonly probes: unknown;
  /** Milliseconds between two probe rounds. */
  readonly intervalMs: number;
  /** Milliseconds until a probe has timed out. */
  readonly timeoutMs: number;
  /** Connections that probes begin in one second at most. */
  readonly maxPerSecond: number;
  /** Whether acts on published services are probed around. */
  readonly guardsActs: boolean;
  /** Whether swarms are probed while no routing panel of theirs is in sight. */
  readonly watchesInBackground: boolean;
  /** `swarmscope.groupByStack`. */
  readonly groupByStack: boolean;
  readonly curlPath: string;
  readonly sshPath: string;
  /** Empty: ssh's own. */
  readonly sshConfigFile: string;
}

/** Reads the settings, clamping numbers to the range that the manifest states. */
export function readSettings(): Settings {
  const configuration = vscode.workspace.getConfiguration();
  return {
    connections: configuration.get<unknown>(SETTINGS.connections),
    nodeAddresses: configuration.get<unknown>(SETTINGS.nodeAddresses),
    probes: configuration.get<unknown>(SETTINGS.probeServices),
    intervalMs: seconds(configuration.get(SETTINGS.probeIntervalSeconds), 5, 1, 300),
    timeoutMs: seconds(configuration.get(SETTINGS.probeTimeoutSeconds), 3, 0.5, 30),
    maxPerSecond: Math.round(within(configuration.get(SETTINGS.probeMaxPerSecond), 300, 1, 5_000)),
    guardsActs: configuration.get(SETTINGS.probeGuard) !== false,
    watchesInBackground: configuration.get(SETTINGS.probeBackgroundWatch) === true,
    groupByStack: configuration.get(SETTINGS.groupByStack) === true,
    curlPath: text(configuration.get(SETTINGS.probeCurlPath)) || 'curl',
    sshPath: text(configuration.get(SETTINGS.sshPath)) || 'ssh',
    sshConfigFile: text(configuration.get(SETTINGS.sshConfigFile)),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function seconds(value: unknown, fallback: number, least: number, most: number): number {
  return Math.round(within(value, fallback, least, most) * 1000);
}

function within(value: unknown, fallback: number, least: number, most: number): number {
  const given = typeof value === 'number' && Number.isFinite(value) ? value : fallback;
  return Math.min(most, Math.max(least, given));
}

/** Adds a connection to the person's own settings, beside what stands there. */
export async function saveConnection(connection: Readonly<Record<string, unknown>>): Promise<void> {
  const configuration = vscode.workspace.getConfiguration();
  const known = configuration.inspect<unknown>(SETTINGS.connections)?.globalValue;
  const rows: readonly unknown[] = Array.isArray(known) ? known : [];
  await configuration.update(
    SETTINGS.connections,
    [...rows, connection],
    vscode.ConfigurationTarget.Global,
  );
}

/** Fires when any setting of Swarmscope changed. */
export const onDidChangeSettings: Event<void> = (listener) =>
  vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration('swarmscope')) {
      listener();
    }
  });
