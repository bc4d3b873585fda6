import type { Logger } from '../common/logger';
import type { RoutingOptions } from '../routing/buildRoutingView';
import { parseNodeAddresses } from '../routing/nodeAddresses';
import { readProbeSettings } from '../routing/probePlan';

/** Where the ways come from. */
export interface ProbeWaySources {
  readonly readSettings: () => { readonly nodeAddresses: unknown; readonly probes: unknown };
  /** Where the demo swarm listens; the person's own addresses come first. */
  readonly demoAddresses: () => Readonly<Record<string, string>>;
  readonly logger: Logger;
}

/** Where and how ports are probed, as the settings say now; names in the log what cannot be used. */
export function readProbeWays({
  readSettings,
  demoAddresses,
  logger,
}: ProbeWaySources): Pick<RoutingOptions, 'nodeAddresses' | 'probes'> {
  const { nodeAddresses, probes } = readSettings();
  const { map, problems } = parseNodeAddresses({ ...demoAddresses(), ...asObject(nodeAddresses) });
  for (const { key, reason } of problems) {
    logger.warn(`swarmscope.nodeAddresses: "${key}" is left out (${reason})`);
  }
  const { settings, problems: unread } = readProbeSettings(probes);
  for (const problem of unread) {
    logger.warn(`swarmscope.probe.services: ${problem}`);
  }
  return { nodeAddresses: map, probes: settings };
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
