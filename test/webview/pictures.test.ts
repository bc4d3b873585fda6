import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { PageHost } from './pageHost';
import { SCENES, type SceneName } from './scenes';
import { THEMES } from './themes';

let host: PageHost;

beforeAll(async () => {
  host = await PageHost.start();
});

afterAll(async () => {
  await host.stop();
});

const scenes = Object.keys(SCENES) as SceneName[];

describe.each(THEMES.map((theme) => theme.name))('pictures in %s', (theme) => {
  it.each(scenes)('%s', async (scene) => {
    const page = await host.open(scene, { theme });
    await host.picture(page, `${scene}-${theme}`);
    expect(host.takeProblems()).toEqual([]);
    await page.context().close();
  });

  it('details and table', async () => {
    const page = await host.open('troubled', { theme });
    await page.getByRole('button', { name: /^node3,/ }).click();
    await page.mouse.move(5, 5);
    await host.picture(page, `details-${theme}`);
    await page.getByRole('tab', { name: 'Table' }).click();
    await host.picture(page, `table-${theme}`);
    expect(host.takeProblems()).toEqual([]);
    await page.context().close();
  });
});

describe.each([600, 800, 1040, 1600])('pictures %i px wide', (width) => {
  it.each(['healthy', 'troubled', 'unreachable', 'hostile'] as const)('%s', async (scene) => {
    const page = await host.open(scene, { width, height: 900 });
    await host.picture(page, `${scene}-${width}`);
    const node = page.locator('.map .node').nth(1);
    await node.click();
    await page.mouse.move(5, 5);
    await host.picture(page, `${scene}-details-${width}`);
    expect(host.takeProblems()).toEqual([]);
    await page.context().close();
  });
});
