import * as vscode from 'vscode';
import { setTimeout as pause } from 'node:timers/promises';

/** Asks `look` until it gives true; fails with `what` when that takes too long. */
export async function until(
  what: string,
  look: () => boolean | Promise<boolean>,
  withinMs = 25_000,
): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await look())) {
    if (Date.now() > end) {
      throw new Error(`Waited ${withinMs} ms in vain for ${what}`);
    }
    await pause(50);
  }
}

/** Sets the person's own settings, waits until they are in force, and gives what takes them back. */
export async function setSettings(
  settings: Readonly<Record<string, unknown>>,
): Promise<() => Promise<void>> {
  const set = async (values: Readonly<Record<string, unknown>>): Promise<void> => {
    for (const [key, value] of Object.entries(values)) {
      await vscode.workspace
        .getConfiguration()
        .update(key, value, vscode.ConfigurationTarget.Global);
      if (value !== undefined) {
        await until(`${key} in force`, () => {
          const read = vscode.workspace.getConfiguration().get<unknown>(key);
          return JSON.stringify(read) === JSON.stringify(value);
        });
      }
    }
  };
  await set(settings);
  return () => set(Object.fromEntries(Object.keys(settings).map((key) => [key, undefined])));
}
