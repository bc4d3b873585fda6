import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { FakeEngine } from '../../test/fakes/fakeEngine';
import { MemoryStorage } from '../../test/fakes/memoryStorage';
import { makeInfo } from '../../test/fakes/records';
import { ScriptedUi, type ShownQuestion } from '../../test/fakes/scriptedUi';
import { lessonParts } from '../../test/fakes/swarms';
import { SwarmscopeError } from '../common/errors';
import { silentLogger } from '../common/logger';
import type { ConnectionEntry } from '../docker/target';
import { toServiceBody } from '../spec/buildServiceBody';
import { Swarms } from '../store/swarms';
import { connected, leadsElsewhere, type ConnectedSwarm } from './commandContext';
import type { DeployAnswers } from './deployAnswers';
import { DeployForm } from './deployForm';
import { Drafts } from './drafts';
import type { Sent } from './keptForm';

/* The deploy form as people leave it and come back: through Escape, a lost connection, another window. */

const entry: ConnectionEntry = { id: 'a', name: 'a', source: 'setting', address: 'tcp://a:1' };

let engine: FakeEngine;
let swarms: Swarms;
let storage: MemoryStorage;
/** Goes on with the form that was left last, as the notification does. */
let again: (() => Promise<void>) | undefined;
let offered: string[];
let yaml: DeployAnswers[];
/** What comes of sending, where it is not the service. */
let instead: Sent<DeployAnswers>['kind'] | undefined;
let script: string[];
let ui: ScriptedUi;

beforeEach(async () => {
  engine = new FakeEngine(lessonParts());
  swarms = new Swarms({
    open: () => Promise.resolve(engine),
    logger: silentLogger,
    clock: new FakeClock(),
  });
  storage = new MemoryStorage();
  again = undefined;
  offered = [];
  yaml = [];
  instead = undefined;
  script = [];
  await swarms.connect(entry);
});

afterEach(() => swarms.dispose());

function swarmNow(): ConnectedSwarm {
  const swarm = connected(swarms.find('a'));
  if (swarm === undefined) {
    throw new Error('not connected');
  }
  return swarm;
}

async function create(
  swarm: ConnectedSwarm,
  answers: DeployAnswers,
  names: Parameters<typeof toServiceBody>[1],
): Promise<Sent<DeployAnswers>> {
  await swarm.engine.createService(toServiceBody(answers.draft, names));
  return instead === 'unknown'
    ? { kind: 'unknown' }
    : { kind: 'done', after: async () => undefined };
}

/** Opens the form as a window does that knows nothing but what is stored; gives what it showed. */
const open = async (...lines: string[]): Promise<readonly ShownQuestion[]> =>
  await openOn(undefined, lines);

/** The same, called on a network. */
async function openOn(
  network: string | undefined,
  lines: string[],
): Promise<readonly ShownQuestion[]> {
  script = lines;
  ui = new ScriptedUi(script);
  const start = swarmNow();
  const drafts = new Drafts(storage);
  const form = new DeployForm({
    context: { swarms, ui, drafts },
    start,
    title: 'Deploy Service',
    network,
    refuse: (now) =>
      now !== undefined
        ? undefined
        : leadsElsewhere({ swarms }, start)
          ? 'another swarm'
          : 'not connected',
    offerToContinue: (label, go) => {
      offered.push(label);
      again = go;
    },
    copy: async () => undefined,
    tell: () => undefined,
    toYaml: async (answers) => void yaml.push(answers),
    create: (swarm, answers, lists) => create(swarm, answers, lists.names),
  });
  await form.run();
  // Everything is written then.
  await drafts.load('', '');
  expect(script).toEqual([]);
  return ui.shown;
}

async function goOn(...lines: string[]): Promise<readonly ShownQuestion[]> {
  const before = ui.shown.length;
  script.push(...lines);
  await again?.();
  expect(script).toEqual([]);
  return ui.shown.slice(before);
}

/** The connection leads to another swarm from now on. */
async function becomeAnother(): Promise<void> {
  engine = new FakeEngine(lessonParts());
  const info = makeInfo();
  const { cluster = { id: '', defaultAddressPools: [], subnetSize: 24, dataPathPort: 4789 } } =
    info.swarm;
  engine.swarm.info = {
    ...info,
    swarm: { ...info.swarm, cluster: { ...cluster, id: 'another' } },
  };
  swarms.close('a');
  await swarms.connect(entry);
}

const sent = (): number => engine.count('createService');
const CONTINUE = 'Continue with what you entered';
const quick = ['nginx', 'web', 'mydrupal', 'Replicated', '1', '8081:80', 'Continue'];

describe('what was typed and not accepted', () => {
  it('is there again, in the very first question too', async () => {
    await open('…ngi!');
    expect(offered).toEqual(['']);
    const [kept, image] = await open(CONTINUE, '…nginx:1!');
    expect(kept?.rows[0]).toContain(CONTINUE);
    expect(image).toMatchObject({ text: 'Image that the tasks run', begun: 'ngi' });
    // Typed away again: nothing is left to keep.
    await open(CONTINUE, '…!');
    expect(storage.texts.size).toBe(0);
    await open('!');
    expect(offered).toHaveLength(2);
  });

  it('ticks are, through Back and in another window, at the step that was open', async () => {
    const shown = await open('nginx', 'web', '…mydrupal<', 'web', '…mydrupal!');
    expect(shown[4]).toMatchObject({ begun: 'mydrupal' });
    const [, networks] = await open(CONTINUE, '!');
    expect(networks?.text).toContain('Tick the networks');
    expect(networks?.begun).toBe('mydrupal');
  });

  it('is in its own question alone', async () => {
    await open(
      ...quick,
      ...['More options…', 'Labels', 'Add…', 'a=1', 'Add…', 'b=2', 'Add…', '…half!'],
      ...['a=1', '…a=other!', 'Done', 'Container labels', 'Add…', '!', 'Done', 'Done', '!'],
    );
    const shown = await open(
      ...[CONTINUE, 'More options…', 'Container labels', 'Add…', '!', 'Done'],
      ...['Labels', 'a=1', '!', 'b=2', '', 'Add…', '!', 'a=1', '', 'Add…', 'a=1', 'a=1', '!'],
      ...['Done', 'Done', '!'],
    );
    const begun = shown.flatMap((question) => question.begun ?? []);
    // Container label, label a, label b, new label, label a, new label, label a that is another one.
    expect(begun).toEqual(['', 'a=other', 'b=2', 'half', 'a=other', 'half', 'a=1']);
  });

  it('follows its row when another one is removed', async () => {
    const ports = ['More options…', 'Ports'];
    await open(
      ...quick,
      ...[...ports, 'Add…', '53', 'Published', '5353', 'Done'],
      ...['5353→53', 'Published', '…99!', 'Done', '8081→80', 'Remove'],
      ...['Done', 'Done', '!'],
    );
    const shown = await open(
      ...[
        CONTINUE,
        ...ports,
        'Add…',
        '!',
        '5353→53',
        'Published',
        '!',
        'Done',
        'Done',
        'Done',
        '!',
      ],
    );
    expect(shown.flatMap((question) => question.begun ?? [])).toEqual(['', '99']);
  });

  it('a secret’s name and value are, until it is there', async () => {
    const secrets = ['More options…', 'Secrets', 'Add…', 'Create a secret…'];
    await open(...quick, ...secrets, 'key', 'Type it', '…hidden!', '!', 'Done', 'Done', '!');
    const shown = await open(
      ...[CONTINUE, 'More options…', 'Configs', 'Add…', 'Create a config…', '!', 'Done'],
      ...['Secrets', 'Add…', 'Create a secret…', 'key', 'Type it', 'hidden value'],
      ...['Add…', 'Create a secret…', 'other', 'Type it', '!', '!', 'Done', 'Done', '!'],
    );
    const begun = shown.flatMap((question) => question.begun ?? []);
    expect(begun).toEqual(['', 'key', 'hidden', '', '', 'other']);
    expect(engine.count('createSecret')).toBe(1);
  });

  it('a secret that was refused is asked for again with everything', async () => {
    engine.fail('createSecret', new SwarmscopeError('connection-refused'), 1);
    const shown = await open(
      ...quick,
      ...['More options…', 'Secrets', 'Add…', 'Create a secret…', 'key', 'Type it', 'hidden'],
      ...['key', 'Type it', '!', '!', 'Done', 'Done', '!'],
    );
    expect(shown.flatMap((question) => question.begun ?? []).slice(-4)).toEqual([
      '',
      'key',
      'hidden',
      'key',
    ]);
  });

  it('Back from a list keeps its rows', async () => {
    const shown = await open(
      ...quick.slice(0, -1),
      ...['Add a variable…', 'A=1', '<', '8081:80', 'Continue', '<', 'Continue', 'Deploy web'],
    );
    expect(shown.at(-2)?.rows.join(' ')).toContain('A=***');
    expect(engine.calls.find(({ call }) => call === 'createService')?.args[0]).toMatchObject({
      TaskTemplate: { ContainerSpec: { Env: ['A=1'] } },
    });
  });
});

describe('the end of the form', () => {
  it.each([
    ['a deploy', ['Deploy web']],
    ['the move to YAML', ['Advanced']],
  ])('%s leaves nothing', async (_what, end) => {
    await open('…half!');
    await open(CONTINUE, ...quick, 'More options…', 'Hostname', '…h!', 'Done', ...end);
    expect(storage.texts.size).toBe(0);
    expect(sent() + yaml.length).toBe(1);
  });

  it('beginning anew leaves nothing', async () => {
    await open('nginx', '…half!');
    const shown = await open('Start anew', 'nginx', '!');
    expect(shown.map(({ begun }) => begun)).toEqual([undefined, '', 'nginx']);
  });

  it('an outcome that nobody knows keeps everything', async () => {
    instead = 'unknown';
    await open(...quick, 'Deploy web');
    expect(sent()).toBe(1);
    const [kept] = await open('!');
    expect(kept?.rows[0]).toContain('web');
  });
});

describe('a swarm that is not there when the form is sent', () => {
  it('a lost connection: the form is back, goes on after Escape, and sends once', async () => {
    await open(...quick, '!');
    swarms.close('a');
    const shown = await goOn('Deploy web', '!');
    expect(shown[1]?.text).toBe('not connected');
    expect([sent(), offered]).toEqual([0, ['web', 'web']]);
    engine = new FakeEngine(lessonParts());
    await swarms.connect(entry);
    await goOn('Deploy web');
    expect(sent()).toBe(1);
    expect(storage.texts.size).toBe(0);
  });

  it('a connection that leads to another swarm by now: nothing is sent, and the form is kept', async () => {
    await open(...quick, 'More options…', 'Hostname', '…half!', 'Done', '!');
    const first = engine;
    await becomeAnother();
    const shown = await goOn('Deploy web', '!');
    expect(shown[1]?.text).toBe('another swarm');
    expect([sent(), first.count('createService')]).toEqual([0, 0]);
    const stored = [...storage.texts.values()].join('\n');
    expect(stored).toContain('"name":"web"');
    expect(stored).toContain('half');
  });
});

describe('a form that was kept for another swarm behind the same connection', () => {
  it('says so, and begins anew unless the person says otherwise', async () => {
    await open(...quick, '!');
    const [same] = await open('!');
    expect(same?.active).toBe(CONTINUE);
    expect(same?.rows[0]).not.toContain('another swarm');
    await becomeAnother();
    const [kept] = await open('!');
    expect(kept?.active).toBe('Start anew');
    expect(kept?.rows[0]).toContain('Entered for another swarm');
    // Once it was gone on with, it is for this one.
    await open(CONTINUE, '!');
    const [mine] = await open(CONTINUE, 'Deploy web');
    expect(mine?.active).toBe(CONTINUE);
    expect(sent()).toBe(1);
  });
});

describe('a kept form that is gone on with from a network', () => {
  it('has that network, beside those that it had', async () => {
    await open('nginx', 'web', '', 'Replicated', '!');
    await openOn('mydrupal', [CONTINUE, '!']);
    const stored = (): string => [...storage.texts.values()].join('\n');
    expect(stored()).toContain('"networks":[{"name":"mydrupal"}]');
    await openOn('mydrupal', [CONTINUE, '!']);
    expect(stored().match(/mydrupal/g)).toHaveLength(1);
  });

  it('has it among ticks that were not accepted too', async () => {
    await open('nginx', 'web', 'mydrupal', '<', '…!');
    const [, networks] = await openOn('mydrupal', [CONTINUE, '!']);
    expect(networks?.begun).toBe('mydrupal');
  });
});

describe('a notification of a form that was opened again meanwhile', () => {
  it('goes on with what was entered last', async () => {
    await open('nginx', '…one!');
    const older = { again, script };
    await open(CONTINUE, '…two!');
    older.script.push('!');
    await older.again?.();
    const [, name] = await open(CONTINUE, '!');
    expect(name?.begun).toBe('two');
  });
});
