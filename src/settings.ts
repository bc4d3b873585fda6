import * as vscode from 'vscode';
import { SETTINGS } from './contributions';

/** What the person configured, read fresh at each use; foreign values are checked where they are used. */
export interface Settings {
  /** `swarmscope.connections`, unvalidated. */
  readonly connections: unknown;
  /** `swarmscope.nodeAddresses`, unvalidated. */
  readonly nodeAddresses: unknown;
  /** Milliseconds between two probe rounds. */
  readonly intervalMs: number;
  /** Milliseconds until a probe has timed out. */
  readonly timeoutMs: number;
  readonly curlPath: string;
}

/** Reads the settings, clamping numbers to the range that the manifest states. */
export function readSettings(): Settings {
  const configuration = vscode.workspace.getConfiguration();
  return {
    connections: configuration.get<unknown>(SETTINGS.connections),
    nodeAddresses: configuration.get<unknown>(SETTINGS.nodeAddresses),
    intervalMs: seconds(configuration.get(SETTINGS.probeIntervalSeconds), 5, 1, 300),
    timeoutMs: seconds(configuration.get(SETTINGS.probeTimeoutSeconds), 3, 0.5, 30),
    curlPath: configuration.get<string>(SETTINGS.probeCurlPath)?.trim() || 'curl',
  };
}

function seconds(value: unknown, fallback: number, least: number, most: number): number {
  const given = typeof value === 'number' && Number.isFinite(value) ? value : fallback;
  return Math.round(Math.min(most, Math.max(least, given)) * 1000);
}
