import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/fakeClock';
import { DataStore, type DataKind } from './dataStore';
import { SwarmState } from './swarmState';

const DATA = Buffer.from('hello').toString('base64');
let state: SwarmState;

beforeEach(() => {
  state = new SwarmState(new FakeClock());
});

function make(kind: DataKind): DataStore {
  return new DataStore(kind, state);
}

function list(store: DataStore, filters: Record<string, string[]>): unknown[] {
  return store.list(new URLSearchParams({ filters: JSON.stringify(filters) }));
}

it('tells the data of a config, and never that of a secret', () => {
  const [secrets, configs] = [make('secret'), make('config')];
  secrets.create({ Name: 'one', Data: DATA });
  configs.create({ Name: 'one', Data: DATA });
  expect(JSON.stringify([secrets.inspect('one'), list(secrets, {})])).not.toContain(DATA);
  expect(configs.inspect('one')).toMatchObject({ Spec: { Name: 'one', Data: DATA } });
});

it('finds by whole name, start of name and label', () => {
  const secrets = make('secret');
  secrets.create({ Name: 'one', Data: DATA, Labels: { zone: 'a' } });
  secrets.create({ Name: 'other', Data: DATA });
  expect(list(secrets, { name: ['o'] })).toHaveLength(2);
  expect(list(secrets, { names: ['o', 'other'] })).toHaveLength(1);
  expect(list(secrets, { label: ['zone=a'] })).toHaveLength(1);
});

it('takes the biggest config and nothing bigger', () => {
  const configs = make('config');
  const of = (bytes: number): string => Buffer.alloc(bytes).toString('base64');
  configs.create({ Name: 'big', Data: of(1_023_999) });
  expect(() => configs.create({ Name: 'bigger', Data: of(1_024_000) })).toThrow(
    'config data must be larger than 0 and less than 1024000 bytes',
  );
});

it('tells what happened to it', () => {
  const secrets = make('secret');
  const id = secrets.create({ Name: 'one', Data: DATA });
  secrets.update('one', '10', { Name: 'one', Labels: { a: 'b' } });
  secrets.remove(id);
  expect(state.events.history.map(({ type, action }) => `${type} ${action}`)).toEqual([
    ...['secret create', 'secret update', 'secret remove'],
  ]);
});
