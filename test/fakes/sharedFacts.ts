import * as fc from 'fast-check';
import type { RoutingView } from '../../src/shared/routingView';
import { routingFacts, type RoutingFacts } from '../../src/webview/share/routingFacts';
import { swarmSummary } from '../../src/webview/share/swarmSummary';
import {
  allAnswer,
  makeBackend,
  makeCell,
  makeEntry,
  makeProbes,
  makeRoute,
  makeRouting,
  NOW,
  repeatOutcomes,
} from '../webview/views';
import { lessonSnapshot } from './swarms';

/** Names as an attacker would choose them: signs of Markdown, HTML, CSV, shells and of writing itself. */
export const hostileNames = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom(
      ...Array.from('`|*_[](){}<>#!&;=+-@\'"\\/$~:.,\n\r\t x1'),
      '```',
      '](',
      '<script>',
      'http://evil.example',
      '@everyone',
      '\u202e',
      '\u0000',
    ),
    maxLength: 30,
  }),
);

/** Facts in which one name stands wherever the swarm may name something. */
export function factsNamed(name: string): RoutingFacts {
  const id = 'web:tcp:8080';
  const route = makeRoute('web', 8080, 2, 2, {
    serviceName: name,
    stack: name,
    vips: [{ networkName: name, address: name }],
    entries: [
      makeEntry(id, 1, 8080, { hostname: name, target: { host: name, port: 8080, mapped: true } }),
      makeEntry(id, 2, 8080, { ingressAddress: name }),
    ],
    backends: [
      makeBackend('web', 1, 1, { taskName: name, hostname: name }),
      makeBackend('web', 2, 2, { error: name, taskName: name }),
    ],
  });
  const good = makeCell(route, `${id}@node-1`, repeatOutcomes(['answered', 'refused'], 12));
  const bad = makeCell(route, `${id}@node-2`, repeatOutcomes(['timed-out'], 12));
  const odd = [good, bad].map((cell) => ({
    ...cell,
    samples: cell.samples.map((sample) => ({ ...sample, firstLine: name, detail: name })),
  }));
  return factsOf(makeRouting([route], { swarmName: name }), odd, name);
}

/** Facts of a view and its cells, taken at {@link NOW}. */
export function factsOf(
  view: RoutingView,
  cells: Parameters<typeof makeProbes>[0] = allAnswer(view.routes),
  vantage = 'workstation',
): RoutingFacts {
  return routingFacts({
    takenAt: NOW,
    view,
    probes: makeProbes(cells, { vantage }),
    timeoutMs: 3_000,
    swarm: swarmSummary(lessonSnapshot()),
  });
}
