import { isDeepStrictEqual } from 'node:util';
import { toPlainLine } from '../common/text';
import type { SwarmNode, SwarmService, SwarmSnapshot } from '../model/snapshot';
import type { HistoryMark } from '../shared/historyView';

/** Longest name that a mark carries. */
const NAME_LENGTH = 60;
/** Ends of an update that a person wants to see; that it runs is told by the mark of the change. */
const UPDATE_ENDS: ReadonlySet<string> = new Set([
  'paused',
  'completed',
  'rollback_started',
  'rollback_paused',
  'rollback_completed',
]);

/**
 * What happened to the swarm between two looks at it, as far as it may matter to the traffic. A part
 * that could not be read tells nothing, and nor does another swarm.
 */
export function marksBetween(before: SwarmSnapshot, after: SwarmSnapshot): readonly HistoryMark[] {
  if (before.info.swarm.cluster?.id !== after.info.swarm.cluster?.id) {
    return [];
  }
  const services = isComparable('services', before, after) ? serviceMarks(before, after) : [];
  const nodes = isComparable('nodes', before, after) ? nodeMarks(before, after) : [];
  const tasks = isComparable('tasks', before, after) ? taskMarks(before, after) : [];
  return [...services, ...nodes, ...tasks];
}

/** A part that failed keeps what was read before, and holds nothing when it never was. */
function isComparable(
  part: 'services' | 'nodes' | 'tasks',
  before: SwarmSnapshot,
  after: SwarmSnapshot,
): boolean {
  const wasRead = before.parts[part].kind === 'ok' || before[part].size > 0;
  return wasRead && after.parts[part].kind === 'ok';
}

function serviceMarks(before: SwarmSnapshot, after: SwarmSnapshot): readonly HistoryMark[] {
  const marks: HistoryMark[] = [];
  const note = (kind: HistoryMark['kind'], service: SwarmService, detail?: string): void => {
    marks.push(markOf(after, kind, service.name, detail, service.id));
  };
  for (const [id, service] of after.services) {
    const known = before.services.get(id);
    if (known === undefined) {
      note('service-created', service);
    } else if (known !== service) {
      // The version also rises with the progress of an update.
      if (known.version !== service.version && !isDeepStrictEqual(specOf(known), specOf(service))) {
        note('service-updated', service);
      }
      const state = service.updateStatus?.state ?? '';
      if (state !== (known.updateStatus?.state ?? '') && UPDATE_ENDS.has(state)) {
        note('update-state', service, state);
      }
    }
  }
  for (const [id, service] of before.services) {
    if (!after.services.has(id)) {
      note('service-removed', service);
    }
  }
  return marks;
}

function nodeMarks(before: SwarmSnapshot, after: SwarmSnapshot): readonly HistoryMark[] {
  const marks: HistoryMark[] = [];
  const note = (kind: HistoryMark['kind'], node: SwarmNode, detail?: string): void => {
    marks.push(markOf(after, kind, node.hostname, detail));
  };
  for (const [id, node] of after.nodes) {
    const known = before.nodes.get(id);
    if (known === undefined) {
      note('node-joined', node);
      continue;
    }
    if (known.state !== node.state) {
      note('node-state', node, node.state);
    }
    if (known.availability !== node.availability) {
      note('node-availability', node, node.availability);
    }
    if (node.leader && !known.leader) {
      note('leader', node);
    }
  }
  for (const [id, node] of before.nodes) {
    if (!after.nodes.has(id)) {
      note('node-left', node);
    }
  }
  return marks;
}

/** Running tasks that came and went, of services that were there before and are there still. */
function taskMarks(before: SwarmSnapshot, after: SwarmSnapshot): readonly HistoryMark[] {
  const marks: HistoryMark[] = [];
  for (const [id, service] of after.services) {
    if (!before.services.has(id)) {
      continue;
    }
    const [old, now] = [runningOf(before, id), runningOf(after, id)];
    const came = [...now].filter((task) => !old.has(task)).length;
    const went = [...old].filter((task) => !now.has(task)).length;
    if (came + went > 0) {
      const detail = [...(came > 0 ? [`+${came}`] : []), ...(went > 0 ? [`−${went}`] : [])];
      marks.push(markOf(after, 'tasks', service.name, detail.join(' '), id));
    }
  }
  return marks;
}

function runningOf({ tasksByService }: SwarmSnapshot, serviceId: string): ReadonlySet<string> {
  const tasks = tasksByService.get(serviceId) ?? [];
  return new Set(tasks.flatMap(({ id, state }) => (state === 'running' ? [id] : [])));
}

function specOf({ raw }: SwarmService): unknown {
  return typeof raw === 'object' && raw !== null && 'Spec' in raw ? raw.Spec : undefined;
}

function markOf(
  { takenAt }: SwarmSnapshot,
  kind: HistoryMark['kind'],
  name: string,
  detail?: string,
  serviceId?: string,
): HistoryMark {
  return {
    at: takenAt,
    kind,
    name: toPlainLine(name, NAME_LENGTH),
    ...(detail === undefined ? {} : { detail }),
    ...(serviceId === undefined ? {} : { serviceId }),
  };
}
