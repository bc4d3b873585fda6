import { ApiError, clusterError } from './apiError';
import { asText, asTextMap } from './json';
import { findNode } from './lists';
import type { Orchestrator } from './orchestrator';
import type { SwarmState } from './swarmState';
import type { DemoNode, JsonObject } from './swarmTypes';

/** Milliseconds until a promoted node has joined the managers, or a demoted one has left them. */
const ROLE_MS = 1_000;
const ROLES: readonly DemoNode['role'][] = ['worker', 'manager'];
const AVAILABILITIES: readonly DemoNode['availability'][] = ['active', 'pause', 'drain'];

/** Changes and removes nodes by the engine's rules. */
export class NodeStore {
  constructor(
    private readonly state: SwarmState,
    private readonly orchestrator: Orchestrator,
  ) {}

  /** Carries out `POST /nodes/{key}/update?version=N`; the spec is replaced as a whole. */
  update(key: string, version: string, body: JsonObject): void {
    if (!/^\d{1,20}$/.test(version)) {
      const parse = `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`;
      throw new ApiError(400, `invalid node version '${version}': ${parse}`);
    }
    const node = findNode(this.state, key);
    const role = readChoice(body['Role'], 'Role', ROLES);
    const availability = readChoice(body['Availability'], 'Availability', AVAILABILITIES);
    const isDemotion = node.role === 'manager' && role === 'worker';
    if (isDemotion && [...this.state.nodes.values()].filter(isManager).length === 1) {
      const text = 'attempting to demote the last manager of the swarm';
      throw clusterError('FailedPrecondition', text);
    }
    if (Number(version) !== node.version) {
      throw clusterError('Unknown', 'update out of sequence');
    }
    const before = { role: node.role, availability: node.availability };
    Object.assign(node, { role, availability, labels: asTextMap(body['Labels']) });
    node.specName = asText(body['Name'], 'NodeSpec.Name');
    this.state.touch(node);
    this.tell(
      node,
      before.availability === availability
        ? {}
        : { 'availability.old': before.availability, 'availability.new': availability },
    );
    if (before.role !== role) {
      this.orchestrator.later(ROLE_MS, () => this.adoptRole(node, before.role));
    }
    this.orchestrator.nodeChanged(node);
  }

  /** Lets a node fail or come back. */
  setState(key: string, to: 'ready' | 'down'): void {
    const node = findNode(this.state, key);
    if (node.state === to) {
      return;
    }
    const before = node.state;
    node.state = to;
    this.state.touch(node);
    this.tell(node, { 'state.old': before, 'state.new': to });
    this.orchestrator.nodeChanged(node);
  }

  /** Carries out `DELETE /nodes/{key}`. */
  remove(key: string): void {
    const node = findNode(this.state, key);
    if (node.role === 'manager' || node.isManager) {
      const advice = 'It must be demoted to worker before removal';
      const member = 'is a cluster manager and is a member of the raft cluster';
      throw clusterError('FailedPrecondition', `node ${node.id} ${member}. ${advice}`);
    }
    if (node.state !== 'down') {
      const text = `node ${node.id} is not down and can't be removed`;
      throw clusterError('FailedPrecondition', text);
    }
    this.state.nodes.delete(node.id);
    for (const task of this.state.tasks.onNode(node.id)) {
      this.state.tasks.delete(task);
    }
    this.state.events.add('node', 'remove', node.id, { name: node.hostname });
    this.orchestrator.reconcileAll();
    this.state.changed();
  }

  /** A new role shows at once in the spec, and here once the managers have agreed on it. */
  private adoptRole(node: DemoNode, before: DemoNode['role']): void {
    const isManagerNow = node.role === 'manager';
    if (!this.state.nodes.has(node.id) || node.isManager === isManagerNow) {
      return;
    }
    node.isManager = isManagerNow;
    this.state.touch(node);
    this.tell(node, { 'role.old': before, 'role.new': node.role });
  }

  private tell(node: DemoNode, changes: Record<string, string>): void {
    this.state.events.add('node', 'update', node.id, { name: node.hostname, ...changes });
  }
}

function isManager(node: DemoNode): boolean {
  return node.role === 'manager';
}

function readChoice<T extends string>(value: unknown, field: string, known: readonly T[]): T {
  const text = asText(value, `NodeSpec.${field}`);
  const found = known.find((one) => one === text.toLowerCase());
  if (found === undefined) {
    throw new ApiError(400, `invalid ${field}: ${JSON.stringify(text)}`);
  }
  return found;
}
