import { expect, test } from 'vitest';
import { makeNetwork } from '../../test/fakes/records';
import { lessonParts } from '../../test/fakes/swarms';
import { buildSnapshot } from '../model/buildSnapshot';
import { checkNetwork } from '../spec/checkNetwork';
import { firstProblem } from '../spec/finding';
import { networkSurroundings } from '../spec/networkSurroundings';
import { Drafts } from './drafts';
import { followKey } from './fieldKeys';
import { KeepingUi } from './keepingUi';
import type { FormContent } from './keptForm';
import { runSteps } from './multiStep';
import {
  askedAgain,
  emptyNetwork,
  NETWORK_STEPS,
  readSavedForm,
  stepOf,
  writeSavedForm,
  type NetworkAnswers,
} from './networkForm';
import { networkSteps } from './networkSteps';
import type { Answer, InputQuestion, PickQuestion, QuickFrame, QuickUi } from './quickUi';

/** What a person does at one question: types, chooses a row by its text, ticks, goes back or leaves. */
type Act =
  | { readonly type: string }
  | { readonly choose: string | RegExp }
  | { readonly tick: readonly string[] }
  | { readonly typeAndGo: string; readonly how: 'back' | 'cancel' }
  | { readonly tickAndGo: readonly string[]; readonly how: 'back' | 'cancel' }
  | 'back'
  | 'cancel';

/** A person at the quick inputs; every question is written down with what it showed. */
class Person implements QuickUi {
  readonly seen: string[] = [];

  constructor(private readonly acts: Act[]) {}

  async input<T>(frame: QuickFrame, question: InputQuestion<T>): Promise<Answer<T>> {
    this.seen.push(
      `${frame.step}/${frame.totalSteps} ${question.prompt} = ${question.value}${question.problem === undefined ? '' : ` ! ${question.problem}`}`,
    );
    question.check(question.value);
    const act = this.next();
    if (typeof act === 'string') {
      return { kind: act };
    }
    if ('typeAndGo' in act) {
      question.check(act.typeAndGo);
      return { kind: act.how };
    }
    if (!('type' in act)) {
      throw new Error(`${question.prompt}: an input, not ${JSON.stringify(act)}`);
    }
    const verdict = question.check(act.type);
    if (!verdict.ok) {
      throw new Error(verdict.error);
    }
    return { kind: 'value', value: verdict.value };
  }

  async pick<T>(frame: QuickFrame, question: PickQuestion<T>): Promise<Answer<T>> {
    const rows = question.choices.map(({ label, description = '', detail = '' }) =>
      `${label} ${description} ${detail}`.trim(),
    );
    this.seen.push(
      `${frame.step}/${frame.totalSteps} ${question.placeholder}: ${rows.join(' | ')}`,
    );
    const act = this.next();
    if (typeof act === 'string') {
      return { kind: act };
    }
    const wanted = 'choose' in act ? act.choose : '';
    const chosen = question.choices.find(({ label }) =>
      typeof wanted === 'string'
        ? label.replace(/^\$\([\w-]+\) /, '') === wanted
        : wanted.test(label),
    );
    if (chosen === undefined) {
      throw new Error(`${question.placeholder}: no ${wanted.toString()} among ${rows.join(' | ')}`);
    }
    return { kind: 'value', value: chosen.value };
  }

  async pickMany<T>(frame: QuickFrame, question: PickQuestion<T>): Promise<Answer<readonly T[]>> {
    const picked = question.choices
      .filter((choice) => choice.picked === true)
      .map(({ label }) => label);
    this.seen.push(
      `${frame.step}/${frame.totalSteps} ${question.placeholder}: ${picked.join(', ')}`,
    );
    const act = this.next();
    if (typeof act === 'string') {
      return { kind: act };
    }
    const labels = 'tick' in act ? act.tick : 'tickAndGo' in act ? act.tickAndGo : [];
    const values = question.choices
      .filter(({ label }) => labels.includes(label))
      .map(({ value }) => value);
    expect(values).toHaveLength(labels.length);
    question.ticked?.(values);
    return 'tickAndGo' in act ? { kind: act.how } : { kind: 'value', value: values };
  }

  private next(): Act {
    const act = this.acts.shift();
    if (act === undefined) {
      throw new Error(`nothing left to do at ${this.seen.at(-1)}`);
    }
    return act;
  }
}

const around = networkSurroundings(
  buildSnapshot(
    lessonParts({
      networks: [
        ...lessonParts().networks,
        makeNetwork({ id: 'lan', scope: 'local', driver: 'null', configOnly: true, subnets: [] }),
      ],
    }),
  ),
);

interface Run {
  readonly answers: NetworkAnswers | undefined;
  /** What was kept last. */
  readonly saved: FormContent<NetworkAnswers>;
  readonly copied: readonly string[];
  readonly person: Person;
}

async function run(acts: Act[], from: Partial<FormContent<NetworkAnswers>> = {}): Promise<Run> {
  const person = new Person(acts);
  const copied: string[] = [];
  let kept = from.answers ?? emptyNetwork;
  const ui = new KeepingUi(person, from.inputs ?? {}, () => undefined);
  const answers = await runSteps(ui, {
    title: 't',
    steps: networkSteps({
      around: () => around,
      keep: (next) => {
        const { draft } = kept;
        ui.rekey((key) => followKey(key, draft, next.draft));
        kept = next;
      },
      copy: async (text) => void copied.push(text),
    }),
    initial: kept,
    startAt: Math.max(0, NETWORK_STEPS.indexOf(kept.problem?.step ?? 'name')),
  });
  expect(acts).toEqual([]);
  return { answers, saved: { answers: kept, inputs: ui.kept }, copied, person };
}

const QUICK: Act[] = [{ type: 'app' }, { type: '10.9.0.0/24' }];

test('the quick path asks three things', async () => {
  const { answers, person } = await run([...QUICK, { tick: ['Attachable', 'Encrypted'] }]);
  expect(answers?.draft).toEqual({
    name: 'app',
    subnets: [{ subnet: '10.9.0.0/24' }],
    attachable: true,
    encrypted: true,
  });
  expect(person.seen.map((line) => line.slice(0, 3))).toEqual(['1/3', '2/3', '3/3']);
  const auto = await run([{ type: 'app' }, { type: '' }, { tick: [] }]);
  expect(auto.answers?.draft).toEqual({ name: 'app' });
});

test('bad input is refused as it is typed', async () => {
  await expect(run([{ type: 'mydrupal' }])).rejects.toThrow(/exists/);
  await expect(run([{ type: 'app' }, { type: '10.0.1.0/25' }])).rejects.toThrow(
    /overlaps the network "mydrupal"/,
  );
});

test('every option through the menu, then a review with the exact command', async () => {
  const { answers, copied, person } = await run([
    ...QUICK,
    { tick: ['Internal', 'More options…'] },
    { choose: 'Subnets' },
    { choose: /^10\.9\.0\.0/ },
    { type: '10.9.0.0/24' },
    { type: '10.9.0.9' },
    { type: '10.9.0.128/25' },
    { choose: 'Add…' },
    { type: '10.8.0.0/24' },
    { type: '' },
    { type: '' },
    { choose: 'Done' },
    { choose: 'MTU of the links between nodes' },
    { type: '1400' },
    { choose: 'VXLAN ids' },
    { type: '7001, 7002' },
    { choose: 'Labels' },
    { choose: 'Add…' },
    { type: 'team=x y' },
    { choose: 'Add…' },
    { type: 'bare' },
    { choose: 'Done' },
    { choose: 'Driver options' },
    { choose: 'Add…' },
    { type: 'a=b=c' },
    { choose: 'Done' },
    { choose: 'IPAM driver' },
    { type: 'mine' },
    { choose: 'Add…' },
    { type: 'x=y' },
    { choose: 'Done' },
    { choose: 'Attachable' },
    { choose: 'Internal' },
    { choose: 'Name' },
    { type: 'app2' },
    { choose: 'Continue to the review' },
    { choose: 'Copy the docker command' },
    { choose: 'Create app2' },
  ]);
  expect(answers?.draft).toEqual({
    name: 'app2',
    subnets: [
      { subnet: '10.9.0.0/24', gateway: '10.9.0.9', ipRange: '10.9.0.128/25' },
      { subnet: '10.8.0.0/24' },
    ],
    attachable: true,
    mtu: 1400,
    vxlanIds: [7001, 7002],
    labels: { team: 'x y', bare: '' },
    options: { a: 'b=c' },
    ipamDriver: 'mine',
    ipamOptions: { x: 'y' },
  });
  expect(copied).toEqual([
    "docker network create --driver overlay --subnet 10.9.0.0/24 --gateway 10.9.0.9 --ip-range 10.9.0.128/25 --subnet 10.8.0.0/24 --attachable --opt com.docker.network.driver.mtu=1400 --opt com.docker.network.driver.overlay.vxlanid_list=7001,7002 --opt a=b=c --ipam-driver mine --ipam-opt x=y --label 'team=x y' --label bare= app2",
  ]);
  const review = person.seen.at(-1) ?? '';
  expect(review).toMatch(/^5\/5 Create this network\?/);
  expect(review).toContain('--subnet 10.8.0.0/24');
  expect(review).toMatch(/\$\(info\) Links between nodes carry 1400 bytes; the tasks get 1350/);
});

test('what is refused cannot be sent from the review', async () => {
  const { answers, person } = await run([
    ...QUICK,
    { tick: ['Attachable', 'More options…'] },
    { choose: 'Ingress' },
    { choose: 'Continue to the review' },
    { choose: 'Change the options' },
    { choose: 'Ingress' },
    { choose: 'Continue to the review' },
    { choose: 'Create app' },
  ]);
  expect(answers?.draft.ingress).toBeUndefined();
  const refused = person.seen
    .map((line) => line.replaceAll(/ +/g, ' '))
    .find((line) => line.includes('cannot be created yet'));
  expect(refused).toMatch(/\$\(error\) The ingress network cannot be attachable/);
  expect(refused).toMatch(/publish ports: drupal/);
  expect(refused).not.toContain('$(add)');
});

test('a row is changed and removed, and Back from a row keeps it', async () => {
  const { answers } = await run([
    ...QUICK,
    { tick: ['More options…'] },
    { choose: 'Subnets' },
    { choose: /^10\.9\.0\.0/ },
    { type: '10.7.0.0/24' },
    'back',
    { type: '10.6.0.0/24' },
    { type: '' },
    { type: '' },
    { choose: 'Add…' },
    { type: '10.8.0.0/24' },
    { type: '' },
    { type: '' },
    { choose: /^10\.6\.0\.0/ },
    { type: '' },
    'back',
    { choose: 'Continue to the review' },
    { choose: 'Create app' },
  ]);
  expect(answers?.draft.subnets).toEqual([{ subnet: '10.8.0.0/24' }]);
});

test('kinds: a configuration, and a network made from one', async () => {
  const config = await run([
    { type: 'cfg' },
    { type: '192.168.1.0/24' },
    { tick: ['More options…'] },
    { choose: 'Kind' },
    { choose: 'configuration' },
    { choose: 'Continue to the review' },
    { choose: 'Create cfg' },
  ]);
  expect(config.answers?.draft).toEqual({
    name: 'cfg',
    configOnly: true,
    subnets: [{ subnet: '192.168.1.0/24' }],
  });
  const made = await run([
    { type: 'mac' },
    { type: '' },
    { tick: ['More options…'] },
    { choose: 'Kind' },
    { choose: 'macvlan' },
    { choose: 'Configuration' },
    { type: 'lan' },
    { choose: 'Continue to the review' },
    { choose: 'Create mac' },
  ]);
  expect(made.answers?.draft).toEqual({ name: 'mac', driver: 'macvlan', configFrom: 'lan' });
});

test('Back and Escape keep what was typed and ticked, accepted or not', async () => {
  const first = await run([
    { type: 'app' },
    { typeAndGo: '10.9.0', how: 'back' },
    { type: 'app' },
    { type: '10.9.0.0/24' },
    { tickAndGo: ['Attachable'], how: 'back' },
    { type: '10.9.0.0/24' },
    { tick: ['Attachable', 'More options…'] },
    { choose: 'MTU of the links between nodes' },
    { type: '1400' },
    'back',
    { tick: ['Attachable', 'More options…'] },
    { choose: 'Subnets' },
    { choose: 'Add…' },
    { type: '10.8.0.0/24' },
    { typeAndGo: '10.8.0.', how: 'cancel' },
  ]);
  expect(first.person.seen[3]).toBe(
    '2/3 Subnet, or leave it empty to let the swarm choose = 10.9.0',
  );
  expect(first.person.seen[6]).toMatch(/: Attachable$/);
  expect(first.answers).toBeUndefined();
  // What was kept is read back as a later session does.
  const kept = readSavedForm(JSON.parse(JSON.stringify(writeSavedForm(first.saved))));
  expect(kept?.answers.draft).toEqual({
    name: 'app',
    attachable: true,
    mtu: 1400,
    subnets: [{ subnet: '10.9.0.0/24' }, { subnet: '10.8.0.0/24' }],
  });
  const second = await run(
    [
      { type: 'app' },
      { type: '10.9.0.0/24' },
      { tick: ['Attachable', 'More options…'] },
      { choose: 'Subnets' },
      { choose: /^10\.8\.0\.0/ },
      { type: '10.8.0.0/24' },
      'cancel',
    ],
    kept,
  );
  expect(second.person.seen.at(-1)).toMatch(/^4\/5 Gateway of 10\.8\.0\.0\/24; .* = 10\.8\.0\.$/);
});

test('what was typed into a row stays with it when another one is removed', async () => {
  const { person } = await run([
    ...QUICK,
    { tick: ['More options…'] },
    { choose: 'Labels' },
    ...['a=1', 'b=2'].flatMap((label) => [{ choose: 'Add…' }, { type: label }]),
    { choose: 'b=2' },
    { typeAndGo: 'b=half', how: 'back' },
    { choose: 'a=1' },
    { type: '' },
    { choose: 'Add…' },
    'back',
    { choose: 'b=2' },
    'back',
    { choose: 'Done' },
    { choose: 'Subnets' },
    ...[
      { choose: 'Add…' },
      { type: '10.8.0.0/24' },
      { typeAndGo: '10.8.0.', how: 'back' as const },
    ],
    'back',
    { choose: /^10\.9\.0\.0/ },
    { type: '' },
    { choose: 'Add…' },
    'back',
    { choose: /^10\.8\.0\.0/ },
    { type: '10.8.0.0/24' },
    'cancel',
  ]);
  const asked = person.seen.filter((line) => / = [^|]*$/.test(line)).map((line) => line.slice(4));
  expect(asked.slice(-9)).toEqual([
    expect.stringMatching(/^Label .* = $/),
    expect.stringMatching(/^Label .* = b=half$/),
    expect.stringMatching(/^Subnet such as .* = $/),
    expect.stringMatching(/^Gateway of 10\.8.* = $/),
    expect.stringMatching(/^Subnet such as .* = 10\.8\.0\.0\/24$/),
    expect.stringMatching(/^Subnet such as .* = 10\.9\.0\.0\/24$/),
    expect.stringMatching(/^Subnet such as .* = $/),
    expect.stringMatching(/^Subnet such as .* = 10\.8\.0\.0\/24$/),
    expect.stringMatching(/^Gateway of 10\.8.* = 10\.8\.0\.$/),
  ]);
});

test('a problem is told at the step that can mend it', async () => {
  const answers: NetworkAnswers = {
    draft: { name: 'app' },
    more: false,
    problem: { step: 'name', text: 'taken' },
  };
  const { person } = await run(['cancel'], { answers });
  expect(person.seen).toEqual(['1/3 Name of the network = app ! taken']);
  expect(stepOf('subnets', answers)).toBe('subnet');
  expect(stepOf('encrypted', answers)).toBe('options');
  expect(stepOf('subnets', { ...answers, more: true })).toBe('more');
});

test('what only all options can mend brings them back, though they were switched off', async () => {
  const draft = {
    name: 'app',
    ipv6: true,
    subnets: [{ subnet: 'fd00:1::/64' }, { subnet: 'fd00:2::/64' }],
  };
  const answers: NetworkAnswers = { draft, more: false };
  const bad = firstProblem(checkNetwork(draft, around));
  const again = askedAgain(answers, stepOf(bad?.field ?? 'name', answers), bad?.text ?? '');
  const { person } = await run([{ choose: 'Continue to the review' }, 'cancel'], {
    answers: again,
  });
  expect(person.seen[0]).toContain(`4/5 ${bad?.text}`);
  expect(person.seen[1]).toMatch(/^5\/5/);
  // What the quick steps can mend does not.
  expect(askedAgain(answers, 'subnet', 'taken').more).toBe(false);
});

test('drafts are kept by form and connection, and forgotten', async () => {
  const values = new Map<string, string>();
  const drafts = new Drafts({
    get: async (key) => values.get(key),
    store: async (key, value) => void values.set(key, value),
    delete: async (key) => void values.delete(key),
  });
  await drafts.save('network', 'a', { x: 1 });
  expect(await drafts.load('network', 'a')).toEqual({ x: 1 });
  expect([await drafts.load('network', 'b'), await drafts.load('service', 'a')]).toEqual([
    undefined,
    undefined,
  ]);
  await drafts.clear('network', 'a');
  expect(values.size).toBe(0);
});

test('a storage that fails spoils no form', async () => {
  const broken = async () => await Promise.reject(new Error('no keyring'));
  const drafts = new Drafts({ get: broken, store: broken, delete: broken });
  await drafts.save('network', 'a', {});
  await drafts.clear('network', 'a');
  expect(await drafts.load('network', 'a')).toBeUndefined();
});

test.each([
  undefined,
  {},
  { answers: { draft: { name: 1 }, more: false }, texts: {} },
  { answers: { draft: { name: 'a', driver: 'bridge' }, more: false }, texts: {} },
  { answers: { draft: { name: 'a', subnets: [{ gateway: 'x' }] }, more: false }, texts: {} },
])('a draft that does not fit is not taken: %j', (value) => {
  expect(readSavedForm(value)).toBeUndefined();
});
