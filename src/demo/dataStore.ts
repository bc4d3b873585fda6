import { ApiError, clusterError } from './apiError';
import { hasLabel, passes, readFilters } from './filters';
import { newId } from './identity';
import { asRows, asText, asTextMap, isObject } from './json';
import { renderStored } from './renderStored';
import type { SwarmState } from './swarmState';
import type { DemoData, DemoService, JsonObject } from './swarmTypes';

/** Secrets are kept apart from configs and never told to anybody. */
export type DataKind = 'secret' | 'config';

const MAX_OBJECTS = 1_000;
/** Bytes that a secret or config must stay below. */
const LIMITS: Readonly<Record<DataKind, number>> = { secret: 512_000, config: 1_024_000 };
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Creates, lists, changes and removes secrets or configs by the engine's rules. */
export class DataStore {
  private readonly objects = new Map<string, DemoData>();

  constructor(
    private readonly kind: DataKind,
    private readonly state: SwarmState,
  ) {}

  /** Carries out `POST /secrets/create` or `/configs/create` and gives the new id. */
  create(body: JsonObject): string {
    const { kind } = this;
    const name = asText(body['Name'], `${titleOf(kind)}Spec.Name`);
    const data = this.readData(body['Data']);
    checkDataName(name);
    if (isObject(body['Driver'])) {
      const driver = String(body['Driver']['Name']);
      throw clusterError('Unknown', `plugin ${JSON.stringify(driver)} not found`);
    }
    const size = Buffer.from(data, 'base64').length;
    if (size === 0 || size >= LIMITS[kind]) {
      const range = `must be larger than 0 and less than ${LIMITS[kind]} bytes`;
      throw clusterError('InvalidArgument', `${kind} data ${range}`);
    }
    if ([...this.objects.values()].some((other) => other.name === name)) {
      throw clusterError('AlreadyExists', `${kind} ${name} already exists`);
    }
    if (this.objects.size >= MAX_OBJECTS) {
      throw new ApiError(500, `the demo swarm holds no more ${kind}s`);
    }
    const stored = this.state.newStored(newId());
    this.objects.set(stored.id, {
      ...stored,
      name,
      labels: asTextMap(body['Labels']),
      data,
      ...(isObject(body['Templating']) ? { templating: body['Templating'] } : {}),
    });
    this.tell('create', stored.id, name);
    return stored.id;
  }

  /** Carries out `POST /secrets/{key}/update?version=N`, which changes labels only. */
  update(key: string, version: string, body: JsonObject): void {
    if (!/^\d{1,20}$/.test(version)) {
      throw new ApiError(400, `invalid ${this.kind} version`);
    }
    const data = this.readData(body['Data']);
    const found = this.find(key);
    if (body['Name'] !== found.name || (data !== '' && data !== found.data)) {
      throw clusterError('InvalidArgument', 'only updates to Labels are allowed');
    }
    if (Number(version) !== found.version) {
      throw clusterError('Unknown', 'update out of sequence');
    }
    found.labels = asTextMap(body['Labels']);
    this.state.touch(found);
    this.tell('update', found.id, found.name);
  }

  /** Carries out `DELETE /secrets/{key}` or `/configs/{key}`. */
  remove(key: string): void {
    const found = this.find(key);
    const users = [...this.state.services.values()].filter((service) =>
      referencesOf(service, this.kind).includes(found.id),
    );
    if (users.length > 0) {
      const services = users.length === 1 ? 'service' : 'services';
      const names = users.map((service) => service.spec.Name).join(', ');
      const text = `is in use by the following ${services}: ${names}`;
      throw clusterError('InvalidArgument', `${this.kind} '${found.name}' ${text}`);
    }
    this.objects.delete(found.id);
    this.tell('remove', found.id, found.name);
  }

  /** Answers `GET /secrets` or `GET /configs`. */
  list(query: URLSearchParams): JsonObject[] {
    const known = ['id', 'label', 'name', ...(this.kind === 'secret' ? ['names'] : [])];
    const filters = readFilters(query.get('filters'), known);
    return [...this.objects.values()]
      .filter(
        ({ id, name, labels }) =>
          passes(filters, 'id', (wanted) => id.startsWith(wanted)) &&
          passes(filters, 'name', (wanted) => name.startsWith(wanted)) &&
          passes(filters, 'names', (wanted) => name === wanted) &&
          passes(filters, 'label', (wanted) => hasLabel(labels, wanted)),
      )
      .map((found) => this.render(found));
  }

  /** Answers `GET /secrets/{key}` or `GET /configs/{key}`. */
  inspect(key: string): JsonObject {
    return this.render(this.find(key));
  }

  /** Refuses references of a service's container that are incomplete or clash. */
  checkForm(container: JsonObject): void {
    const { kind } = this;
    const targets = new Map<string, string>();
    for (const row of asRows(container[`${titleOf(kind)}s`])) {
      const { id, name } = referenceOf(row, kind);
      if (id === '' || name === '') {
        throw clusterError('InvalidArgument', `malformed ${kind} reference`);
      }
      const target = targetOf(row);
      if (target === undefined) {
        const text = `malformed ${kind} reference, no target provided`;
        throw clusterError('InvalidArgument', text);
      }
      const before = targets.get(target);
      if (before !== undefined) {
        const text = `${kind} references '${before}' and '${name}' have a conflicting target`;
        throw clusterError('InvalidArgument', `${text}: '${target}'`);
      }
      targets.set(target, name);
    }
  }

  /** Refuses references of a service's container to what does not exist. */
  checkExistence(container: JsonObject): void {
    const { kind } = this;
    const missing = asRows(container[`${titleOf(kind)}s`])
      .map((row) => referenceOf(row, kind))
      .filter(({ id, name }) => this.objects.get(id)?.name !== name)
      .map(({ name }) => name);
    if (missing.length > 0) {
      const what = missing.length === 1 ? kind : `${kind}s`;
      throw clusterError('InvalidArgument', `${what} not found: ${missing.join(', ')}`);
    }
  }

  private find(key: string): DemoData {
    const all = [...this.objects.values()];
    const prefixed = all.filter((one) => one.id.startsWith(key));
    const found =
      this.objects.get(key) ??
      all.find((one) => one.name === key) ??
      (prefixed.length === 1 ? prefixed[0] : undefined);
    if (found === undefined) {
      throw new ApiError(404, `${this.kind} ${key} not found`);
    }
    return found;
  }

  private readData(value: unknown): string {
    const field = `Go struct field ${titleOf(this.kind)}Spec.Data of type []uint8`;
    const data = asText(value, `${titleOf(this.kind)}Spec.Data`);
    if (!BASE64.test(data)) {
      const wrong = data.search(/[^A-Za-z0-9+/=]/);
      const lastFour = Math.floor(data.length / 4) * 4;
      const at = `illegal base64 data at input byte ${wrong === -1 ? lastFour : wrong}`;
      throw new ApiError(400, `invalid JSON: json: cannot unmarshal string into ${field}: ${at}`);
    }
    return data;
  }

  private render(found: DemoData): JsonObject {
    return {
      ...renderStored(found),
      Spec: {
        Name: found.name,
        Labels: found.labels,
        ...(this.kind === 'config' ? { Data: found.data } : {}),
        ...(found.templating === undefined ? {} : { Templating: found.templating }),
      },
    };
  }

  private tell(action: string, id: string, name: string): void {
    this.state.events.add(this.kind, action, id, { name });
    this.state.changed();
  }
}

/** Refuses what is no name of a secret or config, as the cluster store does. */
function checkDataName(name: string): void {
  if (name === '') {
    throw clusterError('InvalidArgument', 'name must be provided');
  }
  if (name.length > 64 || !/^[a-zA-Z0-9]+(?:[a-zA-Z0-9-_.]*[a-zA-Z0-9])?$/.test(name)) {
    const ends = 'and the start and end character must be [a-zA-Z0-9]';
    const text = `invalid name, only 64 [a-zA-Z0-9-_.] characters allowed, ${ends}`;
    throw clusterError('InvalidArgument', text);
  }
}

/** Ids of the secrets or configs that a service's containers see. */
function referencesOf(service: DemoService, kind: DataKind): string[] {
  const rows = asRows(service.spec.TaskTemplate.ContainerSpec[`${titleOf(kind)}s`]);
  return rows.map((row) => referenceOf(row, kind).id);
}

function referenceOf(
  row: JsonObject,
  kind: DataKind,
): { readonly id: string; readonly name: string } {
  const title = titleOf(kind);
  const { [`${title}ID`]: id, [`${title}Name`]: name } = row;
  return { id: typeof id === 'string' ? id : '', name: typeof name === 'string' ? name : '' };
}

/** Where a reference is mounted; a config may be a credential spec of the runtime instead. */
function targetOf(row: JsonObject): string | undefined {
  if (isObject(row['File'])) {
    const name = row['File']['Name'];
    return typeof name === 'string' ? name : '';
  }
  return isObject(row['Runtime']) ? `runtime ${JSON.stringify(row['Runtime'])}` : undefined;
}

function titleOf(kind: DataKind): 'Secret' | 'Config' {
  return kind === 'secret' ? 'Secret' : 'Config';
}
