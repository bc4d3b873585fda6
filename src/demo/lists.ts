import { ApiError } from './apiError';
import { hasLabel, passes, readFilters, readFlag } from './filters';
import type { NetworkStore } from './networkStore';
import { renderNode, renderService, renderTask } from './render';
import { renderLocalNetwork, renderNetwork } from './renderNetwork';
import type { SwarmState } from './swarmState';
import type { DemoNode, DemoTask, JsonObject, ServiceSpecJson } from './swarmTypes';

/** `GET /networks`. */
export function listNetworks(
  state: SwarmState,
  networks: NetworkStore,
  query: URLSearchParams,
): JsonObject[] {
  const known = ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type'];
  const filters = readFilters(query.get('filters'), known);
  checkValues(filters.get('dangling'), /^(?:1|0|true|false)$/, () => {
    const allowed = 'must be "true" (or "1"), or "false" (or "0")';
    return new ApiError(400, `invalid value for filter 'dangling', ${allowed}`);
  });
  checkValues(filters.get('type'), /^(?:builtin|custom)$/, (value) => {
    return new ApiError(500, `invalid filter: 'type'='${value}'`);
  });
  const rows = [
    ...[...state.networks.values()].map((network) =>
      renderNetwork(state, network, { local: false, verbose: false }),
    ),
    ...networks.local.map((network) => renderLocalNetwork(network)),
  ];
  return rows.filter(
    (row) =>
      passes(filters, 'id', (wanted) => String(row['Id']).startsWith(wanted)) &&
      passes(filters, 'name', (wanted) => String(row['Name']).includes(wanted)) &&
      passes(filters, 'driver', (wanted) => row['Driver'] === wanted) &&
      passes(filters, 'scope', (wanted) => row['Scope'] === wanted) &&
      passes(filters, 'label', (wanted) =>
        hasLabel((row['Labels'] ?? {}) as Record<string, string>, wanted),
      ) &&
      passes(filters, 'type', (wanted) => (wanted === 'builtin') === isBuiltIn(row)),
  );
}

function isBuiltIn(row: JsonObject): boolean {
  return ['bridge', 'host', 'none', 'ingress'].includes(String(row['Name']));
}

/** `GET /services`. */
export function listServices(state: SwarmState, query: URLSearchParams): JsonObject[] {
  const filters = readFilters(query.get('filters'), ['id', 'label', 'mode', 'name', 'runtime']);
  const withStatus = readFlag('status', query.get('status'));
  return [...state.services.values()]
    .filter(
      ({ id, spec }) =>
        passes(filters, 'id', (wanted) => id.startsWith(wanted)) &&
        passes(filters, 'name', (wanted) => spec.Name.startsWith(wanted)) &&
        passes(filters, 'label', (wanted) => hasLabel(spec.Labels, wanted)) &&
        passes(filters, 'runtime', (wanted) => wanted === 'container') &&
        passes(filters, 'mode', (wanted) => wanted === modeOf(spec.Mode)),
    )
    .map((service) => renderService(state, service, withStatus));
}

function modeOf(mode: ServiceSpecJson['Mode']): string {
  if (mode.Global !== undefined) {
    return 'global';
  }
  if (mode.GlobalJob !== undefined) {
    return 'global-job';
  }
  return mode.ReplicatedJob === undefined ? 'replicated' : 'replicated-job';
}

/** `GET /nodes`. */
export function listNodes(state: SwarmState, query: URLSearchParams): JsonObject[] {
  const known = ['id', 'label', 'membership', 'name', 'node.label', 'role'];
  const filters = readFilters(query.get('filters'), known);
  checkValues(filters.get('role'), /^(?:manager|worker)$/, (value) => {
    return new ApiError(500, `Invalid role filter: '${value}'`);
  });
  checkValues(filters.get('membership'), /^(?:accepted|pending)$/, (value) => {
    return new ApiError(500, `Invalid membership filter: '${value}'`);
  });
  return [...state.nodes.values()]
    .filter(
      (node) =>
        passes(filters, 'id', (wanted) => node.id.startsWith(wanted)) &&
        passes(filters, 'name', (wanted) => node.hostname.startsWith(wanted)) &&
        passes(filters, 'role', (wanted) => node.role === wanted) &&
        passes(filters, 'node.label', (wanted) => hasLabel(node.labels, wanted)),
    )
    .map((node) => renderNode(state, node));
}

/** `GET /tasks`; attachments of plain containers do not exist here. */
export function listTasks(state: SwarmState, query: URLSearchParams): JsonObject[] {
  const known = [
    '_up-to-date',
    'desired-state',
    'id',
    'label',
    'name',
    'node',
    'runtime',
    'service',
  ];
  const filters = readFilters(query.get('filters'), known);
  checkValues(filters.get('desired-state'), /^(?:running|shutdown|accepted)$/, (value) => {
    return new ApiError(500, `Invalid desired-state filter: '${value}'`);
  });
  const services = (filters.get('service') ?? []).map((key) => findServiceId(state, key));
  const nodes = (filters.get('node') ?? []).map((key) => findNode(state, key).id);
  const candidates =
    services.length === 0
      ? state.tasks.all()
      : [...new Set(services)].flatMap((id) => state.tasks.ofService(id));
  return candidates
    .filter(
      (task) =>
        (nodes.length === 0 || nodes.includes(task.nodeId ?? '')) &&
        passes(filters, 'id', (wanted) => task.id.startsWith(wanted)) &&
        passes(filters, 'name', (wanted) => state.taskName(task).startsWith(wanted)) &&
        passes(filters, 'runtime', (wanted) => wanted === 'container') &&
        passes(filters, 'label', () => false) &&
        passes(filters, 'desired-state', (wanted) => hasDesired(task, wanted)),
    )
    .map((task) => renderTask(state, task));
}

/** Finds a node by id, host name or start of the id; refuses with 404. */
export function findNode(state: SwarmState, key: string): DemoNode {
  const all = [...state.nodes.values()];
  const prefixed = all.filter((node) => node.id.startsWith(key));
  const found =
    state.nodes.get(key === 'self' ? state.self.id : key) ??
    all.find((node) => node.hostname === key) ??
    (prefixed.length === 1 ? prefixed[0] : undefined);
  if (found === undefined) {
    throw new ApiError(404, `node ${key} not found`);
  }
  return found;
}

/** Finds a task by id or start of the id; refuses with 404. */
export function findTask(state: SwarmState, key: string): DemoTask {
  const found = state.tasks.get(key) ?? state.tasks.all().find((task) => task.id.startsWith(key));
  if (found === undefined) {
    throw new ApiError(404, `task ${key} not found`);
  }
  return found;
}

function findServiceId(state: SwarmState, key: string): string {
  const all = [...state.services.values()];
  const found =
    state.services.get(key) ??
    all.find((service) => service.spec.Name === key) ??
    all.find((service) => service.id.startsWith(key));
  if (found === undefined) {
    throw new ApiError(404, `service ${key} not found`);
  }
  return found.id;
}

function hasDesired(task: DemoTask, wanted: string): boolean {
  return wanted === 'shutdown'
    ? task.desired === 'shutdown' || task.desired === 'remove'
    : task.desired === 'running' || task.desired === 'ready';
}

function checkValues(
  values: readonly string[] | undefined,
  allowed: RegExp,
  refuse: (value: string) => ApiError,
): void {
  const bad = values?.find((value) => !allowed.test(value));
  if (bad !== undefined) {
    throw refuse(bad);
  }
}
