import { expect, it } from 'vitest';

import { PLAIN_ASK } from '../src/shared/httpAsk';
import type { CellVerdict, RoutingView } from '../src/shared/routingView';
import { Announcer } from './announce';
import { initialModel, reduce, type PageModel } from './state';

const ROUTING: RoutingView = {
  connectionId: 'lab',
  swarmName: 'lab',
  simulated: false,
  routes: [
    {
      id: 'r',
      serviceId: 's',
      serviceName: 'web',
      stack: '',
      mode: 'ingress',
      protocol: 'tcp',
      publishedPort: 8080,
      targetPort: 80,
      probe: { kind: 'http', ask: PLAIN_ASK, problems: [] },
      running: 1,
      desired: 1,
      vips: [],
      backends: [],
      entries: [
        {
          id: 'e',
          nodeId: 'n',
          place: 'n',
          hostname: 'node1',
          role: 'manager',
          leader: true,
          nodeState: 'ready',
          availability: 'active',
          expected: { kind: 'answer' },
          tasks: 1,
        },
      ],
    },
  ],
};

function withVerdict(verdict: CellVerdict): PageModel {
  const model = reduce(initialModel({ tab: 'map' }, 0), { type: 'routing', view: ROUTING });
  return reduce(model, {
    type: 'probes',
    view: {
      running: true,
      intervalMs: 1000,
      engine: 'curl',
      vantage: 'here',
      complete: true,
      nothingReachable: false,
      cells: [{ entryId: 'e', verdict, samples: [] }],
    },
  });
}

it('says a change once, at most every five seconds, and never the first sight', () => {
  const announcer = new Announcer(5000);
  const good = withVerdict({ kind: 'all', of: 6 });
  const bad = withVerdict({ kind: 'none', of: 6 });
  expect([
    announcer.next(good, 0),
    announcer.next(bad, 1000),
    announcer.next(bad, 2000),
    announcer.next(good, 3000),
    announcer.next(good, 6000),
  ]).toEqual([
    undefined,
    'web 8080→80: no node answers',
    undefined,
    undefined,
    'web 8080→80: 1 of 1 nodes answer',
  ]);
});
