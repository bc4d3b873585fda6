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
