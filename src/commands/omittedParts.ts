import type { ContainerBody, ServiceBody } from '../docker/bodies';
import { holds } from '../docker/requestBodies';
import { namesOf, toServiceBody } from '../spec/buildServiceBody';
import { fromServiceBody } from '../spec/readServiceDraft';
import type { DraftNames } from '../spec/serviceDraft';

type Json = Readonly<Record<string, unknown>>;

const POLICY = {
  Parallelism: 1,
  Delay: 0,
  FailureAction: 'pause',
  Monitor: 5_000_000_000,
  MaxFailureRatio: 0,
  Order: 'stop-first',
};

/** Values that mean the same as leaving the part out (docker CLI `service create` fills them in). */
const DEFAULTS: Json = {
  Isolation: 'default',
  Runtime: 'container',
  StopGracePeriod: 10_000_000_000,
  RestartPolicy: { Condition: 'any', Delay: 5_000_000_000, MaxAttempts: 0, Window: 0 },
  UpdateConfig: POLICY,
  RollbackConfig: POLICY,
};

/** Follow from the image, or count past updates; a copied image is the same with or without its tag. */
const IMPLIED: ReadonlySet<string> = new Set(['Image', 'Platforms', 'ForceUpdate']);

/**
 * What the spec of a service holds that `docker service create` as we write it does not, by the names
 * of the Engine API.
 * @param raw answer of `GET /services/{id}` (Engine API 1.41+).
 */
export function omittedParts(raw: unknown): readonly string[] {
  const spec = child(raw, 'Spec');
  if (Object.keys(spec).length === 0) {
    return [];
  }
  const body = spec as unknown as ServiceBody;
  const names = namesIn(body.TaskTemplate?.ContainerSpec);
  const draft = fromServiceBody(body, names);
  const carried: unknown = toServiceBody(draft, names);
  const [template, madeTemplate] = [child(spec, 'TaskTemplate'), child(carried, 'TaskTemplate')];
  const of = (key: string): string[] => left(child(template, key), child(madeTemplate, key));
  return [
    ...of('ContainerSpec'),
    ...of('Placement'),
    ...left(template, madeTemplate, ['ContainerSpec', 'Placement']),
    ...left(spec, carried as Json, ['TaskTemplate', 'Networks']),
    // The command has one text for a check, and a shell runs it.
    ...(draft.healthcheck?.exec === undefined ? [] : ['Healthcheck.Test']),
  ];
}

/** Secrets and configs as the spec itself names them. */
function namesIn(container: ContainerBody | undefined): DraftNames {
  return namesOf({
    secrets: (container?.Secrets ?? []).map(({ SecretID: id, SecretName: name }) => ({ id, name })),
    configs: (container?.Configs ?? []).map(({ ConfigID: id, ConfigName: name }) => ({ id, name })),
  });
}

function left(part: Json, carried: Json, except: readonly string[] = []): string[] {
  return Object.entries(part)
    .filter(
      ([key, value]) =>
        !except.includes(key) &&
        !IMPLIED.has(key) &&
        !isDefault(key, value) &&
        !holds(carried[key], value),
    )
    .map(([key]) => key);
}

function isDefault(key: string, value: unknown): boolean {
  const usual = DEFAULTS[key];
  return typeof value === 'object' && value !== null && typeof usual === 'object'
    ? Object.entries(value).every(([name, one]) => isEmpty(one) || one === (usual as Json)[name])
    : usual === value;
}

/** Nothing, or an object of nothings. */
function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null
    ? Object.values(value).every((one) => isEmpty(one))
    : !value;
}

function child(value: unknown, key: string): Json {
  const found = typeof value === 'object' && value !== null ? (value as Json)[key] : undefined;
  return typeof found === 'object' && found !== null ? (found as Json) : {};
}
