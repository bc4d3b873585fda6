import * as l10n from '@vscode/l10n';
import { open } from 'node:fs/promises';
import { toSwarmscopeError } from '../common/errors';
import { errorLine } from '../common/errorText';
import type { Created, Engine } from '../docker/engine';
import { withoutIcons, type QuickFrame, type QuickUi } from './quickUi';
import { accept, refuse, type Verdict } from './validation/verdict';

/** What secrets and configs are picked and created with. */
export interface StoredFileParts {
  readonly ui: QuickUi;
  readonly existing: readonly string[];
  /** The engine as it is now; undefined while the swarm is not connected. */
  readonly engine: () => Pick<Engine, 'createSecret' | 'createConfig'> | undefined;
  /** Called after one was created. */
  readonly onCreated: () => Promise<void>;
  /** Takes away what a form kept of the questions with these keys. */
  readonly forget: (keys: readonly string[]) => void;
}

type Kind = 'secrets' | 'configs';

/** Largest sizes that the swarm takes, in bytes (swarmkit `controlapi`). */
const LARGEST: Readonly<Record<Kind, number>> = { secrets: 500_000, configs: 1_000_000 };

/** Swarmkit's rule for names of secrets and configs: up to 64 characters. */
const NAME = /^[a-zA-Z0-9](?:[\w.-]{0,62}[a-zA-Z0-9])?$/;

/** Picks a secret or config, or creates one; gives its name, undefined when the person left. */
export async function pickStoredFile(
  kind: Kind,
  frame: QuickFrame,
  parts: StoredFileParts,
): Promise<string | undefined> {
  const answer = await parts.ui.pick<string | undefined>(frame, {
    placeholder:
      kind === 'secrets'
        ? l10n.t('Which secret do the tasks get?')
        : l10n.t('Which config do the tasks get?'),
    choices: [
      {
        label: `$(add) ${kind === 'secrets' ? l10n.t('Create a secret…') : l10n.t('Create a config…')}`,
        value: undefined,
      },
      ...parts.existing.map((name) => ({ label: `$(key) ${withoutIcons(name)}`, value: name })),
    ],
  });
  if (answer.kind !== 'value') {
    return undefined;
  }
  return answer.value ?? (await createStoredFile(kind, frame, parts));
}

interface Wanted {
  readonly name: string;
  readonly problem?: string;
}

async function createStoredFile(
  kind: Kind,
  frame: QuickFrame,
  parts: StoredFileParts,
): Promise<string | undefined> {
  let wanted: Wanted = { name: '' };
  for (;;) {
    const name = await askName(kind, frame, parts, wanted);
    if (name === undefined) {
      return undefined;
    }
    wanted = { name };
    const below = { ...frame, title: `${frame.title} ${name}` };
    const keys = keysOf(kind, name);
    const data = await askData(kind, below, parts.ui, keys);
    if (data === undefined) {
      continue;
    }
    try {
      await create(kind, parts, { name, data });
      parts.forget(Object.values(keys));
      await parts.onCreated();
      return name;
    } catch (thrown) {
      wanted = { name, problem: errorLine(toSwarmscopeError(thrown), { object: name }) };
    }
  }
}

/** Keys of the questions about a new one; a value belongs to one name alone. */
function keysOf(kind: Kind, name: string) {
  return {
    name: `${kind} name`,
    value: `${kind} value ${name}`,
    file: `${kind} file ${name}`,
  };
}

async function create(
  kind: Kind,
  { engine: engineNow }: StoredFileParts,
  file: { readonly name: string; readonly data: Uint8Array },
): Promise<Created> {
  const engine = engineNow();
  if (engine === undefined) {
    throw new Error(l10n.t('The swarm is not connected.'));
  }
  return await (kind === 'secrets' ? engine.createSecret(file) : engine.createConfig(file));
}

async function askName(
  kind: Kind,
  frame: QuickFrame,
  { ui, existing }: StoredFileParts,
  { name, problem }: Wanted,
): Promise<string | undefined> {
  const answer = await ui.input<string>(frame, {
    key: keysOf(kind, name).name,
    untilForgotten: true,
    prompt:
      kind === 'secrets' ? l10n.t('Name of the new secret') : l10n.t('Name of the new config'),
    value: name,
    check: (text) =>
      existing.includes(text)
        ? refuse(l10n.t('"{0}" is there already: pick it from the list.', text))
        : NAME.test(text)
          ? accept(text)
          : refuse(l10n.t('Use up to 64 letters, digits, ".", "-" and "_".')),
    ...(problem === undefined ? {} : { problem }),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

async function askData(
  kind: Kind,
  frame: QuickFrame,
  ui: QuickUi,
  keys: { readonly value: string; readonly file: string },
): Promise<Uint8Array | undefined> {
  const how = await ui.pick<'typed' | 'file'>(frame, {
    placeholder: l10n.t('Where does its value come from?'),
    choices: [
      { label: `$(edit) ${l10n.t('Type it')}`, value: 'typed' },
      { label: `$(file) ${l10n.t('From a file…')}`, value: 'file' },
    ],
  });
  if (how.kind !== 'value') {
    return undefined;
  }
  if (how.value === 'file') {
    return await askFile(frame, ui, {
      largest: LARGEST[kind],
      key: keys.file,
      untilForgotten: true,
    });
  }
  const answer = await ui.input<Uint8Array>(frame, {
    key: keys.value,
    untilForgotten: true,
    prompt: l10n.t('Value; it is neither shown nor logged'),
    value: '',
    password: true,
    check: (text) => sized(new TextEncoder().encode(text), LARGEST[kind]),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

/** Asks for a file until one can be read; undefined when the person left. */
export async function askFile(
  frame: QuickFrame,
  ui: QuickUi,
  question: {
    /** Largest size, in bytes. */
    readonly largest: number;
    readonly key: string;
    readonly untilForgotten?: boolean;
  },
): Promise<Uint8Array | undefined> {
  const { largest, ...kept } = question;
  let path = '';
  let problem: string | undefined;
  for (;;) {
    const answer = await ui.input<string>(frame, {
      ...kept,
      prompt: l10n.t('Path of the file; the folder button chooses one'),
      value: path,
      canBrowse: true,
      check: (text) => (text.trim() === '' ? refuse(l10n.t('Enter a path.')) : accept(text.trim())),
      ...(problem === undefined ? {} : { problem }),
    });
    if (answer.kind !== 'value') {
      return undefined;
    }
    path = answer.value;
    const read = await readFile(path, largest);
    if (read.ok) {
      return read.value;
    }
    problem = read.error;
  }
}

async function readFile(path: string, largest: number): Promise<Verdict<Uint8Array>> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      return size > largest ? tooLarge(size, largest) : sized(await file.readFile(), largest);
    } finally {
      await file.close();
    }
  } catch {
    return refuse(l10n.t('"{0}" cannot be read: check the path.', path));
  }
}

function sized(data: Uint8Array, largest: number): Verdict<Uint8Array> {
  if (data.length === 0) {
    return refuse(l10n.t('It is empty: the swarm takes only values of at least one byte.'));
  }
  return data.length > largest ? tooLarge(data.length, largest) : accept(data);
}

function tooLarge(size: number, largest: number): Verdict<Uint8Array> {
  return refuse(
    l10n.t('It is too large: {0} kB, at most {1} kB.', Math.ceil(size / 1000), largest / 1000),
  );
}
