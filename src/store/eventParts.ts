import { assertNever } from '../common/assertNever';
import type { EventRecord } from '../docker/records/event';
import type { LoadPart } from './recordLoader';

const NOTHING: readonly LoadPart[] = [];

/** The parts that an event makes stale. Tasks have no events: they follow services and nodes. */
export function partsTouchedBy(event: EventRecord): readonly LoadPart[] {
  switch (event.type) {
    case 'network':
      return ['networks', 'services'];
    case 'service':
      return ['services', 'tasks'];
    case 'node':
      return partsTouchedByNode(event);
    case 'secret':
    case 'config':
    case 'other':
      return NOTHING;
    default:
      return assertNever(event.type);
  }
}

function partsTouchedByNode({ action, attributes }: EventRecord): readonly LoadPart[] {
  const changes = Object.keys(attributes).filter((name) => name !== 'name');
  if (action === 'update' && changes.length === 0) {
    // Several a minute per node tell only that load balancer attachments moved.
    return NOTHING;
  }
  return ['nodes', 'services', 'tasks', 'info'];
}
