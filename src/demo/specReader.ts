import { ApiError, clusterError } from './apiError';
import type { DataStore } from './dataStore';
import { newId } from './identity';
import { asObject, asRows, asText, asTextMap, isObject } from './json';
import { checkName } from './networkChecks';
import type { NetworkStore } from './networkStore';
import { checkChoices, checkTemplate, checkUpdateConfig } from './specChecks';
import type { DemoPort, JsonObject, ServiceSpecJson } from './swarmTypes';

const MAX_REPLICAS = 5_000;

/** What the parts of a service's spec may name. */
export interface SpecSources {
  readonly networks: NetworkStore;
  readonly secrets: DataStore;
  readonly configs: DataStore;
}

/** Reads a service's spec as the engine does: defaults filled in, networks by id. */
export function readSpec(body: JsonObject, sources: SpecSources): ServiceSpecJson {
  // Without a name the engine makes one up.
  const name = asText(body['Name'], 'ServiceSpec.Name') || `service-${newId().slice(0, 8)}`;
  const template = asObject(body['TaskTemplate']);
  const targets = asRows(template['Networks']).map((row) => resolve(row, sources.networks));
  checkChoices(body, template);
  const mode = readMode(asObject(body['Mode']));
  const endpoint = readEndpoint(body['EndpointSpec']);
  const container = template['ContainerSpec'];
  if (!isObject(container)) {
    throw new ApiError(400, 'mismatched Runtime and *Spec fields');
  }
  checkName(name);
  const image = asText(container['Image'], 'ContainerSpec.Image');
  checkTemplate(template, container, image);
  sources.secrets.checkForm(container);
  sources.configs.checkForm(container);
  checkUpdateConfig(body['UpdateConfig']);
  checkEndpoint(endpoint);
  const isJob = mode.ReplicatedJob !== undefined || mode.GlobalJob !== undefined;
  if (isJob && isObject(body['UpdateConfig'])) {
    throw clusterError('InvalidArgument', 'Jobs may not have an update config');
  }
  const { Networks: _networks, ForceUpdate: force, ...rest } = template;
  return {
    Name: name,
    Labels: asTextMap(body['Labels']),
    TaskTemplate: {
      ...rest,
      ...readRestartPolicy(template),
      ContainerSpec: { ...container, Image: image, Isolation: 'default' },
      ...(targets.length === 0 ? {} : { Networks: targets }),
      ForceUpdate: typeof force === 'number' ? force : 0,
      Runtime: 'container',
    },
    Mode: mode,
    ...readUpdateConfig(body, 'UpdateConfig'),
    ...readUpdateConfig(body, 'RollbackConfig'),
    ...(endpoint === undefined ? {} : { EndpointSpec: endpoint }),
  };
}

function resolve(row: JsonObject, networks: NetworkStore): { readonly Target: string } {
  const key = asText(row['Target'], 'NetworkAttachmentConfig.Target');
  const network = networks.find(key);
  if (network === undefined) {
    const local = networks.findLocal(key);
    if (local === undefined) {
      throw new ApiError(500, `network ${key} not found`);
    }
    return { ...row, Target: local.id };
  }
  if (network.ingress) {
    const text = `Service cannot be explicitly attached to the ingress network "${network.name}"`;
    throw clusterError('InvalidArgument', text);
  }
  return { ...row, Target: network.id };
}

/** Settings of updates or rollbacks with what the engine fills in. */
function readUpdateConfig(
  body: JsonObject,
  part: 'UpdateConfig' | 'RollbackConfig',
): Pick<ServiceSpecJson, 'UpdateConfig' | 'RollbackConfig'> {
  const given = body[part];
  return isObject(given) ? { [part]: { ...UPDATE_DEFAULTS, ...given } } : {};
}

const UPDATE_DEFAULTS = {
  Parallelism: 0,
  FailureAction: 'pause',
  MaxFailureRatio: 0,
  Order: 'stop-first',
};

/** How ended tasks are replaced, with what the engine fills in. */
function readRestartPolicy(template: JsonObject): JsonObject {
  const given = template['RestartPolicy'];
  return isObject(given) ? { RestartPolicy: { Condition: 'any', MaxAttempts: 0, ...given } } : {};
}

function readMode(mode: JsonObject): ServiceSpecJson['Mode'] {
  const known = ['Replicated', 'Global', 'ReplicatedJob', 'GlobalJob'];
  const given = known.filter((key) => isObject(mode[key]));
  if (given.length > 1) {
    throw new ApiError(400, 'must specify only one service mode');
  }
  switch (given[0]) {
    case 'Global':
      return { Global: {} };
    case 'GlobalJob':
      return { GlobalJob: {} };
    case 'ReplicatedJob': {
      const { MaxConcurrent: wide, TotalCompletions: total } = asObject(mode['ReplicatedJob']);
      const MaxConcurrent = readCount(wide, 1, 'ReplicatedJob.MaxConcurrent');
      const TotalCompletions = readCount(total, MaxConcurrent, 'ReplicatedJob.TotalCompletions');
      return { ReplicatedJob: { MaxConcurrent, TotalCompletions } };
    }
    default: {
      const replicas = asObject(mode['Replicated'])['Replicas'];
      return { Replicated: { Replicas: readCount(replicas, 1, 'Replicated.Replicas') } };
    }
  }
}

function readCount(value: unknown, otherwise: number, field: string): number {
  if (value === undefined || value === null) {
    return otherwise;
  }
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    const kind = typeof value === 'number' ? `number ${value}` : typeof value;
    const into = `Go struct field ServiceSpec.Mode.${field} of type uint64`;
    throw new ApiError(400, `invalid JSON: json: cannot unmarshal ${kind} into ${into}`);
  }
  if (value > MAX_REPLICAS) {
    throw new ApiError(400, `the demo swarm runs at most ${MAX_REPLICAS} tasks of a service`);
  }
  return value;
}

function readEndpoint(value: unknown): ServiceSpecJson['EndpointSpec'] {
  if (!isObject(value)) {
    return undefined;
  }
  const mode = asText(value['Mode'], 'EndpointSpec.Mode') || 'vip';
  if (mode !== 'vip' && mode !== 'dnsrr') {
    throw new ApiError(400, `invalid resolution mode: ${JSON.stringify(mode)}`);
  }
  const ports = asRows(value['Ports']).map((port) => readPort(port));
  return { Mode: mode, ...(ports.length === 0 ? {} : { Ports: ports }) };
}

/** Unknown protocols become tcp and unknown modes ingress, as at the engine. */
function readPort(port: JsonObject): DemoPort {
  const protocol = asText(port['Protocol'], 'PortConfig.Protocol');
  const { Name: name, TargetPort: target, PublishedPort: published } = port;
  return {
    ...(typeof name === 'string' && name !== '' ? { Name: name } : {}),
    Protocol: ['tcp', 'udp', 'sctp'].includes(protocol) ? protocol : 'tcp',
    ...(typeof target === 'number' && target > 0 ? { TargetPort: target } : {}),
    ...(typeof published === 'number' && published > 0 ? { PublishedPort: published } : {}),
    PublishMode: port['PublishMode'] === 'host' ? 'host' : 'ingress',
  };
}

function checkEndpoint(endpoint: ServiceSpecJson['EndpointSpec']): void {
  const ports = endpoint?.Ports ?? [];
  if (endpoint?.Mode === 'dnsrr' && ports.some((port) => port.PublishMode === 'ingress')) {
    const text = "EndpointSpec: port published with ingress mode can't be used with dnsrr mode";
    throw clusterError('InvalidArgument', text);
  }
  const numbers = ports
    .filter((port) => port.PublishedPort !== undefined)
    .map((port) => `${port.Protocol}/${port.PublishedPort}`);
  if (new Set(numbers).size < numbers.length) {
    throw clusterError('InvalidArgument', 'EndpointSpec: duplicate published ports provided');
  }
}
