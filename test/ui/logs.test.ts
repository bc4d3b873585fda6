import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeLines } from '../lab/images';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { connectTo, pictureOnFailure } from './support/acts';
import { openWorkbench, type Session } from './support/session';
import { until } from './support/until';
import type { Workbench } from './support/workbench';
import { takePicture } from '../vscodeHost/picture';

/*
 * Logs of three tasks on three nodes while one of them is stopped, and a published port opened in the
 * browser through the relay of a window whose browser is elsewhere.
 */

/** What a program writes to a terminal: colours, a progress bar, a title, the cursor moved. */
const TERMINAL = [
  "trap 'exit 0' TERM INT",
  String.raw`printf 'plain\n'`,
  String.raw`printf '\033[31mred\033[0m and \033[1mbold\033[0m\n'`,
  String.raw`printf '10%%\r20%%\rdone\n'`,
  String.raw`printf 'to stderr\n' >&2`,
  String.raw`printf '\033]0;a title\007retitled\n'`,
  String.raw`printf '\033[2J\033[Hover two lines\r\n'`,
  String.raw`printf 'at last\n'`,
  'sleep 1000 & wait $!',
].join('\n');

describe.each(['oldest', 'newest'] as const)('logs on the %s engine', (engine) => {
  let acquired: AcquiredLab;
  let session: Session;
  let workbench: Workbench;
  let relayPort = 0;

  beforeAll(async () => {
    acquired = await acquireLab({ name: 'logs', engine });
    const { lab } = acquired;
    await lab.importImage('swarmscope/lines:latest', { cmd: writeLines() });
    const create = async (...args: string[]): Promise<unknown> =>
      await lab.docker('node1', ['service', 'create', '-d', '--no-resolve-image', ...args]);
    await create('--name=web', '--replicas=3', '--replicas-max-per-node=1', 'swarmscope/lines');
    await create('--name=site', '--replicas=3', '-p=8080:80', 'drupal');
    session = await openWorkbench({
      name: 'logs',
      netns: lab.clientNetns,
      settings: {
        'swarmscope.connections': [{ name: 'lab', address: lab.manager.tcpAddress }],
      },
    });
    ({ workbench } = session);
    await workbench.openContainer('Swarmscope');
    await connectTo(workbench, 'lab');
    await workbench.row('lab', 1).waitFor({ timeout: 20_000 });
    await workbench.expand('Services', 2);
    await workbench.described('web', /3\/3/, 3);
    await workbench.described('site', /3\/3/, 3);
  });

  afterAll(async () => {
    await session?.dispose();
    await acquired?.release();
  });

  /** Newest number that a task of a node has written, as far as the document is drawn. */
  async function newestOf(node: string): Promise<number> {
    const text = await workbench.editorText();
    const lines = text.split('\n').filter((line) => line.includes(` ${node} `));
    return Math.max(0, ...lines.map((line) => Number(/page\/(\d+)/.exec(line)?.[1] ?? 0)));
  }

  async function growing(node: string): Promise<void> {
    const before = await newestOf(node);
    await until(`newer lines of ${node}`, async () => (await newestOf(node)) > before, 20_000);
  }

  test('shows three tasks of three nodes live, stderr marked', async () => {
    pictureOnFailure(() => session);
    await workbench.contextMenu('web', 'Show Logs', 3);
    await workbench.tab('web.log').waitFor();
    for (const node of ['node1', 'node2', 'node3']) {
      await growing(node);
    }
    const lines = (await workbench.editorText()).split('\n').filter((line) => line !== '');
    const errors = lines.filter((line) => line.includes('warning '));
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.filter((line) => !/^[\d:.]+ {2}web\.\d {2}node\d {2}err │ /.test(line))).toEqual(
      [],
    );
    const plain = lines.filter((line) => line.includes('GET '));
    expect(plain.filter((line) => !/^[\d:.]+ {2}web\.\d {2}node\d {6}│ /.test(line))).toEqual([]);
    await session.shoot(`logs-live-${engine}`);
  });

  test('names the node that is stopped, and goes on with the two others', async () => {
    pictureOnFailure(() => session);
    await acquired.lab.fault('daemon', 'node3');
    await until(
      'the missing node named',
      async () =>
        /!! node3 does not answer: the logs of web\.\d are missing/.test(
          await workbench.editorText(),
        ),
      60_000,
    );
    await growing('node1');
    await growing('node2');
    await session.shoot(`logs-node-down-${engine}`);
    await acquired.lab.heal();
    await until('node3 again', async () => (await newestOf('node3')) > 0, 60_000);
    await session.shoot(`logs-node-back-${engine}`);
  });

  test('stops, goes on with what was missed, clears, and ends its streams with the tab', async () => {
    pictureOnFailure(() => session);
    await workbench.command('Swarmscope: Stop Following Logs');
    await until('stopped', async () => (await workbench.editorText()).includes('Stopped here'));
    await workbench.command('Swarmscope: Clear Logs');
    await until('cleared', async () => (await workbench.editorText()).trim() === '');
    await workbench.command('Swarmscope: Follow Logs Again');
    for (const node of ['node1', 'node2', 'node3']) {
      await growing(node);
    }
    await workbench.command('Swarmscope: Copy Logs as Docker Command');
    await until('the command in the clipboard', async () =>
      /^docker service logs --follow --timestamps --tail 200 web$/.test(
        await workbench.page.evaluate(() => navigator.clipboard.readText()),
      ),
    );
    const live = await connections();
    await workbench.closeEditors();
    await until('the end of three streams', async () => {
      const now = await connections();
      return live.filter((one) => !now.includes(one)).length >= 3;
    });
  });

  /** The client's ends of its connections to the manager's engine. */
  async function connections(): Promise<readonly string[]> {
    const { address } = acquired.lab.manager;
    const filter = ['state', 'established', 'dst', address];
    const { stdout } = await acquired.lab.runAsClient('ss', ['-Htn', ...filter]);
    // Receive queue, send queue, own address, that of the engine.
    return stdout.split('\n').flatMap((line) => line.trim().split(/\s+/)[2] ?? []);
  }

  test('comes back with the window', async () => {
    pictureOnFailure(() => session);
    await workbench.contextMenu('web', 'Show Logs', 3);
    await growing('node2');
    await session.reload();
    await workbench.tab('web.log').waitFor();
    await growing('node2');
    await workbench.closeEditors();
    await workbench.openContainer('Swarmscope');
    await workbench.row('lab', 1).waitFor({ timeout: 30_000 });
    await workbench.expand('Services', 2);
  });

  test('asks for a part of the logs where that is wanted', async () => {
    pictureOnFailure(() => session);
    await workbench.contextMenu('web', 'Show Logs with Options…', 3);
    await workbench.quickTitle(/Show Logs with Options: web/);
    await workbench.quickInput.fill('yesterday');
    await workbench.quickMessage.filter({ hasText: 'write 10m, 1h30m' }).waitFor();
    await session.shoot(`logs-options-since-${engine}`);
    await workbench.type('10m');
    await workbench.quickPrompt('How many of the newest lines');
    await workbench.type('5');
    await workbench.quickRow('Errors only').waitFor();
    await workbench.tick('Follow');
    await workbench.tick('Errors only');
    await session.shoot(`logs-options-${engine}`);
    await workbench.accept();
    await workbench.tab('web.log').waitFor();
    await until('five lines and their end', async () => {
      const lines = (await workbench.editorText()).trim().split('\n');
      return (
        lines.filter((line) => line.includes('err │ warning')).length === 5 &&
        (lines.at(-1) ?? '').includes('This is all')
      );
    });
    await session.shoot(`logs-errors-${engine}`);
    await workbench.closeEditors();
  });

  test('shows what a terminal gets as plain lines, without marks of stderr', async () => {
    pictureOnFailure(() => session);
    const { lab } = acquired;
    await lab.importImage('swarmscope/terminal:latest', { cmd: ['/bin/sh', '-c', TERMINAL] });
    const create = ['service', 'create', '-d', '--no-resolve-image', '--tty', '--name=term'];
    await lab.docker('node1', [...create, 'swarmscope/terminal:latest']);
    await workbench.described('term', /1\/1/, 3);
    await workbench.contextMenu('term', 'Show Logs', 3);
    await workbench.tab('term.log').waitFor();
    await until('the last line', async () => (await workbench.editorText()).includes('at last'));
    const lines = (await workbench.editorText()).split('\n').filter((line) => line.includes('│'));
    expect(lines.map((line) => line.replace(/^[\d:.]+ {2}term\.1 {2}node\d/, ''))).toEqual([
      '      │ plain',
      '      │ red and bold',
      '      │ 10%·20%·done',
      '      │ to stderr',
      '      │ retitled',
      '      │ over two lines',
      '      │ at last',
    ]);
    await session.shoot(`logs-terminal-${engine}`);
    await workbench.closeEditors();
    await workbench.openContainer('Swarmscope');
  });

  test('opens a published port of a chosen node in the browser, through the relay', async () => {
    pictureOnFailure(() => session);
    await workbench.contextMenu('site', 'Open Published Port…', 3);
    await workbench.quickTitle(/Open Published Port: site/);
    await workbench.quickRow('node2').waitFor();
    await session.shoot(`open-port-node-${engine}`);
    await workbench.choose('node2');
    await workbench.quickRow('https').waitFor();
    // This host names `/proxy/<port>/` for ports of its loopback, which a server around it would answer.
    await workbench.page.context().route(/\/proxy\/\d+\//, async (route) => {
      const [, port, rest] = /\/proxy\/(\d+)\/(.*)$/.exec(route.request().url()) ?? [];
      await route.continue({ url: `http://127.0.0.1:${port}/${rest}` });
    });
    const popup = workbench.page.context().waitForEvent('page');
    await workbench.choose(/^http$/);
    const page = await popup;
    await until('the host name of a task', async () => {
      const text = (await page.locator('body').innerText({ timeout: 2_000 })).trim();
      if (!/^[0-9a-f]{12}$/.test(text)) {
        throw new Error(`${page.url()}: ${text.slice(0, 200)}`);
      }
      return true;
    });
    expect(new URL(page.url()).pathname).toMatch(/^\/proxy\/\d+\/$/);
    relayPort = Number(new URL(page.url()).pathname.split('/')[2]);
    expect(await listeners(relayPort)).toBe(1);
    await takePicture(page, `out/screenshots/open-port-page-${engine}.png`);
    await page.close();
  });

  test('closes the relay with its swarm', async () => {
    pictureOnFailure(() => session);
    await workbench.contextMenu('lab', 'Disconnect', 1);
    await until('no relay', async () => (await listeners(relayPort)) === 0);
  });

  /** Sockets of the client that listen at a port. */
  async function listeners(port: number): Promise<number> {
    const { stdout } = await acquired.lab.runAsClient('ss', ['-Hltn', 'sport', '=', `:${port}`]);
    return stdout.split('\n').filter((line) => line.trim() !== '').length;
  }
});
