import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { FakeEngine } from '../../test/fakes/fakeEngine';
import { makeInfo } from '../../test/fakes/records';
import { lessonParts } from '../../test/fakes/swarms';
import { silentLogger } from '../common/logger';
import type { ConnectionEntry } from '../docker/target';
import { Swarms } from '../store/swarms';
import { connected, type ConnectedSwarm } from './commandContext';
import { presentSwarm } from './presentSwarm';

const entry: ConnectionEntry = { id: 'a', name: 'prod', source: 'setting', address: 'tcp://a:1' };

let engine: FakeEngine;
let swarms: Swarms;
let chosen: ConnectedSwarm;

beforeEach(async () => {
  engine = new FakeEngine(lessonParts());
  swarms = new Swarms({
    open: () => Promise.resolve(engine),
    logger: silentLogger,
    clock: new FakeClock(),
  });
  await swarms.connect(entry);
  const found = connected(swarms.find('a'));
  if (found === undefined) {
    throw new Error('not connected');
  }
  chosen = found;
});

afterEach(() => swarms.dispose());

async function connectAnew(as: ConnectionEntry = entry): Promise<void> {
  engine = new FakeEngine({ ...lessonParts(), info: engine.swarm.info });
  swarms.close('a');
  await swarms.connect(as);
}

test('an act goes through the engine that is there when it is sent', async () => {
  const first = engine;
  await connectAnew();
  const { swarm } = presentSwarm({ swarms }, chosen, 'web');
  expect(swarm?.engine).toBe(engine);
  expect(swarm?.engine).not.toBe(first);
});

test('a connection that became read-only meanwhile changes nothing', async () => {
  await connectAnew({ ...entry, readOnly: true });
  expect(presentSwarm({ swarms }, chosen, 'web')).toEqual({
    why: expect.stringMatching(/"prod" is marked read-only/) as unknown,
  });
});

test('neither does one that is closed, or leads to another swarm', async () => {
  const why = /"prod" is not connected any more; "web" was not changed/;
  const info = makeInfo();
  const { cluster = { id: '', defaultAddressPools: [], subnetSize: 24, dataPathPort: 4789 } } =
    info.swarm;
  engine.swarm.info = { ...info, swarm: { ...info.swarm, cluster: { ...cluster, id: 'other' } } };
  await connectAnew();
  expect(presentSwarm({ swarms }, chosen, 'web').why).toMatch(why);
  swarms.close('a');
  expect(presentSwarm({ swarms }, chosen, 'web').why).toMatch(why);
});
