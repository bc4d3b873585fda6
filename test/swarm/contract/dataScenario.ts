import { filtered, IMAGE, type Json, type Player } from './player';

const DATA = Buffer.from('hello').toString('base64');

/** Secrets and configs: created, found, refused, used by a service. */
export async function keepData(player: Player): Promise<void> {
  for (const kind of ['secrets', 'configs']) {
    await createData(player, kind);
    await readData(player, kind);
    await updateData(player, kind);
  }
  await useData(player);
}

async function createData(player: Player, kind: string): Promise<void> {
  const create = async (note: string, body: Json): Promise<unknown> =>
    await player.step('POST', `/${kind}/create`, body, note);
  await create('with labels', { Name: 'one', Data: DATA, Labels: { purpose: 'contract' } });
  await create('template', { Name: 'two', Data: DATA, Templating: { Name: 'golang' } });
  await create('name taken', { Name: 'one', Data: DATA });
  await create('no name', { Name: '', Data: DATA });
  await create('bad name', { Name: 'bad name!', Data: DATA });
  await create('long name', { Name: 'x'.repeat(65), Data: DATA });
  await create('no data', { Name: 'three' });
  await create('too much data', {
    Name: 'three',
    Data: Buffer.alloc(1_024_000).toString('base64'),
  });
  await create('no base64', { Name: 'three', Data: 'aGV%bG8=' });
  await create('half base64', { Name: 'three', Data: 'aGVsbG8' });
}

async function readData(player: Player, kind: string): Promise<void> {
  await player.step('GET', `/${kind}`);
  await player.step('GET', `/${kind}/one`);
  await player.step('GET', `/${kind}/nosuchthing`);
  for (const [key, value] of [
    ['name', 'o'],
    ['names', 'o'],
    ['label', 'purpose=contract'],
    ['id', 'zz'],
    ['junk', 'x'],
  ] as const) {
    await player.step('GET', filtered(`/${kind}`, { [key]: [value] }));
  }
  await player.step('GET', `/${kind}?filters=notjson`);
}

async function updateData(player: Player, kind: string): Promise<void> {
  const row = await player.until<{ Version: { Index: number } }>(`/${kind}/one`, () => true);
  const right = `?version=${row.Version.Index}`;
  const update = async (note: string, query: string, body: Json): Promise<unknown> =>
    await player.stepNamed(
      `POST /${kind}/one/update (${note})`,
      `/${kind}/one/update${query}`,
      body,
    );
  await update('no version', '', { Name: 'one' });
  await update('stale version', '?version=1', { Name: 'one' });
  await update('another name', right, { Name: 'other' });
  await update('other data', right, { Name: 'one', Data: 'aGVsbG8x' });
  await update('labels', right, { Name: 'one', Labels: { changed: 'yes' } });
  await player.step('GET', `/${kind}/one`, undefined, 'updated');
  await player.step('DELETE', `/${kind}/nosuchthing`);
  await player.step('DELETE', `/${kind}/two`);
}

async function useData(player: Player): Promise<void> {
  const { ID: secret } = await player.until<{ ID: string }>('/secrets/one', () => true);
  const { ID: config } = await player.until<{ ID: string }>('/configs/one', () => true);
  const create = async (note: string, container: Json, name = 'uses'): Promise<unknown> =>
    await player.step('POST', '/services/create', serviceWith(name, container), note);
  const file = (Name: string): Json => ({ File: { Name, UID: '0', GID: '0', Mode: 292 } });
  const ofSecret = { SecretID: secret, SecretName: 'one', ...file('one') };
  const ofConfig = { ConfigID: config, ConfigName: 'one', ...file('/one') };
  await create('with secret and config', { Secrets: [ofSecret], Configs: [ofConfig] });
  await player.step('GET', '/services/uses');
  const missing = { SecretID: 'nope', SecretName: 'nope', ...file('a') };
  await create('unknown secret', { Secrets: [missing] }, 's1');
  await create('two unknown secrets', { Secrets: [missing, { ...missing, ...file('b') }] }, 's1');
  await create('secret of another name', { Secrets: [{ ...ofSecret, SecretName: 'two' }] }, 's1');
  await create('secret without name', { Secrets: [{ SecretID: secret }] }, 's1');
  await create('secret without file', { Secrets: [{ SecretID: secret, SecretName: 'one' }] }, 's1');
  await create('one file twice', { Secrets: [ofSecret, ofSecret] }, 's1');
  await create('unknown config', { Configs: [{ ...ofConfig, ConfigID: 'nope' }] }, 's1');
  await player.step('DELETE', '/secrets/one', undefined, 'in use');
  await player.step('DELETE', '/configs/one', undefined, 'in use');
  await player.step('DELETE', '/services/uses');
  await player.step('DELETE', '/secrets/one');
  await player.step('DELETE', '/configs/one');
}

function serviceWith(name: string, container: Json): Json {
  return {
    Name: name,
    TaskTemplate: { ContainerSpec: { Image: IMAGE, ...container } },
    Mode: { Replicated: { Replicas: 0 } },
  };
}
