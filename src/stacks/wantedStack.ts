import { parse } from 'yaml';
import {
  imageName,
  portText,
  sortedUnique,
  type ServicePicture,
  type StackPicture,
} from './stackPicture';

/** What a file asks for. */
export interface WantedStack {
  readonly services: StackPicture;
  /** What the file says and is not compared, by service: `deploy.resources`. */
  readonly notCompared: ReadonlyMap<string, readonly string[]>;
}

type Json = Readonly<Record<string, unknown>>;

const COMPARED: ReadonlySet<string> = new Set([
  'image',
  'ports',
  'networks',
  'environment',
  // Its variables are part of `environment` there.
  'env_file',
  'secrets',
  'configs',
]);
const COMPARED_DEPLOY: ReadonlySet<string> = new Set(['mode', 'replicas']);

/**
 * Reads what `docker stack config` printed (compose file format 3, merged and filled in).
 * @throws Error when it is no YAML.
 */
export function wantedStack(output: string, stack: string): WantedStack {
  const top = object(parse(output, { logLevel: 'silent', maxAliasCount: 100 }));
  const services = Object.entries(object(top['services']));
  return {
    services: new Map(
      services.map(([name, service]) => [name, pictureOf(name, object(service), top, stack)]),
    ),
    notCompared: new Map(
      services.flatMap(([name, service]) => {
        const left = leftOut(object(service));
        return left.length === 0 ? [] : [[name, left] as const];
      }),
    ),
  };
}

function pictureOf(name: string, service: Json, top: Json, stack: string): ServicePicture {
  const deploy = object(service['deploy']);
  const mode = text(deploy['mode']) || 'replicated';
  const named = (part: string): readonly string[] =>
    sortedUnique(
      namesOf(service[part]).map((key) => nameInSwarm(key, object(top[part])[key], stack)),
    );
  const replicas = deploy['replicas'];
  return {
    name,
    image: imageName(text(service['image'])),
    mode,
    ...(mode.startsWith('replicated')
      ? { replicas: typeof replicas === 'number' ? replicas : 1 }
      : {}),
    ports: sortedUnique(list(service['ports']).map(wantedPort)),
    networks:
      namesOf(service['networks']).length > 0
        ? named('networks')
        : [nameInSwarm('default', object(top['networks'])['default'], stack)],
    environment: sortedUnique(environmentNames(service['environment'])),
    secrets: named('secrets'),
    configs: named('configs'),
  };
}

function wantedPort(port: unknown): string {
  const { published, target, protocol, mode } = object(port);
  // 0 leaves the choice to the swarm.
  return portText(
    text(published) === '0' ? undefined : text(published) || undefined,
    text(target),
    {
      protocol: text(protocol) || 'tcp',
      mode: text(mode) || 'ingress',
    },
  );
}

/** Keys of a map, entries of a list, or the sources of the long form. */
function namesOf(value: unknown): readonly string[] {
  return Array.isArray(value)
    ? value.map((item) => text(item) || text(object(item)['source'])).filter((name) => name !== '')
    : Object.keys(object(value));
}

/** `name`, or the name of something external, or the stack's own, which bears its name in front. */
function nameInSwarm(key: string, declared: unknown, stack: string): string {
  const { name, external } = object(declared);
  const isExternal = external === true || Object.keys(object(external)).length > 0;
  return text(name) || text(object(external)['name']) || (isExternal ? key : `${stack}_${key}`);
}

function environmentNames(value: unknown): readonly string[] {
  return Array.isArray(value)
    ? value.map((line) => text(line).replace(/=[\s\S]*$/, ''))
    : Object.keys(object(value));
}

function leftOut(service: Json): readonly string[] {
  return Object.keys(service)
    .flatMap((key) =>
      key === 'deploy'
        ? Object.keys(object(service[key]))
            .filter((part) => !COMPARED_DEPLOY.has(part))
            .map((part) => `deploy.${part}`)
        : COMPARED.has(key)
          ? []
          : [key],
    )
    .toSorted();
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
