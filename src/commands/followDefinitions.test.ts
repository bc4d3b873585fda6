import { expect, it, vi } from 'vitest';
import { silentLogger } from '../common/logger';
import type { ConnectionEntry } from '../docker/target';
import type { Swarms } from '../store/swarms';
import { followDefinitions } from './followDefinitions';

const base: ConnectionEntry = {
  id: 'setting:a',
  name: 'a',
  source: 'setting',
  address: 'tcp://a:2376',
  tls: { ca: '/ca.pem', verify: true },
  swarmId: 'known',
};

async function follow(now: readonly ConnectionEntry[]) {
  const connect = vi.fn<Swarms['connect']>(() => Promise.resolve());
  const relabel = vi.fn<(entry: ConnectionEntry) => void>();
  const store = { state: { phase: 'connecting', connection: base }, relabel };
  const swarms = { open: [{ connectionId: base.id, store }], connect } as unknown as Swarms;
  await followDefinitions({
    swarms,
    findConnections: () => Promise.resolve(now),
    logger: silentLogger,
  });
  return { connected: connect.mock.calls.flat(), relabelled: relabel.mock.calls.flat() };
}

const { swarmId: _, ...defined } = base;

it.each<[string, Partial<ConnectionEntry>]>([
  ['address', { address: 'tcp://b:2376' }],
  ['certificate', { tls: { ca: '/other.pem', verify: true } }],
  ['version', { apiVersion: '1.41' }],
])('connects anew to another %s', async (_name, change) => {
  const { connected, relabelled } = await follow([{ ...defined, ...change }]);
  expect(connected).toEqual([{ ...base, ...change }]);
  expect(relabelled).toEqual([]);
});

it('shows other marks without connecting anew', async () => {
  const { connected, relabelled } = await follow([{ ...defined, readOnly: true, color: 'red' }]);
  expect(connected).toEqual([]);
  expect(relabelled).toEqual([{ ...base, readOnly: true, color: 'red' }]);
});

it('leaves alone what did not change and what is defined no more', async () => {
  const nothing = { connected: [], relabelled: [] };
  expect(await follow([{ ...defined, tls: { verify: true, ca: '/ca.pem' } }])).toEqual(nothing);
  expect(await follow([])).toEqual(nothing);
});
