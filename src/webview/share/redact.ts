import { hideCredentials } from '../../shared/hideCredentials';
import type { HttpAsk } from '../../shared/httpAsk';
import type {
  PortRoute,
  ProbeCell,
  ProbePlan,
  ProbeView,
  RoutingView,
} from '../../shared/routingView';

const HIDDEN = '***';
/** Headers whose values are no secret; those of all others are hidden. */
const PLAIN_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'host',
  'user-agent',
]);

/**
 * Hides what a path may carry as a secret: the values of its query, user and password of an address in
 * it, and steps that look like a token (20 characters and more, letters and digits mixed).
 */
export function hidePath(path: string): string {
  const [, steps = '', query] = /^([^?]*)(?:\?(.*))?$/s.exec(hideCredentials(path)) ?? [];
  const shown = steps
    // With their separators, so that the path stays as it is written.
    .split(/([/:;,@!$=&])/)
    .map((step) => (/^(?=.*\d)(?=.*[a-z])[^/]{20,}$/i.test(step) ? HIDDEN : step))
    .join('');
  return query === undefined ? shown : `${shown}?${query.split('&').map(hideValue).join('&')}`;
}

function hideValue(part: string): string {
  const end = part.indexOf('=');
  return end === -1 ? HIDDEN : `${part.slice(0, end)}=${HIDDEN}`;
}

/**
 * A copy of the topology without what must not leave the machine unasked: credentials in addresses,
 * header values, values of queries, texts that an answer must hold, and what was wrong with labels.
 */
export function redactView(view: RoutingView): RoutingView {
  return {
    ...view,
    swarmName: hideCredentials(view.swarmName),
    routes: view.routes.map(redactRoute),
  };
}

/** A copy of the probes without what applications answered, and without credentials in addresses. */
export function redactProbes(probes: ProbeView): ProbeView {
  return { ...probes, cells: probes.cells.map(redactCell) };
}

function redactRoute(route: PortRoute): PortRoute {
  return {
    ...route,
    probe: redactPlan(route.probe),
    backends: route.backends.map((backend) => ({
      ...backend,
      error: hideCredentials(backend.error),
    })),
  };
}

function redactPlan(plan: ProbePlan): ProbePlan {
  return plan.kind === 'http'
    ? { ...plan, problems: [], ask: redactAsk(plan.ask) }
    : { ...plan, problems: [] };
}

function redactAsk({ bodyContains, ...ask }: HttpAsk): HttpAsk {
  return {
    ...ask,
    path: hidePath(ask.path),
    headers: ask.headers.map(([name, value]) => [
      name,
      value === '' || PLAIN_HEADERS.has(name.toLowerCase()) ? value : HIDDEN,
    ]),
    ...(bodyContains === undefined ? {} : { bodyContains: HIDDEN }),
  };
}

function redactCell(cell: ProbeCell): ProbeCell {
  return {
    ...cell,
    samples: cell.samples.map(({ firstLine: _answer, detail, ...sample }) => ({
      ...sample,
      ...(detail === undefined ? {} : { detail: hideCredentials(detail) }),
    })),
  };
}
