import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeService, makeTask } from '../../test/fakes/records';
import { makeParts } from '../../test/fakes/swarms';
import { Emitter } from '../common/emitter';
import type { TaskRecord } from '../docker/records/task';
import { buildSnapshot } from '../model/buildSnapshot';
import type { SwarmStore } from '../store/swarmStore';
import type { SwarmState } from '../store/swarmState';
import { ALLOCATION_PATIENCE_MS } from './convergence';
import { follow, PATIENCE_MS, STABLE_MS, type Outcome, type Standing } from './follow';

const services = ['web', 'api'].map((id) => makeService({ id, name: id }));

/** A store that shows what the test says. */
class ShownStore implements Pick<SwarmStore, 'state' | 'onDidChange'> {
  private readonly changeEmitter = new Emitter<SwarmState>();
  readonly onDidChange = this.changeEmitter.event;
  state = { phase: 'disconnected' } as SwarmState;

  show(tasks: Readonly<Record<string, readonly Partial<TaskRecord>[]>>, known = services): void {
    const records = Object.entries(tasks).flatMap(([serviceId, all]) =>
      all.map((task, index) =>
        makeTask({ id: `${serviceId}${index}`, serviceId, slot: 1, ...task }),
      ),
    );
    const snapshot = buildSnapshot(makeParts({ services: known, tasks: records }));
    this.state = { phase: 'connected', snapshot } as SwarmState;
    this.changeEmitter.fire(this.state);
  }
}

const up = {};
const starts = { state: 'preparing' } as const;
const failed = (at: number): Partial<TaskRecord> => ({
  ...{ state: 'failed', desiredState: 'shutdown', error: 'task: non-zero exit (1)' },
  stateAt: `2026-01-01T00:00:0${at}Z`,
});
const failing = [failed(1), failed(2), starts];

let store: ShownStore;
let abort: AbortController;
let shown: (readonly Standing[])[];
let ended: readonly Outcome[] | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  store = new ShownStore();
  abort = new AbortController();
  shown = [];
  ended = undefined;
});

afterEach(() => {
  // Nothing is left to run.
  expect(vi.getTimerCount()).toBe(ended === undefined ? 1 : 0);
  vi.useRealTimers();
});

async function begin(...ids: string[]): Promise<void> {
  await beginWith(ids.map((id) => ({ id, before: '' })));
}

async function beginWith(followed: Parameters<typeof follow>[1]): Promise<void> {
  void follow(store, followed, (now) => shown.push(now), abort.signal).then((outcomes) => {
    ended = outcomes;
  });
  await vi.advanceTimersByTimeAsync(0);
}

const kinds = (): readonly string[] | undefined => ended?.map(({ kind }) => kind);

test('ends once all run and have stayed so', async () => {
  store.show({ web: [up], api: [starts] });
  await begin('web', 'api');
  await vi.advanceTimersByTimeAsync(STABLE_MS * 2);
  expect(ended).toBeUndefined();
  store.show({ web: [up], api: [up] });
  await vi.advanceTimersByTimeAsync(STABLE_MS - 1);
  // One of them falls: the time begins anew.
  store.show({ web: [starts], api: [up] });
  store.show({ web: [up], api: [up] });
  await vi.advanceTimersByTimeAsync(STABLE_MS - 1);
  expect(ended).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(kinds()).toEqual(['running', 'running']);
  expect(shown[0]?.map((standing) => standing?.kind)).toEqual(['running', 'converging']);
});

test('one alone that fails ends at once, with its reason', async () => {
  store.show({ web: failing });
  await begin('web');
  expect(ended).toMatchObject([
    { kind: 'failing', reasons: [{ error: 'task: non-zero exit (1)' }] },
  ]);
});

test('one whose tasks move is looked at for a while longer, also when it fails', async () => {
  store.show({ web: failing });
  await beginWith([{ id: 'web', before: '', isMove: true }]);
  await vi.advanceTimersByTimeAsync(STABLE_MS - 1);
  expect(ended).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(kinds()).toEqual(['failing']);
});

test('one that fails beside others is looked at until they have ended, and may come up', async () => {
  store.show({ web: failing, api: [starts] });
  await begin('web', 'api');
  expect(ended).toBeUndefined();
  store.show({ web: [up], api: [up] });
  await vi.advanceTimersByTimeAsync(STABLE_MS);
  expect(kinds()).toEqual(['running', 'running']);
});

test('one that still fails when the others run is told', async () => {
  store.show({ web: failing, api: [up] });
  await begin('web', 'api');
  await vi.advanceTimersByTimeAsync(STABLE_MS);
  expect(kinds()).toEqual(['failing', 'running']);
});

test('a service that no look has shown yet is waited for, and one that goes has ended', async () => {
  store.show({}, []);
  await begin('web');
  expect(shown).toEqual([[undefined]]);
  store.show({ web: [starts] });
  store.show({}, []);
  await vi.advanceTimersByTimeAsync(0);
  expect(kinds()).toEqual(['gone']);
});

test('tasks that get no addresses are told though nothing changes', async () => {
  store.show({ web: [up, { slot: 2, state: 'new' }] }, [
    makeService({ id: 'web', name: 'web', mode: { kind: 'replicated', replicas: 2 } }),
  ]);
  await begin('web');
  await vi.advanceTimersByTimeAsync(ALLOCATION_PATIENCE_MS - 1);
  expect(ended).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(ended).toMatchObject([{ kind: 'failing', reasons: [{ tasks: ['web.2'] }] }]);
});

test('after so long the watching stops, each with what is known of it', async () => {
  store.show({ web: [up], api: [failed(1), starts] });
  await begin('web', 'api');
  await vi.advanceTimersByTimeAsync(PATIENCE_MS);
  expect(ended).toMatchObject([{ kind: 'running' }, { kind: 'patience', reasons: [{}] }]);
});

test('stops when the person says so, or the swarm is left', async () => {
  store.show({ web: [starts], api: [up] });
  await begin('web', 'api');
  abort.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(kinds()).toEqual(['stopped', 'stopped']);
  store.state = { phase: 'disconnected' } as SwarmState;
  abort = new AbortController();
  await begin('web');
  expect(kinds()).toEqual(['stopped']);
});
