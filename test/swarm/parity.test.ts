import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SwarmscopeError } from '../../src/common/errors';
import { silentLogger } from '../../src/common/logger';
import type { ServiceBody } from '../../src/docker/bodies';
import { createEngine } from '../../src/docker/dockerodeEngine';
import type { Engine } from '../../src/docker/engine';
import { buildSnapshot } from '../../src/model/buildSnapshot';
import type { SwarmSnapshot } from '../../src/model/snapshot';
import { namesOf, toServiceBody } from '../../src/spec/buildServiceBody';
import { applyDraft } from '../../src/spec/changeServiceBody';
import { checkContextOf } from '../../src/spec/checkContext';
import { checkService } from '../../src/spec/checkService';
import { fromServiceBody } from '../../src/spec/readServiceDraft';
import { serviceCreateArguments } from '../../src/spec/serviceCommand';
import type { DraftNames, ServiceDraft } from '../../src/spec/serviceDraft';
import { serviceUpdateArguments, unsaidChanges } from '../../src/spec/serviceUpdateCommand';
import { DRAFT_WORLD, serviceChanges, serviceDrafts } from '../fakes/draftArbitrary';
import { makeParts } from '../fakes/swarms';
import { type AcquiredLab, acquireLab } from '../lab/sharedLab';

const SEED = 20_261_126;
/** 20 s on two idle cores; they may be shared with other suites. */
const LONGEST_MS = 400_000;
const withValues = { withValues: true };
const plain: ServiceDraft = { name: 'web', image: 'nginx:1.27', replicas: 0 };
const mount = { type: 'tmpfs', target: '/a' } as const;

/** Lists that the docker CLI writes in an order of its own: random, or sorted on an update. */
const UNORDERED: ReadonlySet<string> = new Set([
  'CapabilityAdd',
  'CapabilityDrop',
  'Configs',
  'Constraints',
  'Env',
  'GenericResources',
  'Groups',
  'Hosts',
  'Mounts',
  'Nameservers',
  'Options',
  'Ports',
  'Search',
  'Secrets',
  'Ulimits',
]);

/** A spec for comparing: lists whose order says nothing are sorted. */
function sorted(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const members = value.map((member) => sorted(member));
    return UNORDERED.has(key)
      ? members.toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1))
      : members;
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .toSorted(([left], [right]) => (left < right ? -1 : 1))
          .map(([name, member]) => [name, sorted(member, name)]),
      )
    : value;
}

/** Also without what says nothing: an update may leave an empty list or a usual 10 s behind. */
function essence(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : value.map((member) => essence(member));
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .map(([name, member]): [string, unknown] => [name, essence(member, name)])
      .filter(([, member]) => member !== undefined);
    const isMark = key === 'Global' || key === 'GlobalJob';
    return members.length === 0 && !isMark ? undefined : Object.fromEntries(members);
  }
  const isUsual = key === 'StopGracePeriod' && value === 10_000_000_000;
  return isUsual || value === '' || value === 0 || value === false || value === null
    ? undefined
    : value;
}

describe.each([
  { choice: 'newest', creates: 220, updates: 80 },
  { choice: 'oldest', creates: 60, updates: 30 },
] as const)(
  'the docker CLI and Swarmscope on the $choice engine',
  ({ choice, creates, updates }) => {
    let acquired: AcquiredLab;
    let engine: Engine;
    let names: DraftNames;

    async function docker(args: readonly string[]): Promise<void> {
      await acquired.lab.docker('node1', args);
    }

    /** Runs `docker service create` or `update` as we write it, without asking a registry. */
    async function runService([noun = '', verb = '', ...rest]: readonly string[]): Promise<void> {
      await docker([noun, verb, '--detach', '--no-resolve-image', ...rest]);
    }

    /** The spec of the only service there is, which is then removed. */
    async function takeSpec(): Promise<ServiceBody> {
      const [service, ...others] = await engine.services();
      expect(others).toEqual([]);
      const { spec } = await engine.serviceState(service?.id ?? '');
      await engine.removeService(service?.id ?? '');
      return spec;
    }

    async function takeSnapshot(): Promise<SwarmSnapshot> {
      const [info, nodes, networks, services] = await Promise.all([
        engine.info(),
        engine.nodes(),
        engine.networks(),
        engine.services(),
      ]);
      return buildSnapshot(
        makeParts({ info, nodes, networks, services, apiVersion: engine.apiVersion }),
      );
    }

    async function create(draft: ServiceDraft): Promise<string> {
      return (await engine.createService(toServiceBody(draft, names))).id;
    }

    /**
     * Changes a new service. The swarm itself changes it too, while it gives it addresses: a change that
     * is out of sequence is made again, as a person would, and no other.
     */
    async function patiently(change: () => Promise<void>): Promise<void> {
      for (let left = 5; ; left -= 1) {
        try {
          await change();
          return;
        } catch (error) {
          if (left === 0 || !/out.of.sequence/.test(String(error))) {
            throw error;
          }
        }
      }
    }

    async function change(id: string, after: ServiceDraft): Promise<void> {
      const { version, spec } = await engine.serviceState(id);
      const changed = applyDraft(spec, fromServiceBody(spec, names), after, names);
      await engine.updateService(id, { version, spec: changed });
    }

    beforeAll(async () => {
      acquired = await acquireLab({ name: `parity-${choice}`, nodes: 1, engine: choice });
      const { socket } = acquired.lab.manager;
      const target = { kind: 'unix', path: socket } as const;
      engine = createEngine(target, { address: `unix://${socket}`, logger: silentLogger });
      await engine.connect();
      // Specs are compared, not run: nothing is started on a drained node.
      await docker(['node', 'update', '--availability', 'drain', '--label-add', 'zone=a', 'node1']);
      for (const name of DRAFT_WORLD.networks) {
        await docker(['network', 'create', '--driver', 'overlay', name]);
      }
      const data = Buffer.from('contents');
      await Promise.all(
        DRAFT_WORLD.secrets.map(async (name) => await engine.createSecret({ name, data })),
      );
      await Promise.all(
        DRAFT_WORLD.configs.map(async (name) => await engine.createConfig({ name, data })),
      );
      const [networks, secrets, configs] = await Promise.all([
        engine.networks(),
        engine.secrets(),
        engine.configs(),
      ]);
      names = namesOf({ networks, secrets, configs });
    });

    afterEach(async () => {
      // A pair that failed must not stand in the way of the next test.
      const left = (await engine?.services()) ?? [];
      await Promise.all(left.map(async ({ id }) => await engine.removeService(id)));
    });

    afterAll(async () => {
      engine?.dispose();
      await acquired?.release();
    });

    it.each<[string, object, object]>([
      [
        'protocol icmp as tcp',
        { Protocol: 'icmp', TargetPort: 80 },
        { Protocol: 'tcp', TargetPort: 80 },
      ],
      ['mode node as ingress', { TargetPort: 80, PublishMode: 'node' }, { PublishMode: 'ingress' }],
      ['target port 70000', { TargetPort: 70_000 }, { TargetPort: 70_000 }],
      [
        'published port 70000',
        { TargetPort: 80, PublishedPort: 70_000 },
        { PublishedPort: 70_000 },
      ],
    ])('the engine alone takes %s with 201', async (_what, port, stored) => {
      const body = toServiceBody(plain, names);
      await engine.createService({ ...body, EndpointSpec: { Ports: [port] } });
      expect(await takeSpec()).toMatchObject({ EndpointSpec: { Ports: [stored] } });
    });

    it('the engine alone takes target port 0 and unknown constraints with 201', async () => {
      const body = toServiceBody({ ...plain, constraints: ['node.foo==1'] }, names);
      await engine.createService({ ...body, EndpointSpec: { Ports: [{ Protocol: 'tcp' }] } });
      const { EndpointSpec: endpoint, TaskTemplate: template } = await takeSpec();
      expect(endpoint?.Ports?.[0]?.TargetPort).toBeUndefined();
      expect(template?.Placement?.Constraints).toEqual(['node.foo==1']);
    });

    it.each<[string, Partial<ServiceDraft>]>([
      ['dnsrr with ingress', { endpointMode: 'dnsrr', ports: [{ target: 80 }] }],
      [
        'a port twice',
        {
          ports: [
            { target: 80, published: 81 },
            { target: 90, published: 81 },
          ],
        },
      ],
      ['ingress as a network', { networks: [{ name: 'ingress' }] }],
      ['too little memory', { limits: { memory: '1M' } }],
      ['too little of a CPU', { limits: { cpus: 0.0001 } }],
      ['a mount target twice', { mounts: [mount, mount] }],
      ['a constraint without operator', { constraints: ['node.role=worker'] }],
      ['a health check of 500us', { healthcheck: { command: 'x', interval: '500us' } }],
      ['a job with an update policy', { mode: 'replicated-job', update: { delay: '1s' } }],
    ])('the engine refuses %s, as Swarmscope does before it sends', async (_what, fields) => {
      await expect(create({ ...plain, ...fields })).rejects.toBeInstanceOf(SwarmscopeError);
      const context = checkContextOf(await takeSnapshot());
      const problems = checkService({ ...plain, ...fields }, context);
      expect(problems.filter(({ severity }) => severity === 'error')).toHaveLength(1);
    });

    it(`make the same service of ${creates} drafts`, { timeout: LONGEST_MS }, async () => {
      for (const draft of fc.sample(serviceDrafts, { numRuns: creates, seed: SEED })) {
        await runService(serviceCreateArguments(draft, withValues));
        const theirs = await takeSpec();
        await create(draft);
        const ours = await takeSpec();
        expect(sorted(ours), JSON.stringify(draft)).toEqual(sorted(theirs));
        const read = fromServiceBody(ours, names);
        expect(fromServiceBody(toServiceBody(read, names), names)).toEqual(read);
      }
    });

    it(`make the same change of ${updates} pairs of drafts`, { timeout: LONGEST_MS }, async () => {
      const pairs = fc.sample(
        serviceChanges.filter(([before, after]) => unsaidChanges(before, after).length === 0),
        { numRuns: updates, seed: SEED },
      );
      for (const [before, after] of pairs) {
        const id = await create(before);
        await patiently(() => runService(serviceUpdateArguments(before, after, withValues)));
        const theirs = await takeSpec();
        const second = await create(before);
        await patiently(() => change(second, after));
        const ours = await takeSpec();
        expect(id).not.toBe('');
        expect(essence(sorted(ours)), JSON.stringify([before, after])).toEqual(
          essence(sorted(theirs)),
        );
      }
    });
  },
);
