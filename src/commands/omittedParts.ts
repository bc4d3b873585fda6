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

/** Parts that the docker command of a service does carry. */
const CARRIED = {
  spec: new Set(['Name', 'Labels', 'TaskTemplate', 'Mode', 'EndpointSpec', 'Networks']),
  // Platforms follow from the image; ForceUpdate counts past updates.
  template: new Set(['ContainerSpec', 'Networks', 'ForceUpdate', 'Placement']),
  placement: new Set(['Constraints', 'Platforms']),
  container: new Set(['Image', 'Env', 'Command', 'Args']),
};

/**
 * What the spec of a service holds that `docker service create` as we write it does not, by the names
 * of the Engine API.
 * @param raw answer of `GET /services/{id}` (Engine API 1.41+).
 */
export function omittedParts(raw: unknown): readonly string[] {
  const spec = child(raw, 'Spec');
  const template = child(spec, 'TaskTemplate');
  return [
    ...left(child(template, 'ContainerSpec'), CARRIED.container),
    ...left(child(template, 'Placement'), CARRIED.placement),
    ...left(template, CARRIED.template),
    ...left(spec, CARRIED.spec),
  ];
}

function left(part: Json, carried: ReadonlySet<string>): string[] {
  return Object.entries(part)
    .filter(([key, value]) => !carried.has(key) && !isEmpty(value) && !isDefault(key, value))
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
