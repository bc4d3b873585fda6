import { isoTime, type RoutingFacts } from './routingFacts';

/** `swarmscope-production-2026-01-15T12-00-00-map.svg`, safe on every file system. */
export function fileName(
  { view, takenAt }: Pick<RoutingFacts, 'view' | 'takenAt'>,
  suffix: string,
): string {
  const swarm = view.swarmName
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '');
  const time = isoTime(takenAt).slice(0, 19).replaceAll(':', '-');
  return ['swarmscope', swarm, time, suffix].filter((part) => part !== '').join('-');
}
