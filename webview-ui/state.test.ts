import { describe, expect, it } from 'vitest';

import { PLAIN_ASK } from '../src/shared/httpAsk';
import type { ProbeView, RoutingView } from '../src/shared/routingView';
import { readPageState } from './host';
import {
  filteredRoutes,
  initialModel,
  openEntry,
  openPart,
  reduce,
  selectedRoute,
  type PageModel,
} from './state';

function makeRouting(connectionId: string, services: readonly string[]): RoutingView {
  return {
    connectionId,
    swarmName: connectionId,
    simulated: false,
    routes: services.map((name, index) => ({
      id: `${name}:tcp:${8080 + index}`,
      serviceId: name,
      serviceName: name,
      stack: '',
      mode: 'ingress',
      protocol: 'tcp',
      publishedPort: 8080 + index,
      targetPort: 80,
      probe: { kind: 'http', ask: PLAIN_ASK, problems: [] },
      running: 1,
      desired: 1,
      vips: [],
      backends: [],
      entries: [
        {
          id: `${name}:tcp:${8080 + index}@n1`,
          nodeId: 'n1',
          place: 'n1',
          hostname: 'node1',
          role: 'manager',
          leader: true,
          nodeState: 'ready',
          availability: 'active',
          expected: { kind: 'answer' },
          tasks: 1,
        },
      ],
    })),
  };
}

const PROBES: ProbeView = {
  running: true,
  intervalMs: 5000,
  engine: 'Node.js',
  vantage: 'here',
  cells: [{ entryId: 'web:tcp:8080@n1', verdict: { kind: 'all', of: 3 }, samples: [] }],
  complete: true,
  nothingReachable: false,
};

function makeModel(): PageModel {
  const fresh = initialModel({ tab: 'map' }, 0);
  const routing = reduce(fresh, { type: 'routing', view: makeRouting('lab', ['web', 'api']) });
  return reduce(routing, { type: 'probes', view: PROBES });
}

describe('reduce', () => {
  it('selects the first route until one is chosen, and again when that is gone', () => {
    const model = makeModel();
    expect(selectedRoute(model)?.serviceName).toBe('web');
    const chosen = reduce(model, { type: 'selectRoute', id: 'api:tcp:8081' });
    expect(selectedRoute(chosen)?.serviceName).toBe('api');
    const gone = reduce(chosen, { type: 'routing', view: makeRouting('lab', ['web']) });
    expect(selectedRoute(gone)?.serviceName).toBe('web');
  });

  it('says what is gone when the shown port is not published any more, until another is chosen', () => {
    const gone = reduce(makeModel(), { type: 'routing', view: makeRouting('lab', ['api']) });
    expect(gone.gone).toBe('web 8080→80');
    expect(reduce(gone, { type: 'selectRoute', id: 'api:tcp:8080' }).gone).toBeUndefined();
    const kept = reduce(makeModel(), { type: 'routing', view: makeRouting('lab', ['web']) });
    expect(kept.gone).toBeUndefined();
  });

  it('keeps in its state that probes are paused, for the next window', () => {
    const paused = reduce(makeModel(), { type: 'probes', view: { ...PROBES, running: false } });
    expect(readPageState(paused.saved)).toMatchObject({ paused: true });
    const started = reduce(paused, { type: 'probes', view: PROBES });
    expect(readPageState(started.saved)).not.toHaveProperty('paused');
  });

  it('keeps in its state where probes start, for the next window', () => {
    const vantages = { chosen: 'manager', window: 'here', manager: 'm1' } as const;
    const there = reduce(makeModel(), { type: 'probes', view: { ...PROBES, vantages } });
    expect(readPageState(there.saved)).toMatchObject({ vantage: 'manager' });
    const here = { ...PROBES, vantages: { ...vantages, chosen: 'window' as const } };
    const back = reduce(there, { type: 'probes', view: here });
    expect(readPageState(back.saved)).not.toHaveProperty('vantage');
    expect(readPageState({ vantage: 'elsewhere' })).not.toHaveProperty('vantage');
  });

  it('shows all of another swarm, whatever was filtered before', () => {
    const filtered = reduce(makeModel(), { type: 'problemsOnly', on: true });
    const other = reduce(filtered, { type: 'routing', view: makeRouting('other', ['web']) });
    expect(other.problemsOnly).toBe(false);
  });

  it('takes changed cells among the others, and all of them as all there are', () => {
    const cell = { verdict: { kind: 'none', of: 3 } as const, samples: [] };
    const partly = reduce(makeModel(), {
      type: 'probes',
      view: { ...PROBES, cells: [{ ...cell, entryId: 'api:tcp:8081@n1' }], complete: false },
    });
    expect([...partly.cells.keys()]).toEqual(['web:tcp:8080@n1', 'api:tcp:8081@n1']);
    const whole = reduce(partly, { type: 'probes', view: PROBES });
    expect([...whole.cells.keys()]).toEqual(['web:tcp:8080@n1']);
  });

  it('keeps what was chosen when the same swarm is drawn again after a reload', () => {
    const saved = {
      tab: 'table',
      connectionId: 'lab',
      selectedRoute: 'api:tcp:8081',
      openEntry: 'api:tcp:8081@n1',
    } as const;
    const model = reduce(initialModel(saved, 0), {
      type: 'routing',
      view: makeRouting('lab', ['web', 'api']),
    });
    expect(model.saved).toEqual(saved);
    expect(openEntry(model)?.hostname).toBe('node1');
  });

  it('forgets choices, filter and probes of another swarm', () => {
    const chosen = reduce(makeModel(), { type: 'selectRoute', id: 'api:tcp:8081' });
    const filtered = reduce(chosen, { type: 'filter', text: 'api' });
    const other = reduce(filtered, { type: 'routing', view: makeRouting('other', ['web']) });
    expect(other.saved).toEqual({ tab: 'map', connectionId: 'other' });
    expect([other.filter, other.cells.size, other.probes]).toEqual(['', 0, undefined]);
  });

  it('shows a swarm again after it was unavailable', () => {
    const gone = reduce(makeModel(), {
      type: 'unavailable',
      title: 'gone',
      detail: '',
      busy: false,
    });
    expect(gone.unavailable?.title).toBe('gone');
    const back = reduce(gone, { type: 'routing', view: makeRouting('lab', ['web']) });
    expect(back.unavailable).toBeUndefined();
    expect(back.cells.size).toBe(1);
  });

  it('closes details with another route and opens them by entry', () => {
    const open = reduce(makeModel(), { type: 'openEntry', id: 'web:tcp:8080@n1' });
    expect(openEntry(open)?.nodeId).toBe('n1');
    expect(openEntry(reduce(open, { type: 'openEntry', id: undefined }))).toBeUndefined();
    const moved = reduce(open, { type: 'selectRoute', id: 'api:tcp:8081' });
    expect(moved.saved).toEqual({ tab: 'map', connectionId: 'lab', selectedRoute: 'api:tcp:8081' });
  });

  it('opens one thing at a time, and forgets the chosen probe with it', () => {
    const entry = reduce(makeModel(), { type: 'openEntry', id: 'web:tcp:8080@n1' });
    const chosen = reduce(entry, { type: 'chooseSample', at: 5 });
    expect(chosen.sampleAt).toBe(5);
    const part = reduce(chosen, { type: 'openPart', id: 'sandbox web:tcp:8080@n1' });
    expect([openEntry(part), part.sampleAt]).toEqual([undefined, undefined]);
    expect(openPart(part)).toMatchObject({ kind: 'sandbox', entry: { nodeId: 'n1' } });
    expect(readPageState(part.saved).openPart).toBe('sandbox web:tcp:8080@n1');
    const back = reduce(part, { type: 'openEntry', id: 'web:tcp:8080@n1' });
    expect([openPart(back), openEntry(back)?.nodeId]).toEqual([undefined, 'n1']);
    const closed = reduce(part, { type: 'openEntry', id: undefined });
    expect(closed.saved).toEqual({ tab: 'map', connectionId: 'lab' });
    const moved = reduce(part, { type: 'selectRoute', id: 'api:tcp:8081' });
    expect(moved.saved).not.toHaveProperty('openPart');
  });

  it('is the same object when nothing changes', () => {
    const model = makeModel();
    expect(reduce(model, { type: 'hover', id: undefined })).toBe(model);
    expect(reduce(model, { type: 'viewport', viewport: { ...model.viewport } })).toBe(model);
  });

  it('filters routes by port and name', () => {
    const found = (text: string) =>
      filteredRoutes(reduce(makeModel(), { type: 'filter', text })).map((one) => one.serviceName);
    expect([found('8081'), found(' WEB '), found('zzz'), found('')]).toEqual([
      ['api'],
      ['web'],
      [],
      ['web', 'api'],
    ]);
  });
});

describe('readPageState', () => {
  it('takes what fits and leaves the rest', () => {
    expect(readPageState(undefined)).toEqual({ tab: 'map' });
    expect(readPageState({ tab: 'table', openEntry: 'e', selectedRoute: 7, other: 1 })).toEqual({
      tab: 'table',
      openEntry: 'e',
    });
  });
});

describe('the matrix', () => {
  const held = { nodes: ['n1'], ports: [] };
  const holding = reduce(initialModel({ tab: 'matrix' }, 0), { type: 'matrix', change: { held } });

  it('is kept as it was arranged', () => {
    const arranged = reduce(holding, { type: 'arrangeMatrix', sort: 'problems', group: 'stack' });
    const kept = { tab: 'matrix', matrixSort: 'problems', matrixGroup: 'stack' };
    expect(readPageState(arranged.saved)).toEqual(kept);
    const back = reduce(arranged, { type: 'arrangeMatrix', sort: 'name', group: 'none' });
    expect(readPageState(back.saved)).toEqual({ tab: 'matrix' });
    expect(readPageState({ ...kept, matrixSort: 'size', matrixGroup: 7 })).toEqual({
      tab: 'matrix',
    });
  });

  it.each([
    { type: 'filter', text: 'web' },
    { type: 'problemsOnly', on: true },
    { type: 'arrangeMatrix', sort: 'problems', group: 'none' },
  ] as const)('takes its order anew upon $type', (event) => {
    expect(holding.matrix.held).toBe(held);
    expect(reduce(holding, event).matrix.held).toBeUndefined();
  });

  it('stays the same object when nothing changed', () => {
    const view = { ...holding.matrix.view };
    expect(reduce(holding, { type: 'matrix', change: { view, place: {} } })).toBe(holding);
  });
});
