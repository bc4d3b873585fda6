import { onTestFailed } from 'vitest';
import type { Session } from './session';
import type { Workbench } from './workbench';

/** Opens one of the connections that the picker offers, by its exact name. */
export async function connectTo(workbench: Workbench, name: string): Promise<void> {
  await workbench.command('Swarmscope: Connect to Swarm Manager…');
  await workbench.quickTitle(/Connect to Swarm Manager/);
  await workbench.choose(new RegExp(String.raw`^\s*${name}$`));
}

/** Takes a picture of the workbench if the test that runs now fails. */
export function pictureOnFailure(session: () => Session): void {
  onTestFailed(async ({ task }) => {
    await session().shoot(`failed-${task.name.replaceAll(/\W+/g, '-').slice(0, 60)}`);
  });
}

/** What VS Code's secret storage holds, encrypted: another text when something was kept. */
export async function keptSecrets(workbench: Workbench): Promise<string> {
  return await workbench.page.evaluate(() => JSON.stringify(Object.entries(localStorage)));
}

/** Opens a field of the deploy form's menu with all options, which may be long. */
export async function deployOption(workbench: Workbench, label: string): Promise<void> {
  await workbench.quickTitle(/Deploy Service( \(\d+\/\d+\))?$/);
  await workbench.quickInput.fill(label);
  await workbench.choose(new RegExp(String.raw`^\s*${label}`));
}
