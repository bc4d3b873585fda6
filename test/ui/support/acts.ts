import { onTestFailed } from 'vitest';
import type { Session } from './session';
import { until } from './until';
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

/** How long nothing may be written for what was entered before to count as written. */
const STILL_MS = 500;

/** Enters something that is kept in VS Code's secret storage, and waits until it is. */
export async function entersKept(workbench: Workbench, enter: () => Promise<void>): Promise<void> {
  const secrets = (): Promise<string> =>
    // It is encrypted, and another text with each write.
    workbench.page.evaluate(() => localStorage.getItem('secrets.provider') ?? '');
  let before = await secrets();
  let since = Date.now();
  await until('the secret storage at rest', async () => {
    const now = await secrets();
    if (now !== before) {
      before = now;
      since = Date.now();
    }
    return Date.now() - since > STILL_MS;
  });
  await enter();
  await until('what was entered in the secret storage', async () => (await secrets()) !== before);
}

/** Opens a field of the deploy form's menu with all options, which may be long. */
export async function deployOption(workbench: Workbench, label: string): Promise<void> {
  await workbench.quickTitle(/Deploy Service( \(\d+\/\d+\))?$/);
  await workbench.quickInput.fill(label);
  await workbench.choose(new RegExp(String.raw`^\s*${label}`));
}
