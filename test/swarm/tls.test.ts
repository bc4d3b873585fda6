import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findConnections } from '../../src/docker/findConnections';
import type { ConnectionEntry, TlsOptions } from '../../src/docker/target';
import { CertificateMaker, type Pair } from '../fakes/certificates';
import { type Lab, createLab } from '../lab/lab';
import { run } from '../lab/processes';
import { type OpenPlace, type OpenResult, openInside } from './support/openRequest';

describe.each(['oldest', 'newest'] as const)('on the %s engine', (choice) => {
  let lab: Lab;
  let maker: CertificateMaker;
  let stranger: CertificateMaker;
  let client: Pair;
  /** An engine without TLS. */
  let plain: string;

  beforeAll(async () => {
    maker = new CertificateMaker();
    stranger = new CertificateMaker();
    client = maker.issue('client', { usage: 'clientAuth' });
    lab = await createLab({
      name: 'tls',
      nodes: 3,
      engine: choice,
      tls: ({ name, address }) => ({
        ca: maker.ca,
        ...maker.issue(name, {
          usage: 'serverAuth',
          names: name === 'node3' ? 'DNS:other.example' : `IP:${address},DNS:${name}`,
          expired: name === 'node2',
        }),
      }),
    });
    plain = (await lab.startLoneEngine()).tcpAddress;
  });

  afterAll(async () => {
    await lab?.down();
    maker?.dispose();
    stranger?.dispose();
  });

  function entryOf(address: string, tls?: Partial<TlsOptions>): ConnectionEntry {
    return {
      id: 'setting:tls',
      name: 'tls',
      source: 'setting',
      address,
      ...(tls === undefined ? {} : { tls: { verify: true, ...tls } }),
    };
  }

  async function open(
    node: string,
    tls: Partial<TlsOptions> | undefined,
    answers?: readonly (string | null)[],
  ): Promise<OpenResult> {
    const entry = entryOf(lab.node(node).tcpAddress, tls);
    return await openInside(lab, { entry, ...(answers === undefined ? {} : { answers }) });
  }

  const remedy = (words: string): unknown => expect.stringContaining(words);

  describe('mutual TLS on 2376', () => {
    it('connects with a certificate of the engine’s CA', async () => {
      expect(await open('node1', { ca: maker.ca, ...client })).toMatchObject({
        ok: true,
        info: { engineName: 'node1' },
      });
    });

    it('wants a client certificate', async () => {
      expect(await open('node1', { ca: maker.ca })).toMatchObject({
        code: 'tls-client-certificate',
        details: { asked: 'required', address: `https://${lab.manager.address}:2376` },
        nextStep: remedy('tls.cert'),
      });
    });

    it('refuses a client certificate of another CA and an expired one', async () => {
      const expired = maker.issue('old', { usage: 'clientAuth', expired: true });
      for (const pair of [stranger.issue('client', { usage: 'clientAuth' }), expired]) {
        expect(await open('node1', { ca: maker.ca, ...pair })).toMatchObject({
          code: 'tls-client-certificate',
          details: { asked: 'refused' },
          nextStep: remedy('tls.key'),
        });
      }
    });

    it('does not trust an engine of another CA', async () => {
      expect(await open('node1', { ca: stranger.ca, ...client })).toMatchObject({
        code: 'tls-unknown-ca',
        details: { address: `https://${lab.manager.address}:2376` },
        nextStep: remedy('tls.ca'),
      });
    });

    it('does not trust a certificate for another host, unless that name is expected', async () => {
      const tls = { ca: maker.ca, ...client };
      expect(await open('node3', tls)).toMatchObject({
        code: 'tls-wrong-host',
        details: { names: 'other.example', host: lab.node('node3').address },
        nextStep: remedy('tls.serverName'),
      });
      expect(await open('node3', { ...tls, serverName: 'other.example' })).toMatchObject({
        ok: true,
        info: { engineName: 'node3' },
      });
    });

    it('does not trust an expired certificate', async () => {
      expect(await open('node2', { ca: maker.ca, ...client })).toMatchObject({
        code: 'tls-expired',
        nextStep: remedy('Renew'),
      });
    });

    it('asks for the passphrase of an encrypted key, and tells it to nobody', async () => {
      const locked = maker.issue('locked', { usage: 'clientAuth', passphrase: 'open-sesame' });
      const tls = { ca: maker.ca, ...locked };
      const right = await open('node1', tls, ['mistyped', 'open-sesame']);
      expect(right).toMatchObject({
        ok: true,
        asked: [
          { kind: 'tls-passphrase', subject: locked.key, again: false },
          { kind: 'tls-passphrase', subject: locked.key, again: true },
        ],
      });
      const wrong = await open('node1', tls, ['a-guess', 'a-guess', 'a-guess', 'open-sesame']);
      expect(wrong).toMatchObject({
        code: 'tls-wrong-passphrase',
        details: { path: locked.key },
        nextStep: remedy('passphrase'),
      });
      expect(wrong.asked).toHaveLength(3);
      expect(await open('node1', tls)).toMatchObject({
        code: 'secret-needed',
        details: { kind: 'tls-passphrase', subject: locked.key },
      });
      const told = JSON.stringify([right, wrong]);
      expect(told).toContain('Engine at https://');
      expect(told).not.toMatch(/mistyped|open-sesame|a-guess|PRIVATE KEY/);
    });

    it('tells plain from encrypted ports', async () => {
      expect(await open('node1', undefined)).toMatchObject({
        code: 'tls-required',
        nextStep: remedy('https://'),
      });
      const encrypted = await openInside(lab, {
        entry: entryOf(plain, { ca: maker.ca, ...client }),
      });
      expect(encrypted).toMatchObject({ code: 'not-tls', nextStep: remedy('tcp://') });
      expect(await openInside(lab, { entry: entryOf(plain) })).toMatchObject({
        ok: true,
        info: { engineName: 'lone1' },
      });
    });

    it('speaks a pinned API version, and says when the engine does not know it', async () => {
      const entry = entryOf(lab.manager.tcpAddress, { ca: maker.ca, ...client });
      expect(await openInside(lab, { entry: { ...entry, apiVersion: '1.40' } })).toMatchObject({
        ok: true,
        info: { apiVersion: '1.40' },
      });
      expect(await openInside(lab, { entry: { ...entry, apiVersion: '1.999' } })).toMatchObject({
        code: 'api-too-old',
        details: { pinned: '1.999', pinnedBy: 'setting' },
        nextStep: remedy('"apiVersion"'),
      });
    });
  });

  describe('contexts that docker’s own command made', () => {
    let config: string;

    beforeAll(async () => {
      config = mkdtempSync(path.join(tmpdir(), 'swarmscope-config-'));
      const create = async (name: string, endpoint: string): Promise<void> => {
        const env = { PATH: process.env['PATH'] ?? '', DOCKER_CONFIG: config };
        const args = ['context', 'create', name, '--docker', endpoint];
        await run(lab.engine.dockerCli, args, { env, extendEnv: false });
      };
      const { address, socket } = lab.manager;
      const files = `ca=${maker.ca},cert=${client.cert},key=${client.key}`;
      await create('secured', `host=tcp://${address}:2376,${files}`);
      await create(
        'careless',
        `host=${lab.node('node2').tcpAddress},${files},skip-tls-verify=true`,
      );
      await create('local', `host=unix://${socket}`);
      await create('plain', `host=${plain}`);
    });

    afterAll(() => rmSync(config, { recursive: true, force: true }));

    it.each([
      ['secured', 'node1'],
      ['careless', 'node2'],
      ['local', 'node1'],
      ['plain', 'lone1'],
    ])('%s leads to %s', async (name, engineName) => {
      const found = await findConnections({
        env: { DOCKER_CONFIG: config },
        home: '/nowhere',
        platform: 'linux',
        settings: [],
      });
      const entry = found.find(({ id }) => id === `context:${name}`);
      expect(entry).toBeDefined();
      // Paths only: what is in the files is read on connecting.
      expect(JSON.stringify(found)).not.toContain(readFileSync(client.key, 'utf8').slice(40, 80));
      expect(await openInside(lab, { entry: entry ?? entryOf('') })).toMatchObject({
        ok: true,
        info: { engineName },
      });
    });
  });

  describe('a unix socket', () => {
    const nobody = 65_534;

    async function openSocket(file: string, place?: OpenPlace): Promise<OpenResult> {
      return await openInside(lab, { entry: entryOf(`unix://${file}`) }, place);
    }

    it('is used by whom its group lets in, and names the group to whom it does not', async () => {
      const { socket, folder } = lab.manager;
      const games = readFileSync('/etc/group', 'utf8').match(/^games:[^:]*:(\d+):/m)?.[1];
      chmodSync(lab.folder, 0o755);
      chmodSync(folder, 0o755);
      chownSync(socket, 0, Number(games));
      chmodSync(socket, 0o660);
      expect(await openSocket(socket)).toMatchObject({ ok: true, info: { engineName: 'node1' } });
      expect(await openSocket(socket, { uid: nobody })).toMatchObject({
        code: 'socket-denied',
        details: { address: `unix://${socket}`, group: 'games', member: 'no' },
        nextStep: remedy('sudo usermod -aG games $USER'),
      });
      chownSync(socket, 0, nobody);
      expect(await openSocket(socket, { uid: nobody })).toMatchObject({ ok: true });
    });

    it('that is missing is told with another one that is there', async () => {
      const runtime = path.dirname(lab.manager.socket);
      const env = { XDG_RUNTIME_DIR: runtime };
      expect(await openSocket('/nowhere/docker.sock', { env })).toMatchObject({
        code: 'socket-missing',
        details: { address: 'unix:///nowhere/docker.sock' },
        nextStep: remedy(lab.manager.socket),
      });
    });
  });
});
