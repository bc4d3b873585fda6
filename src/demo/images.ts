import { ApiError } from './apiError';

/** Of the documentation range: nobody answers there. */
const NAME_SERVER = '192.0.2.53:53';

/**
 * Images that every simulated node has; there is no registry, so everything else is rejected as an
 * engine without one does. Names are compared without registry, `library/`, tag and digest.
 */
const CATALOGUE: ReadonlySet<string> = new Set([
  'adminer',
  'alpine',
  'busybox',
  'caddy',
  'drupal',
  'ghost',
  'grafana/grafana',
  'haproxy',
  'hello-world',
  'httpd',
  'mariadb',
  'memcached',
  'mongo',
  'mysql',
  'nextcloud',
  'nginx',
  'node',
  'postgres',
  'prom/node-exporter',
  'prom/prometheus',
  'python',
  'rabbitmq',
  'redis',
  'swarmscope/hostname',
  'tomcat',
  'traefik',
  'traefik/whoami',
  'wordpress',
]);

/** Whether a simulated node can start `image`; a name or tag with `nosuch` or `does-not-exist` never. */
export function imageExists(image: string): boolean {
  const [withoutDigest = ''] = image.split('@');
  const name = withoutDigest
    .replace(/:[^:/]*$/, '')
    .replace(/^docker\.io\//, '')
    .replace(/^library\//, '');
  return CATALOGUE.has(name) && !/nosuch|does-not-exist/.test(image);
}

/** The engine's words: the tag `latest` is what a name without one means. */
export function missingImage(image: string): string {
  return `No such image: ${/[:@][^/]*$/.test(image) ? image : `${image}:latest`}`;
}

/** Whether `text` is a reference the engine accepts. */
export function isImageReference(text: string): boolean {
  return /^(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[a-z0-9]+:[a-f0-9]{32,})?$/.test(
    text,
  );
}

/**
 * The refusal of `GET /distribution/{image}/json` by an engine that reaches no registry; the demo swarm
 * names a server of names that nobody has.
 */
export function unreachableRegistry(image: string): ApiError {
  const [host = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && (/[.:A-Z]/.test(host) || host === 'localhost');
  const name = (isHost ? rest.join('/') : image).replace(/(?:@[^@]*|:[^:/]*)$/, '');
  if (/[A-Z]/.test(name)) {
    const full = isHost || rest.length > 0 ? name : `library/${name}`;
    const text = `repository name (${full}) must be lowercase`;
    return new ApiError(400, `invalid reference format: ${text}`);
  }
  if (!isImageReference(image)) {
    return new ApiError(400, 'invalid reference format');
  }
  const registry = isHost && host !== 'docker.io' ? host : 'registry-1.docker.io';
  const lookup = `dial tcp: lookup ${registry.replace(/:\d+$/, '')} on ${NAME_SERVER}`;
  const failure = `dial udp ${NAME_SERVER}: connect: no route to host`;
  return new ApiError(500, `Get "https://${registry}/v2/": ${lookup}: ${failure}`);
}
