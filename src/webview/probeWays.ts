import type { Logger } from '../common/logger';
import type { RoutingOptions } from '../routing/buildRoutingView';
import { parseNodeAddresses, withoutLoopback } from '../routing/nodeAddresses';
import { readProbeSettings } from '../routing/probePlan';
import type { VantageKind } from '../shared/routingView';

/** Where the ways come from. */
export interface ProbeWaySources {
  readonly readSettings: () => { readonly nodeAddresses: unknown; readonly probes: unknown };
  /** Where the demo swarm listens; the person's own addresses come first. */
  readonly demoAddresses: () => Readonly<Record<string, string>>;
  readonly logger: Logger;
}

/** Where and how ports are probed, as the settings say now; names in the log what cannot be used. */
export function readProbeWays(
  { readSettings, demoAddresses, logger }: ProbeWaySources,
  vantage: VantageKind,
): Pick<RoutingOptions, 'nodeAddresses' | 'probes'> {
  const settings = readSettings();
  const { map, problems } = parseNodeAddresses({
    ...demoAddresses(),
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
  for (const key of [...map.keys()].filter((one) => nodeAddresses.get(one) !== map.get(one))) {
    logger.warn(`swarmscope.nodeAddresses: "${key}" is of this window's host, not of the manager`);
  }
  return { nodeAddresses, probes };
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
