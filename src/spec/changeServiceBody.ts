import type { ServiceBody } from '../docker/bodies';
import { toServiceBody, USUAL_GRACE, USUAL_RESTART, USUAL_UPDATE } from './buildServiceBody';
import { attachmentsOf } from './readServiceDraft';
import { isSameJson } from './reapply';
import type { DraftNames, ServiceDraft } from './serviceDraft';

type Json = Readonly<Record<string, unknown>>;
type KeyOf = (member: unknown) => string;

/**
 * Changes in `body` only what differs between the two drafts; everything that drafts have no word for
 * stays, inside of mounts and ports too.
 * @param before the draft that was read from `body`.
 */
export function applyDraft(
  body: ServiceBody,
  before: ServiceDraft,
  after: ServiceDraft,
  names: DraftNames,
): ServiceBody {
  const from = withPolicies(toServiceBody(before, names));
  const to = withPolicies(toServiceBody(after, names));
  if (isSameJson(from, to)) {
    return body;
  }
  const networksChange = !isSameJson(from.TaskTemplate?.Networks, to.TaskTemplate?.Networks);
  const changed = patch(networksChange ? withNetworks(body, names) : body, from, to, '');
  return changed as ServiceBody;
}

/** With the usual policies written out: going back to them is a change to their values. */
function withPolicies(body: ServiceBody): ServiceBody {
  const isJob = body.Mode?.ReplicatedJob !== undefined || body.Mode?.GlobalJob !== undefined;
  return {
    ...body,
    ...(isJob ? {} : { UpdateConfig: USUAL_UPDATE, RollbackConfig: USUAL_UPDATE }),
    ...(body.UpdateConfig === undefined ? {} : { UpdateConfig: body.UpdateConfig }),
    ...(body.RollbackConfig === undefined ? {} : { RollbackConfig: body.RollbackConfig }),
    TaskTemplate: {
      ...body.TaskTemplate,
      ContainerSpec: { StopGracePeriod: USUAL_GRACE, ...body.TaskTemplate?.ContainerSpec },
      RestartPolicy: body.TaskTemplate?.RestartPolicy ?? USUAL_RESTART,
    },
  };
}

/** With all networks in the task template and by id, as the docker CLI moves them on a change. */
function withNetworks(body: ServiceBody, names: DraftNames): ServiceBody {
  const networks = attachmentsOf(body).map((network) => ({
    ...network,
    Target: names.networks.get(network.Target) ?? network.Target,
  }));
  const { Networks: _old, ...rest } = body;
  return { ...rest, TaskTemplate: { ...body.TaskTemplate, Networks: networks } };
}

/** What tells the members of a list apart, by the path of the list. */
const KEYS: Readonly<Record<string, KeyOf>> = {
  'TaskTemplate.Networks': keyOf('Target'),
  'TaskTemplate.ContainerSpec.Env': (line) => String(line).split('=', 1)[0] ?? '',
  'TaskTemplate.ContainerSpec.Mounts': keyOf('Target'),
  'TaskTemplate.ContainerSpec.Secrets': keyOfFile('SecretID'),
  'TaskTemplate.ContainerSpec.Configs': keyOfFile('ConfigID'),
  'TaskTemplate.ContainerSpec.Ulimits': keyOf('Name'),
  'EndpointSpec.Ports': keyOf('TargetPort', 'PublishedPort', 'Protocol', 'PublishMode'),
};

/** Lists whose order means nothing and which the docker CLI keeps sorted. */
const SORTED: ReadonlySet<string> = new Set(['TaskTemplate.Networks']);

function keyOf(...fields: readonly string[]): KeyOf {
  return (member) => (isObject(member) ? JSON.stringify(fields.map((field) => member[field])) : '');
}

function keyOfFile(id: string): KeyOf {
  return (member) => {
    const file = isObject(member) && isObject(member.File) ? member.File.Name : '';
    return `${keyOf(id)(member)}/${String(file)}`;
  };
}

function patch(now: unknown, from: unknown, to: unknown, path: string): unknown {
  if (isSameJson(from, to)) {
    return now;
  }
  if (isAbsent(now) || isSameJson(now, from)) {
    return to;
  }
  if (Array.isArray(now)) {
    return patchList(now, asList(from), asList(to), path);
  }
  if (!isObject(now) || Array.isArray(to) || !(isObject(to) || isAbsent(to))) {
    return to;
  }
  return patchObject(now, isObject(from) ? from : {}, isObject(to) ? to : {}, path);
}

/** Undefined when nothing is left of an object that had something. */
function patchObject(now: Json, from: Json, to: Json, path: string): Json | undefined {
  const entries = [...new Set([...Object.keys(now), ...Object.keys(to)])]
    .map((key): [string, unknown] => [
      key,
      patch(now[key], from[key], to[key], path === '' ? key : `${path}.${key}`),
    ])
    .filter(([, value]) => value !== undefined);
  return entries.length === 0 && Object.keys(to).length === 0
    ? undefined
    : Object.fromEntries(entries);
}

function patchList(
  now: readonly unknown[],
  from: readonly unknown[],
  to: readonly unknown[],
  path: string,
): unknown {
  const key = KEYS[path] ?? ((member: unknown) => JSON.stringify(member));
  const was = byKey(from, key);
  const will = byKey(to, key);
  const kept = now.flatMap((member) => {
    const name = key(member);
    if (was.has(name) && !will.has(name)) {
      return [];
    }
    return [patch(member, was.get(name), will.get(name) ?? was.get(name), `${path}[]`)];
  });
  const there = new Set(now.map(key));
  const added = to.filter((member) => !there.has(key(member)));
  const all = [...kept, ...added];
  if (all.length === 0) {
    return undefined;
  }
  return SORTED.has(path) ? all.toSorted((left, right) => (key(left) < key(right) ? -1 : 1)) : all;
}

function byKey(list: readonly unknown[], key: KeyOf): ReadonlyMap<string, unknown> {
  return new Map(list.map((member) => [key(member), member]));
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
