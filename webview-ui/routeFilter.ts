import type { PortRoute } from '../src/shared/routingView';
import { formatPorts } from './wording';

/** Whether a route's port, target port, protocol, service or stack name contain the text. */
export function fitsFilter(route: PortRoute, filter: string): boolean {
  return `${formatPorts(route)} ${route.serviceName} ${route.protocol} ${route.stack}`
    .toLowerCase()
    .includes(filter.trim().toLowerCase());
}
