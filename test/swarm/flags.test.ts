import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { type EngineChoice, ensureEngine } from '../../scripts/setup/engines';
import { engineCache } from '../lab/lab';
import { run } from '../lab/processes';

const folder = fileURLToPath(new URL('../parity', import.meta.url));

/** The CLIs that are asked, by the beginning of their version. */
const clis = { '20.10': 'oldest', '28': 'newest' } as const;
const since = v.picklist(['20.10', '28']);

/** What becomes of each flag of a docker command, and the first CLI that has it. */
const listSchema = v.record(
  v.string(),
  v.variant('status', [
    v.strictObject({ since, status: v.literal('done') }),
    v.strictObject({ since, status: v.literal('not'), why: v.pipe(v.string(), v.minLength(20)) }),
  ]),
);

/** `service-create.json` is about `docker service create`. */
const commands = ['network-create', 'service-create', 'service-update'];

function readList(command: string): v.InferOutput<typeof listSchema> {
  const text = readFileSync(path.join(folder, `${command}.json`), 'utf8');
  return v.parse(listSchema, JSON.parse(text));
}

async function flagsOf(choice: EngineChoice, command: string): Promise<readonly string[]> {
  const engine = await ensureEngine(choice, { cacheDir: engineCache });
  const { stdout } = await run(engine.dockerCli, [...command.split('-'), '--help']);
  const found = [...stdout.matchAll(/^ {2}(?:-\w, | {4})(--[\w-]+)/gm)].map(
    ([, flag = '']) => flag,
  );
  return found.filter((flag) => flag !== '--help').toSorted();
}

describe('the list of flags', () => {
  it.each(Object.entries(clis))('knows the version %s of the CLI', async (version, choice) => {
    const engine = await ensureEngine(choice, { cacheDir: engineCache });
    expect(engine.version.startsWith(`${version}.`)).toBe(true);
  });

  it('is there for nothing but known commands', () => {
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    const known = commands.map((command) => `${command}.json`);
    expect(files.filter((file) => !known.includes(file))).toEqual([]);
  });

  it.each(commands)('of docker %s is that of the oldest and the newest CLI', async (command) => {
    const list = Object.entries(readList(command));
    const old = list.filter(([, flag]) => flag.since === '20.10');
    const names = (entries: typeof list) => entries.map(([flag]) => flag).toSorted();
    expect(await flagsOf('oldest', command)).toEqual(names(old));
    expect(await flagsOf('newest', command)).toEqual(names(list));
  });
});
