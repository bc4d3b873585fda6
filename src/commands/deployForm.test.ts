import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FakeEngine } from '../../test/fakes/fakeEngine';
import { ScriptedUi } from '../../test/fakes/scriptedUi';
import { lessonParts } from '../../test/fakes/swarms';
import { SwarmscopeError } from '../common/errors';
import { buildSnapshot } from '../model/buildSnapshot';
import { swarmValues } from '../serviceYaml/completeServiceYaml';
import type { ServiceDraft } from '../spec/serviceDraft';
import { emptyAnswers, readKept, writeKept, type DeployAnswers } from './deployAnswers';
import { askReview } from './deployReview';
import { deploySteps } from './deploySteps';
import { FieldEditor } from './fieldEditor';
import { askMore } from './moreOptions';
import { runSteps } from './multiStep';
import { pickStoredFile } from './storedFiles';
import { SwarmLists } from './swarmLists';

const folder = mkdtempSync(path.join(os.tmpdir(), 'swarmscope-form-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const written = path.join(folder, name);
  writeFileSync(written, text);
  return written;
}

interface Played {
  readonly answers: DeployAnswers | undefined;
  readonly ui: ScriptedUi;
  readonly engine: FakeEngine;
  readonly kept: readonly DeployAnswers[];
  readonly told: readonly string[];
  readonly copied: readonly string[];
}

/** Plays the form on the lesson's swarm, with the secret `old` in it. */
async function play(
  script: readonly string[],
  { initial = emptyAnswers(undefined), startAt = 0, engine = new FakeEngine() } = {},
): Promise<Played> {
  const ui = new ScriptedUi([...script]);
  const snapshot = buildSnapshot(lessonParts());
  const lists = new SwarmLists(() => snapshot);
  engine.swarm.secrets = [{ id: 's1', name: 'old', createdAt: '', labels: {} }];
  await lists.refresh(engine);
  const kept: DeployAnswers[] = [];
  const told: string[] = [];
  const copied: string[] = [];
  const keep = (answers: DeployAnswers): void => void kept.push(answers);
  const check = (draft: ServiceDraft) => lists.check(draft);
  const editor = new FieldEditor({
    ui,
    check,
    values: ({ source }) => swarmValues(source, lists.offered),
    keep: () => undefined,
    pickFile: (kind, frame) =>
      pickStoredFile(kind, frame, {
        ui,
        existing: lists.offered[kind],
        engine: () => engine,
        onCreated: () => lists.refresh(engine),
        forget: () => undefined,
      }),
  });
  const review = askReview({
    check,
    edit: async (answers, field, frame) => ({
      ...answers,
      draft: await editor.edit(answers.draft, [field.key], field, frame),
    }),
    more: (answers, frame) =>
      askMore(answers, frame, { ui, editor, keep, tell: (text) => void told.push(text) }),
    copy: (command) => {
      copied.push(command);
      return Promise.resolve();
    },
  });
  const answers = await runSteps(ui, {
    title: 'Deploy Service',
    steps: deploySteps({ snapshot: () => snapshot, keep, review }),
    initial,
    startAt,
  });
  return { answers, ui, engine, kept, told, copied };
}

const web: DeployAnswers = {
  draft: { name: 'web', image: 'nginx', mode: 'replicated', replicas: 1 },
  registryAuth: false,
};
const REVIEW = 7;

/** Plays the menu of all options from the review, and deploys. */
const more = (script: readonly string[], initial = web): Promise<Played> =>
  play(['More options…', ...script, 'Done', 'Deploy web'], { initial, startAt: REVIEW });

describe('the short form', () => {
  const short = ['nginx:1.27', 'web', 'mydrupal', 'Replicated', '2', '8081:80 53:53/udp'];

  it('shows a port again as it was typed, whatever its protocol', async () => {
    const ports = '8081:80 5353:53/udp 5000:5000/sctp';
    const { answers, ui } = await play([
      ...short.slice(0, -1),
      ...[ports, '<', ports, 'Continue', 'Deploy web'],
    ]);
    expect(ui.shown.map(({ begun }) => begun)).toContain(ports);
    expect(answers?.draft.ports).toEqual([
      { target: 80, published: 8081 },
      { target: 53, published: 5353, protocol: 'udp' },
      { target: 5000, published: 5000, protocol: 'sctp' },
    ]);
  });

  it('warns at once where a network has no addresses for so many replicas', async () => {
    const { ui } = await play([...short.slice(0, 4), '1000', ...short.slice(5), '!']);
    expect(ui.warnings.join()).toMatch(/network "mydrupal" has 24\d addresses left/);
  });

  it('gathers a draft, and keeps it after every step', async () => {
    const { answers, ui, kept } = await play([
      ...short,
      'Add a variable…',
      'A=b=c',
      'Continue',
      'Deploy web',
    ]);
    expect(ui.isDone).toBe(true);
    expect(answers?.end).toBe('deploy');
    expect(answers?.draft).toEqual({
      name: 'web',
      image: 'nginx:1.27',
      mode: 'replicated',
      replicas: 2,
      networks: [{ name: 'mydrupal' }],
      ports: [
        { target: 80, published: 8081 },
        { target: 53, published: 53, protocol: 'udp' },
      ],
      env: { A: 'b=c' },
    });
    // At every step when it is asked, at the next one when it was answered.
    expect(kept.map(({ at }) => at)).toEqual([
      'image',
      ...['name', 'name'],
      ...['networks', 'networks'],
      ...['mode', 'mode'],
      ...['replicas', 'replicas'],
      ...['ports', 'ports'],
      ...['env', 'env', 'env'],
      ...['review', 'review', 'review'],
    ]);
    expect(kept.find(({ draft }) => draft.env !== undefined)).toMatchObject({
      at: 'env',
      draft: { env: { A: 'b=c' } },
    });
  });

  it('goes back and forth without losing what other steps or the menu made', async () => {
    const initial: DeployAnswers = {
      ...web,
      draft: {
        ...web.draft,
        mode: 'replicated-job',
        networks: [{ name: 'mydrupal', aliases: ['w'] }, { name: 'host' }],
        ports: [{ target: 9, published: 9, mode: 'host' }],
      },
    };
    const { answers } = await play(
      ['<', '<', '<', '<', 'mydrupal', 'Job', '80:80', 'Continue', 'Advanced'],
      { initial, startAt: REVIEW },
    );
    expect(answers?.draft).toMatchObject({
      mode: 'replicated-job',
      networks: [{ name: 'mydrupal', aliases: ['w'] }, { name: 'host' }],
      ports: [
        { target: 80, published: 80 },
        { target: 9, published: 9, mode: 'host' },
      ],
    });
  });

  it('a kept form is read back as it was left, and nothing else is', async () => {
    const { kept } = await play([...short, '!']);
    const answers = kept.at(-1) ?? web;
    const inputs = { 'a question': 'half', 'another one': ['a', 'b'] };
    const stored: unknown = JSON.parse(JSON.stringify(writeKept({ answers, inputs })));
    expect(readKept(stored)).toEqual({
      answers: { draft: answers.draft, registryAuth: false, at: 'env' },
      inputs,
    });
    for (const odd of [null, 7, {}, { answers: {}, at: 'env' }, { ...(stored as object), at: 1 }]) {
      expect(readKept(odd)).toBeUndefined();
    }
  });
});

describe('the review', () => {
  it('masks values in what it shows, and copies them only when asked', async () => {
    const initial = { ...web, draft: { ...web.draft, env: { PASSWORD: 'very secret' } } };
    const { ui, copied } = await play(
      ['Copy the docker command', 'Copy the docker command with values', 'Deploy web'],
      { initial, startAt: REVIEW },
    );
    expect(JSON.stringify(ui.shown)).not.toContain('very secret');
    expect(copied[0]).toContain('PASSWORD=***');
    expect(copied[1]).toContain('PASSWORD=very secret');
  });

  it('does not deploy what is wrong: says what, and leads to the field', async () => {
    const initial = { ...web, draft: { ...web.draft, networks: [{ name: 'nowhere' }] } };
    const { answers, ui } = await play(
      ['Deploy web', 'Networks', 'nowhere', 'Remove', 'Done', 'Deploy web'],
      { initial, startAt: REVIEW },
    );
    expect(ui.shown[1]?.text).toContain('nowhere');
    expect(answers?.draft.networks).toBeUndefined();
    expect(answers?.end).toBe('deploy');
  });

  it('hands everything over to the YAML document', async () => {
    const { answers } = await play(['Advanced'], { initial: web, startAt: REVIEW });
    expect(answers?.end).toBe('yaml');
  });
});

describe('more options', () => {
  it('sets fields of every kind', async () => {
    const { answers, ui } = await more([
      ...['Constraints', 'Add…', 'node.hostname==node2', 'Done'],
      ...['Healthcheck', 'Command', 'true', 'Interval', '5s', 'Retries', '2', 'Done'],
      ...['Mounts', 'Add…', 'volume', 'Source', 'data', 'Target', '/data', 'Done', 'Done'],
      ...['Labels', 'Add…', 'team=net', 'Done'],
      ...['Init', 'Yes'],
      ...['Endpoint mode', 'dnsrr'],
      ...['Update policy', 'Order', 'start-first', 'Done'],
      ...['Ports', 'Add…', '132', 'Protocol', 'sctp', 'Mode', 'host', 'Done', 'Done'],
      'Registry login',
    ]);
    expect(ui.isDone).toBe(true);
    expect(answers?.registryAuth).toBe(true);
    expect(answers?.draft).toEqual({
      ...web.draft,
      constraints: ['node.hostname==node2'],
      healthcheck: { command: 'true', interval: '5s', retries: 2 },
      mounts: [{ type: 'volume', source: 'data', target: '/data' }],
      labels: { team: 'net' },
      init: true,
      endpointMode: 'dnsrr',
      update: { order: 'start-first' },
      ports: [{ target: 132, protocol: 'sctp', mode: 'host' }],
    });
  });

  it.each([
    ['Stop grace period', 'soon'],
    ['Replicas', 'many'],
    ['Replicas', '-1'],
  ])('%s: %j is refused as it is typed', async (label, text) => {
    await expect(more([label, text])).rejects.toThrow(/:/);
  });

  it('an emptied field or row is left out again', async () => {
    const initial = {
      ...web,
      draft: { ...web.draft, hostname: 'h', labels: { a: '1', b: '2' } },
    };
    const { answers } = await more(['Hostname', '', 'Labels', 'a=1', '', 'Done'], initial);
    expect(answers?.draft).toEqual({ ...web.draft, labels: { b: '2' } });
  });

  it('takes an env file as docker does, and says what it left out', async () => {
    const { answers, told } = await more([
      'Environment from a file…',
      file('good.env', '\uFEFF# top\n A="x y" \nHOME\nB=1=2\r\n\nA=last\n'),
    ]);
    expect(answers?.draft.env).toEqual({ A: 'last', B: '1=2' });
    expect(told.join()).toContain('HOME');
  });

  it('takes nothing from an env file that docker refuses, and names the line', async () => {
    const { answers, told } = await more([
      'Environment from a file…',
      file('bad.env', 'A=1\nB B=2\n'),
    ]);
    expect(answers?.draft.env).toBeUndefined();
    expect(told.join()).toContain('2');
  });

  it('asks again for a file that cannot be read', async () => {
    const { ui, answers } = await more([
      'Environment from a file…',
      path.join(folder, 'missing'),
      file('late.env', 'A=1\n'),
    ]);
    expect(ui.shown.find(({ problem }) => problem !== undefined)?.problem).toContain('missing');
    expect(answers?.draft.env).toEqual({ A: '1' });
  });

  it('picks a secret, and creates one whose value is shown nowhere', async () => {
    const { answers, engine, ui } = await more([
      ...['Secrets', 'Add…', 'old', 'Add…', 'Create a secret…', 'new', 'Type it', 'hush hush'],
      'Done',
    ]);
    expect(answers?.draft.secrets).toEqual([{ source: 'old' }, { source: 'new' }]);
    const created = engine.calls.filter(({ call }) => call === 'createSecret');
    expect(created.map(({ args }) => args)).toEqual([
      [{ name: 'new', data: new TextEncoder().encode('hush hush') }],
    ]);
    expect(JSON.stringify([ui.shown, answers])).not.toContain('hush');
  });

  it('keeps the name when the swarm refuses the secret, and says why', async () => {
    const engine = new FakeEngine();
    engine.fail(
      'createSecret',
      new SwarmscopeError('name-taken', { kind: 'secret', name: 'n' }),
      1,
    );
    const { answers, ui } = await play(
      [
        ...['More options…', 'Secrets', 'Add…', 'Create a secret…', 'n', 'Type it', 'v'],
        ...['n', 'Type it', 'v', 'Done', 'Done', 'Deploy web'],
      ],
      { initial: web, startAt: REVIEW, engine },
    );
    expect(ui.shown.find(({ problem }) => problem !== undefined)?.problem).toContain('"n"');
    expect(answers?.draft.secrets).toEqual([{ source: 'n' }]);
  });

  it.each([
    ['an empty file', '', 'empty'],
    ['a file that is too large', 'x'.repeat(500_001), '501'],
  ])('refuses %s as a secret', async (_what, text, word) => {
    const { ui } = await more([
      ...['Secrets', 'Add…', 'Create a secret…', 's', 'From a file…', file('value', text), '!'],
      ...['!', 'Done'],
    ]);
    expect(ui.shown.find(({ problem }) => problem !== undefined)?.problem).toContain(word);
  });
});
