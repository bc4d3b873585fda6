import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convergenceOf, type Convergence } from '../../src/commands/convergence';
import { isSwarmscopeError } from '../../src/common/errors';
import { silentLogger } from '../../src/common/logger';
import type { ServiceBody } from '../../src/docker/bodies';
import { createEngine } from '../../src/docker/dockerodeEngine';
import type { Engine } from '../../src/docker/engine';
import { findRegistryAuth } from '../../src/docker/registryAuth';
import { buildSnapshot } from '../../src/model/buildSnapshot';
import { makeParts } from '../fakes/swarms';
import { type AskedRegistry, startRegistry } from '../lab/registry';
import { type AcquiredLab, acquireLab } from '../lab/sharedLab';

const OWN = 'swarmscope/hostname:latest';
const script = (text: string): readonly string[] => [OWN, '/bin/sh', '-c', text];

describe.each(['oldest', 'newest'] as const)('updates on the %s engine', (choice) => {
  let acquired: AcquiredLab;
  let engine: Engine;
  let registry: AskedRegistry;
  let folder: string;

  beforeAll(async () => {
    acquired = await acquireLab({ name: `op-update-${choice}`, nodes: 1, engine: choice });
    const { socket, netns } = acquired.lab.manager;
    registry = await startRegistry(netns);
    folder = await mkdtemp(path.join(os.tmpdir(), 'swarmscope-login-'));
    engine = createEngine(
      { kind: 'unix', path: socket },
      { address: `unix://${socket}`, logger: silentLogger },
    );
    await engine.connect();
  });

  afterAll(async () => {
    engine?.dispose();
    await registry?.stop();
    await acquired?.release();
    await rm(folder, { recursive: true, force: true });
  });

  async function create(name: string, ...args: readonly string[]): Promise<string> {
    const flags = ['--detach', '--no-resolve-image', `--name=${name}`];
    await acquired.lab.docker('node1', ['service', 'create', ...flags, ...args]);
    const services = await engine.services();
    return services.find((service) => service.name === name)?.id ?? '';
  }

  /** Sends another image; the swarm itself writes to a new service, and then the look is repeated. */
  async function update(id: string, image: string, registryAuth?: string): Promise<void> {
    for (;;) {
      try {
        await updateOnce(id, image, registryAuth);
        return;
      } catch (error) {
        if (!isSwarmscopeError(error, 'out-of-sequence')) {
          throw error;
        }
      }
    }
  }

  async function updateOnce(id: string, image: string, registryAuth?: string): Promise<void> {
    const { version, spec } = await engine.serviceState(id);
    const template = spec.TaskTemplate ?? {};
    const wanted: ServiceBody = {
      ...spec,
      TaskTemplate: { ...template, ContainerSpec: { ...template.ContainerSpec, Image: image } },
    };
    const login = registryAuth === undefined ? {} : { registryAuth };
    await engine.updateService(id, { version, spec: wanted, ...login });
  }

  /** The header for a login of `docker login` in a folder of its own. */
  async function headerFor(image: string, login: string): Promise<string> {
    const auth = Buffer.from(login).toString('base64');
    const config = { auths: { [registry.name]: { auth } } };
    await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
    const found = await findRegistryAuth(image, { env: { DOCKER_CONFIG: folder }, home: folder });
    return found.kind === 'found' ? found.header : '';
  }

  /** The logins with which a manifest was asked for; waits until one was. */
  async function loginsOf(tag: string): Promise<readonly string[]> {
    const logins = (): readonly string[] => [
      ...new Set(
        registry.asked
          .filter((asked) => asked.path === `/v2/app/manifests/${tag}`)
          .map(({ login }) => login),
      ),
    ];
    await expect.poll(logins, { timeout: 60_000, interval: 50 }).not.toEqual([]);
    return logins();
  }

  it('send the login for questions and pulls, and keep it in the service until another is sent', async () => {
    const id = await create('pulls', OWN);
    const image = (tag: string): string => `${registry.name}/app:${tag}`;
    const header = await headerFor(image('asked'), 'ann:first');
    await expect(engine.imageFacts(image('asked'), header)).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await loginsOf('asked')).toEqual(['ann:first']);
    await update(id, image('with'), header);
    expect(await loginsOf('with')).toEqual(['ann:first']);
    await update(id, image('without'));
    expect(await loginsOf('without')).toEqual(['ann:first']);
    await update(id, image('another'), await headerFor(image('another'), 'bob:second'));
    expect(await loginsOf('another')).toEqual(['bob:second']);
  });

  async function look(id: string): Promise<Convergence> {
    const [info, nodes, services, tasks] = await Promise.all([
      engine.info(),
      engine.nodes(),
      engine.services(),
      engine.tasks(),
    ]);
    return convergenceOf(buildSnapshot(makeParts({ info, nodes, services, tasks })), id);
  }

  it.each([
    ['fails', ['--restart-condition=none', ...script('exit 1')], /non-zero exit \(1\)/],
    ['is missing', ['--restart-condition=none', 'nosuch/image:1'], /nosuch\/image/],
    ['ends', ['--restart-condition=on-failure', ...script('exit 0')], /exit code 0/],
    [
      'fails again',
      ['--restart-max-attempts=1', '--restart-delay=1s', ...script('exit 3')],
      /non-zero exit \(3\)/,
    ],
  ])('a task that %s for the last time is told at once', async (name, args, error) => {
    const id = await create(name.replace(' ', '-'), ...args);
    await expect
      .poll(() => look(id), { timeout: 60_000, interval: 100 })
      .toMatchObject({
        kind: 'failing',
        reasons: [{ isFinal: true, error: expect.stringMatching(error) as unknown }],
      });
  });

  it('a task that is tried again is never told as the last', async () => {
    const id = await create('again', '--restart-delay=2s', ...script('exit 1'));
    const looks: Convergence[] = [];
    await expect
      .poll(
        async () => {
          looks.push(await look(id));
          const tasks = (await engine.tasks()).filter(({ serviceId }) => serviceId === id);
          return tasks.filter(({ state }) => state === 'failed').length;
        },
        { timeout: 60_000, interval: 20 },
      )
      .toBeGreaterThan(2);
    const finals = looks.filter(
      (seen) => seen.kind === 'failing' && seen.reasons.some(({ isFinal }) => isFinal === true),
    );
    expect(finals).toEqual([]);
    expect(looks.some(({ kind }) => kind === 'failing')).toBe(true);
  });
});
