import { expect, test } from 'vitest';
import type { ConnectionEntry } from '../docker/target';
import { RememberedConnections, type Memory } from './rememberedConnections';

class FakeMemory implements Memory {
  readonly kept = new Map<string, unknown>();
  get(key: string): unknown {
    return this.kept.get(key);
  }
  update(key: string, value: unknown): Promise<void> {
    this.kept.set(key, value);
    return Promise.resolve();
  }
}

const entry = (id: string): ConnectionEntry => ({
  id,
  name: id,
  source: 'setting',
  address: 'tcp://h:1',
});

test('keeps what is open in its order, each once', async () => {
  const remembered = new RememberedConnections(new FakeMemory());
  await remembered.add(entry('a'));
  await remembered.add(entry('b'));
  await remembered.add(entry('a'));
  expect(remembered.get()).toEqual([entry('b'), entry('a')]);
  await remembered.remove('b');
  expect(remembered.get()).toEqual([entry('a')]);
});

test('keeps no path of a certificate and no mark: those are looked up anew', async () => {
  const memory = new FakeMemory();
  await new RememberedConnections(memory).add({
    ...entry('a'),
    tls: { verify: true, key: '/secret/key.pem' },
    readOnly: true,
  });
  expect(JSON.stringify([...memory.kept.values()])).not.toMatch(/key\.pem|readOnly/);
});

test('keeps the TLS files of an address that was typed: they stand nowhere else', async () => {
  const typed = {
    ...entry('entered:tcp://h:2376'),
    source: 'entered',
    tls: { ca: '/ca.pem', verify: true },
  } as const;
  const remembered = new RememberedConnections(new FakeMemory());
  await remembered.add(typed);
  expect(remembered.get()).toEqual([typed]);
});

test('keeps which swarm was seen behind a connection, and forgets it with the connection', async () => {
  const remembered = new RememberedConnections(new FakeMemory());
  await remembered.noteSwarm('a', 'swarm');
  expect(remembered.get()).toEqual([]);
  await remembered.add(entry('a'));
  await remembered.noteSwarm('a', 'swarm');
  expect(remembered.get()).toEqual([{ ...entry('a'), swarmId: 'swarm' }]);
  await remembered.remove('a');
  await remembered.add(entry('a'));
  expect(remembered.get()).toEqual([entry('a')]);
});

test.each([undefined, 'x', [1, { id: 'a' }]])('reads nothing from %j', (kept) => {
  const memory = new FakeMemory();
  memory.kept.set('swarmscope.openConnections', kept);
  expect(new RememberedConnections(memory).get()).toEqual([]);
});
