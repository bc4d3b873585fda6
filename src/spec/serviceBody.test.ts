import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { DRAFT_WORLD, serviceChanges, serviceDrafts } from '../../test/fakes/draftArbitrary';
import type { ServiceBody } from '../docker/bodies';
import { namesOf, pinImage, toServiceBody } from './buildServiceBody';
import { applyDraft } from './changeServiceBody';
import { fromServiceBody } from './readServiceDraft';

const listOf = (list: readonly string[]) => list.map((name) => ({ name, id: `id-of-${name}` }));
const names = namesOf({
  networks: listOf(DRAFT_WORLD.networks),
  secrets: listOf(DRAFT_WORLD.secrets),
  configs: listOf(DRAFT_WORLD.configs),
});

/** A body with members that drafts have no words for, at every depth. */
function withStrange(body: ServiceBody): ServiceBody {
  const container = body.TaskTemplate?.ContainerSpec;
  const strange = {
    ...body,
    Strange: 1,
    TaskTemplate: {
      ...body.TaskTemplate,
      ForceUpdate: 3,
      Runtime: 'container',
      ContainerSpec: {
        ...container,
        OpenStdin: true,
        Strange: ['a'],
        ...(container?.Mounts === undefined
          ? {}
          : { Mounts: container.Mounts.map((mount) => ({ ...mount, Consistency: 'cached' })) }),
      },
    },
  };
  return strange;
}

describe('a body read as a draft', () => {
  it('and built again is read the same', () => {
    fc.assert(
      fc.property(serviceDrafts, (draft) => {
        const read = fromServiceBody(toServiceBody(draft, names), names);
        expect(fromServiceBody(toServiceBody(read, names), names)).toEqual(read);
      }),
    );
  });

  it('names networks, secrets and configs, and leaves out what is as usual', () => {
    const body: ServiceBody = {
      Name: 'web',
      TaskTemplate: {
        ContainerSpec: {
          Image: 'nginx',
          Isolation: 'default',
          Init: false,
          StopGracePeriod: 10_000_000_000,
          DNSConfig: {},
          Env: ['B=1', 'A=x=y', 'C'],
          Secrets: [
            {
              SecretID: 'id-of-key',
              SecretName: 'old name',
              File: { Name: 'key', UID: '0', GID: '0', Mode: 0o444 },
            },
          ],
        },
        RestartPolicy: { Condition: 'any', Delay: 5_000_000_000, MaxAttempts: 0 },
        Networks: [{ Target: 'id-of-front' }, { Target: 'unknown-id' }],
      },
      Mode: { Replicated: { Replicas: 2 } },
      UpdateConfig: {
        Parallelism: 0,
        FailureAction: 'pause',
        Monitor: 5_000_000_000,
        MaxFailureRatio: 0,
        Order: 'stop-first',
      },
      EndpointSpec: {
        Mode: 'vip',
        Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' }],
      },
    };
    const draft = fromServiceBody(body, names);
    expect(draft).toEqual({
      name: 'web',
      image: 'nginx',
      replicas: 2,
      env: { B: '1', A: 'x=y', C: null },
      secrets: [{ source: 'key' }],
      networks: [{ name: 'front' }, { name: 'unknown-id' }],
      update: { parallelism: 0 },
      ports: [{ target: 80, published: 8080 }],
    });
    expect(Object.keys(draft.env ?? {})).toEqual(['B', 'A', 'C']);
  });
});

describe('a changed draft', () => {
  it('that is the same changes nothing at all', () => {
    fc.assert(
      fc.property(serviceDrafts, (draft) => {
        const body = withStrange(toServiceBody(draft, names));
        const read = fromServiceBody(body, names);
        expect(applyDraft(body, read, read, names)).toBe(body);
        expect(applyDraft(body, read, structuredClone(read), names)).toBe(body);
      }),
    );
  });

  it('becomes the body, and what drafts do not know stays', () => {
    fc.assert(
      fc.property(serviceChanges, ([before, after]) => {
        const body = withStrange(toServiceBody(before, names));
        const changed = applyDraft(body, fromServiceBody(body, names), after, names);
        const wanted = fromServiceBody(toServiceBody(after, names), names);
        const got = fromServiceBody(changed, names);
        expect(sorted(got)).toEqual(sorted(wanted));
        expect(changed).toMatchObject({
          Strange: 1,
          TaskTemplate: {
            ForceUpdate: 3,
            Runtime: 'container',
            ContainerSpec: { OpenStdin: true, Strange: ['a'] },
          },
        });
        const kept = (before.mounts ?? []).flatMap(({ target }) =>
          (after.mounts ?? []).some((mount) => mount.target === target) ? [target] : [],
        );
        const cached = (changed.TaskTemplate?.ContainerSpec?.Mounts ?? [])
          .filter(({ Consistency }) => Consistency === 'cached')
          .map(({ Target }) => Target);
        expect(cached).toEqual(expect.arrayContaining(kept));
      }),
    );
  });

  it('keeps the order of variables', () => {
    const draft = { name: 'web', image: 'nginx', env: { B: '1', A: '2', D: '3' } };
    const body = toServiceBody(draft, names);
    const after = { ...draft, env: { A: '9', D: '3', C: '4' } };
    const { Env: lines } = applyDraft(body, draft, after, names).TaskTemplate?.ContainerSpec ?? {};
    expect(lines).toEqual(['A=9', 'D=3', 'C=4']);
    const more = { ...draft, env: { ...draft.env, A: '9' } };
    const changed = applyDraft(body, draft, more, names).TaskTemplate?.ContainerSpec;
    expect(changed?.Env).toEqual(['B=1', 'A=9', 'D=3']);
  });

  it('moves networks of old specs into the task template, by id', () => {
    const body: ServiceBody = { Name: 'web', Networks: [{ Target: 'front', Aliases: ['w'] }] };
    const before = fromServiceBody(body, names);
    const after = { ...before, networks: [...(before.networks ?? []), { name: 'back' }] };
    const changed = applyDraft(body, before, after, names);
    expect(changed.Networks).toBeUndefined();
    expect(changed.TaskTemplate?.Networks).toEqual([
      { Target: 'id-of-back' },
      { Target: 'id-of-front', Aliases: ['w'] },
    ]);
  });

  it('goes back to usual policies by their values', () => {
    const draft = { name: 'web', image: 'nginx', update: { delay: '3s', parallelism: 2 } };
    const body = toServiceBody(draft, names);
    const changed = applyDraft(body, draft, { name: 'web', image: 'nginx' }, names);
    expect(changed.UpdateConfig).toMatchObject({ Parallelism: 1, Delay: 0 });
  });
});

/** Drafts as far as lists go that are merged member by member. */
function sorted(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const members = value.map((member) => sorted(member));
    return ['entrypoint', 'args', 'exec', 'spread'].includes(key)
      ? members
      : members.toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .toSorted(([left], [right]) => (left < right ? -1 : 1))
          .map(([name, member]) => [name, sorted(member, name)]),
      )
    : value;
}

test('an image is pinned as the docker CLI does', () => {
  const facts = {
    digest: 'sha256:aa',
    platforms: [
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: '' },
    ],
  };
  const draft = {
    name: 'web',
    image: 'docker.io/library/nginx',
    constraints: ['node.role==worker'],
  };
  const pinned = pinImage(toServiceBody(draft, names), facts);
  expect(pinned.TaskTemplate?.ContainerSpec?.Image).toBe('nginx:latest@sha256:aa');
  expect(pinned.TaskTemplate?.Placement).toEqual({
    Constraints: ['node.role==worker'],
    Platforms: [{ Architecture: 'amd64', OS: 'linux' }, { OS: 'linux' }],
  });
  const again = pinImage(pinned, { ...facts, digest: 'sha256:bb' });
  expect(again.TaskTemplate?.ContainerSpec?.Image).toBe('nginx:latest@sha256:aa');
});
