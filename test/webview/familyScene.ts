import type { HostMessage } from '../../src/shared/protocol';
import type { PortRoute } from '../../src/shared/routingView';
import { makeCell, makeEntry, makeProbes, makeRoute, makeRouting, repeatOutcomes } from './views';

const mesh = 'shop:tcp:8080';
const host = 'exporter:tcp:9100';

/** Both addresses of the first node on a port. */
function both(id: string, port: number, six: 'unpromised' | 'answer'): PortRoute['entries'] {
  return [
    makeEntry(id, 1, port, { hostname: 'node1 (IPv4)', family: 4 }),
    makeEntry(id, 1, port, {
      id: `${id}@node-1/6`,
      place: 'node-1/6',
      hostname: 'node1 (IPv6)',
      family: 6,
      target: { host: '2001:db8::11', port, mapped: true },
      expected: { kind: six },
    }),
  ];
}

const ROUTES: readonly PortRoute[] = [
  makeRoute('shop', 8080, 2, 2, {
    entries: [...both(mesh, 8080, 'unpromised'), makeEntry(mesh, 2, 8080)],
  }),
  makeRoute('exporter', 9100, 2, 2, {
    mode: 'host',
    entries: [...both(host, 9100, 'answer'), makeEntry(host, 2, 9100)],
  }),
  // Not mapped, for it is not probed.
  makeRoute('dns', 53, 2, 1, { protocol: 'udp' }),
];

/** Two nodes, the first with an address of each family: the mesh answers over IPv4 and is silent over IPv6. */
export const FAMILIES: readonly HostMessage[] = [
  { type: 'routing', view: makeRouting(ROUTES) },
  {
    type: 'probes',
    view: makeProbes(
      ROUTES.filter(({ protocol }) => protocol === 'tcp').flatMap((route) =>
        route.entries.map(({ id, expected }, turn) =>
          makeCell(
            route,
            id,
            repeatOutcomes([expected.kind === 'unpromised' ? 'silent' : 'answered'], 24),
            turn,
          ),
        ),
      ),
    ),
  },
];
