import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SwarmscopeError } from '../../src/common/errors';
import { silentLogger } from '../../src/common/logger';
import type { ServiceBody } from '../../src/docker/bodies';
import { createEngine } from '../../src/docker/dockerodeEngine';
import type { Engine } from '../../src/docker/engine';
import { namesOf, toServiceBody } from '../../src/spec/buildServiceBody';
import { applyDraft } from '../../src/spec/changeServiceBody';
import { fromServiceBody } from '../../src/spec/readServiceDraft';
import { serviceCreateArguments } from '../../src/spec/serviceCommand';
import type { DraftNames, ServiceDraft } from '../../src/spec/serviceDraft';
import { serviceUpdateArguments, unsaidChanges } from '../../src/spec/serviceUpdateCommand';
import { DRAFT_WORLD, serviceChanges, serviceDrafts } from '../fakes/draftArbitrary';
import { type AcquiredLab, acquireLab } from '../lab/sharedLab';

const SEED = 20_261_126;
const withValues = { withValues: true };

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

    async function create(draft: ServiceDraft): Promise<string> {
      return (await engine.createService(toServiceBody(draft, names))).id;
    }

    /** The swarm itself changes a new service once, while it gives it addresses. */
    async function change(id: string, after: ServiceDraft, isAgain = false): Promise<void> {
      const { version, spec } = await engine.serviceState(id);
      const changed = applyDraft(spec, fromServiceBody(spec, names), after, names);
      try {
        await engine.updateService(id, { version, spec: changed });
      } catch (error) {
        if (isAgain || !(error instanceof SwarmscopeError) || error.code !== 'out-of-sequence') {
          throw error;
        }
        await change(id, after, true);
      }
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

    afterAll(async () => {
      engine?.dispose();
      await acquired?.release();
    });

    it(`make the same service of ${creates} drafts`, { timeout: 150_000 }, async () => {
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

    it(`make the same change of ${updates} pairs of drafts`, { timeout: 150_000 }, async () => {
      const pairs = fc.sample(
        serviceChanges.filter(([before, after]) => unsaidChanges(before, after).length === 0),
        { numRuns: updates, seed: SEED },
      );
      for (const [before, after] of pairs) {
        const id = await create(before);
        await runService(serviceUpdateArguments(before, after, withValues));
        const theirs = await takeSpec();
        await change(await create(before), after);
        const ours = await takeSpec();
        expect(id).not.toBe('');
        expect(essence(sorted(ours)), JSON.stringify([before, after])).toEqual(
          essence(sorted(theirs)),
        );
      }
    });
  },
);
