import type { Lab } from './lab';

/** Puts the lesson on a fresh lab: an overlay network with a database and a published web service. */
export async function deployLesson(lab: Lab): Promise<void> {
  await lab.docker('node1', ['network', 'create', '-d', 'overlay', '--attachable', 'mydrupal']);
  const create = (...args: string[]): Promise<unknown> =>
    lab.docker('node1', ['service', 'create', '--detach', '--no-resolve-image', ...args]);
  await create('--name=psql', '--network=mydrupal', '--env=POSTGRES_PASSWORD=demo', 'postgres');
  await create('--name=drupal', '--network=mydrupal', '--replicas=3', '-p=8080:80', 'drupal');
}
