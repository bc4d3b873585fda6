import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeClock } from '../../../test/fakes/fakeClock';
import { FakeEngine } from '../../../test/fakes/fakeEngine';
import { MemoryStorage } from '../../../test/fakes/memoryStorage';
import { makeNetwork } from '../../../test/fakes/records';
import { ScriptedUi } from '../../../test/fakes/scriptedUi';
import { lessonParts } from '../../../test/fakes/swarms';
import { silentLogger } from '../../common/logger';
import type { ServiceBody } from '../../docker/bodies';
import { Swarms } from '../../store/swarms';
import { connected, type ConnectedSwarm } from '../commandContext';
import { Drafts } from '../drafts';
import { ActDraft } from './actDraft';
import { attachAct } from './networkActs';
import type { Round } from './serviceChange';

const service = { kind: 'service', id: 'drupal', name: 'drupal' } as const;
const hostPort = { Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'host' };
const spec: ServiceBody = {
  Name: 'drupal',
  Mode: { Replicated: { Replicas: 1 } },
  TaskTemplate: { ContainerSpec: { Image: 'drupal' } },
  EndpointSpec: { Ports: [hostPort] },
};

let swarms: Swarms;
let swarm: ConnectedSwarm;

beforeEach(async () => {
  const parts = lessonParts();
  const engine = new FakeEngine({
    ...parts,
    networks: [
      ...parts.networks,
      makeNetwork({ id: 'one', name: 'one' }),
      makeNetwork({ id: 'two', name: 'two', internal: true }),
    ],
  });
  swarms = new Swarms({
    open: () => Promise.resolve(engine),
    logger: silentLogger,
    clock: new FakeClock(),
  });
  await swarms.connect({ id: 'a', name: 'a', source: 'setting', address: 'tcp://a:1' });
  const found = connected(swarms.find('a'));
  if (found === undefined) {
    throw new Error('not connected');
  }
  swarm = found;
});

afterEach(() => swarms.dispose());

async function roundOf<A>(ui: ScriptedUi): Promise<Round<A>> {
  const drafts = new Drafts(new MemoryStorage());
  return {
    swarm,
    service,
    base: { version: 1, spec },
    frame: { title: 'Attach', step: 1, totalSteps: 1, canGoBack: false },
    draft: await ActDraft.open({ ui, drafts }, swarm, 'attach', service.id),
  };
}

describe('attaching a service to networks', () => {
  test('is refused where it would shut a host port, before anything is confirmed', async () => {
    const act = attachAct({ service, swarm });
    const round = await roundOf<Parameters<typeof act.apply>[1]>(new ScriptedUi([]));
    const check = (...ids: string[]): string | undefined =>
      act.check?.(
        act.apply(
          spec,
          ids.map((id) => ({ id, aliases: [] })),
        ),
        round,
      ).refusal;
    expect(check('two')).toMatch(/host mode is dead when all networks.*internal: add a network/);
    expect(check('one', 'two')).toBeUndefined();
  });

  test('keeps accepted aliases of a network that is unticked and ticked again', async () => {
    const ui = new ScriptedUi([
      ...['one+two', 'api', '<', '<'],
      ...['two', '<'],
      ...['one+two', 'api', 'db'],
    ]);
    const act = attachAct({ service, swarm });
    expect(await act.ask(await roundOf(ui))).toEqual({
      kind: 'value',
      value: [
        { id: 'one', aliases: ['api'] },
        { id: 'two', aliases: ['db'] },
      ],
    });
    expect(
      ui.shown.filter(({ text }) => text.includes('on "one"')).map(({ begun }) => begun),
    ).toEqual(['', 'api', 'api']);
  });
});
