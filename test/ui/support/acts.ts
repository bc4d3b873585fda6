import { onTestFailed } from 'vitest';
import { askEngine, getJson } from '../../lab/engineApi';
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
const STILL_MS = 1_000;

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

/** Clicks a line above the code once all of them are at rest: one that is drawn anew takes no click. */
export async function clickLens(workbench: Workbench, text: string | RegExp): Promise<void> {
  const all = workbench.page.locator('.codelens-decoration');
  let before = '';
  let since = Date.now();
  await until('the lines above the code at rest', async () => {
    const now = await all.evaluateAll((lines) =>
      JSON.stringify(lines.map((line) => [line.textContent, line.getBoundingClientRect().top])),
    );
    if (now !== before) {
      before = now;
      since = Date.now();
    }
    return Date.now() - since > STILL_MS;
  });
  await all.locator('a', { hasText: text }).first().click();
}

interface Changeable<Spec> {
  readonly Version: { readonly Index: number };
  readonly Spec: Spec;
}

/** Changes a service or node behind the product's back; again where the engine changed it in between. */
export async function changeOutside<Spec>(
  socket: string,
  object: `/services/${string}` | `/nodes/${string}`,
  change: (spec: Spec) => Spec,
): Promise<void> {
  await until(`a change of ${object}`, async () => {
    const { Version, Spec } = await getJson<Changeable<Spec>>(socket, object);
    const path = `${object}/update?version=${Version.Index}`;
    const { status, body } = await askEngine(socket, 'POST', path, change(Spec));
    if (status !== 200) {
      throw new Error(`${status} ${body}`);
    }
    return true;
  });
}
