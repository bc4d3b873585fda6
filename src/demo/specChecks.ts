import { ApiError, clusterError } from './apiError';
import { isImageReference } from './images';
import { asObject, asRows } from './json';
import type { JsonObject } from './swarmTypes';

const MIB = 1024 * 1024;

/** Refuses values that the engine cannot translate for the cluster store. */
export function checkChoices(body: JsonObject, template: JsonObject): void {
  for (const { Type: type } of asRows(asObject(template['ContainerSpec'])['Mounts'])) {
    const known = ['bind', 'volume', 'tmpfs', 'npipe', 'cluster'];
    checkChoice(type, known, (text) => `invalid MountType: ${JSON.stringify(text)}`);
  }
  const condition = asObject(template['RestartPolicy'])['Condition'];
  const conditions = ['none', 'on-failure', 'any'];
  checkChoice(condition, conditions, (text) => `invalid RestartCondition: ${JSON.stringify(text)}`);
  for (const part of ['UpdateConfig', 'RollbackConfig']) {
    const { FailureAction: action, Order: order } = asObject(body[part]);
    const actions = ['pause', 'continue', 'rollback'];
    checkChoice(action, actions, (text) => `unrecognized update failure action ${text}`);
    const orders = ['stop-first', 'start-first'];
    checkChoice(order, orders, (text) => `unrecognized update order ${text}`);
  }
}

function checkChoice(
  value: unknown,
  known: readonly string[],
  explain: (text: string) => string,
): void {
  if (typeof value === 'string' && value !== '' && !known.includes(value)) {
    throw new ApiError(400, explain(value));
  }
}

/** Refuses a task template as the cluster store does. */
export function checkTemplate(template: JsonObject, container: JsonObject, image: string): void {
  checkResources(asObject(template['Resources']));
  const restart = asObject(template['RestartPolicy']);
  checkNotNegative(restart['Delay'], 'TaskSpec: restart-delay cannot be negative');
  checkConstraints(template);
  if (image === '') {
    throw refusal('ContainerSpec: image reference must be provided');
  }
  if (!isImageReference(image)) {
    throw refusal(`ContainerSpec: ${JSON.stringify(image)} is not a valid repository/tag`);
  }
  const targets = new Set<unknown>();
  for (const { Target: target } of asRows(container['Mounts'])) {
    if (targets.has(target)) {
      throw refusal(`ContainerSpec: duplicate mount point: ${String(target)}`);
    }
    targets.add(target);
  }
  checkHealth(asObject(container['Healthcheck']));
}

/** Refuses update and rollback settings as the cluster store does. */
export function checkUpdateConfig(value: unknown): void {
  const { MaxFailureRatio: ratio, Delay: delay } = asObject(value);
  checkNotNegative(delay, 'TaskSpec: update-delay cannot be negative');
  if (typeof ratio === 'number' && (ratio < 0 || ratio > 1)) {
    throw refusal('TaskSpec: update-maxfailureratio cannot be less than 0 or bigger than 1');
  }
}

function checkNotNegative(value: unknown, text: string): void {
  if (typeof value === 'number' && value < 0) {
    throw refusal(text);
  }
}

function checkResources(resources: JsonObject): void {
  for (const part of ['Limits', 'Reservations']) {
    const { NanoCPUs: cpus, MemoryBytes: memory } = asObject(resources[part]);
    if (typeof cpus === 'number' && cpus !== 0 && cpus < 1e6) {
      throw refusal(`invalid cpu value ${goFloat(cpus / 1e9)}: Must be at least 0.001`);
    }
    if (typeof memory === 'number' && memory !== 0 && memory < 4 * MIB) {
      throw refusal(`invalid memory value ${memory}: Must be at least 4MiB`);
    }
  }
}

/** Go writes exponents with two digits. */
function goFloat(value: number): string {
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

function checkHealth(health: JsonObject): void {
  for (const part of ['Interval', 'Timeout', 'StartPeriod', 'StartInterval']) {
    const value = health[part];
    if (typeof value === 'number' && value !== 0 && value < 1e6) {
      throw refusal(`ContainerSpec: ${part} in HealthConfig cannot be less than 1ms`);
    }
  }
}

function checkConstraints(template: JsonObject): void {
  const constraints = asObject(template['Placement'])['Constraints'];
  for (const constraint of Array.isArray(constraints) ? constraints : []) {
    const text = String(constraint);
    const operator = ['==', '!='].find((one) => text.includes(one));
    if (operator === undefined) {
      throw clusterError('Unknown', 'constraint expected one operator from ==, !=');
    }
    const at = text.indexOf(operator);
    const [key, value] = [text.slice(0, at).trim(), text.slice(at + 2).trim()];
    if (!/^[a-z_][a-z0-9\-_.]+$/i.test(key)) {
      throw clusterError('Unknown', `key '${key}' is invalid`);
    }
    if (!/^[a-z0-9:\-_\s.*()?+[\]\\^$|/]+$/i.test(value)) {
      throw clusterError('Unknown', `value '${value}' is invalid`);
    }
  }
}

function refusal(text: string): ApiError {
  return clusterError('InvalidArgument', text);
}
