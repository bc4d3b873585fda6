import type { Logger } from '../common/logger';
import type { RoutingOptions } from '../routing/buildRoutingView';
import { parseNodeAddresses, withoutLoopback } from '../routing/nodeAddresses';
import { readProbeSettings } from '../routing/probePlan';
import type { VantageKind } from '../shared/routingView';

/** Where and how ports are probed, as the settings say now; names what of them cannot be used. */
export function readWays(
  settings: { readonly nodeAddresses: unknown; readonly probes: unknown },
  demoAddresses: Readonly<Record<string, string>>,
  vantage: VantageKind,
  logger: Logger,
): Pick<RoutingOptions, 'nodeAddresses' | 'probes'> {
  const { map, problems } = parseNodeAddresses({
    ...demoAddresses,
    ...asObject(settings.nodeAddresses),
  });
  for (const { key, reason } of problems) {
    logger.warn(`swarmscope.nodeAddresses: "${key}" is left out (${reason})`);
  }
  const { settings: probes, problems: unread } = readProbeSettings(settings.probes);
  for (const problem of unread) {
    logger.warn(`swarmscope.probe.services: ${problem}`);
  }
  if (vantage === 'window') {
    return { nodeAddresses: map, probes };
  }
  // At the manager they would mean the manager itself.
  const nodeAddresses = withoutLoopback(map);
  for (const key of [...map.keys()].filter((one) => !nodeAddresses.has(one))) {
    logger.warn(`swarmscope.nodeAddresses: "${key}" is of this window's host, not of the manager`);
  }
  return { nodeAddresses, probes };
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
