import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedPaths, isSameJson, reapply } from './reapply';

const base = {
  Name: 'web',
  Labels: { team: 'a' },
  TaskTemplate: { ContainerSpec: { Image: 'nginx:1', Env: ['A=1'] }, ForceUpdate: 0 },
  Mode: { Replicated: { Replicas: 3 } },
};

function withImage<T extends typeof base>(spec: T, image: string): T {
  const container = { ...spec.TaskTemplate.ContainerSpec, Image: image };
  return { ...spec, TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: container } };
}

describe('a change carried over to a newer version', () => {
  it('keeps what somebody else changed', () => {
    const scaled = { ...base, Mode: { Replicated: { Replicas: 5 } } };
    expect(reapply(base, withImage(base, 'nginx:2'), scaled)).toEqual({
      kind: 'applied',
      value: withImage(scaled, 'nginx:2'),
    });
  });

  it('conflicts where both changed the same field, and names it', () => {
    expect(reapply(base, withImage(base, 'nginx:2'), withImage(base, 'nginx:3'))).toEqual({
      kind: 'conflict',
      paths: ['TaskTemplate.ContainerSpec.Image'],
    });
  });

  it('is no conflict where both changed it alike', () => {
    const both = withImage(base, 'nginx:2');
    expect(reapply(base, both, both)).toEqual({ kind: 'applied', value: both });
  });

  it('takes a list as one field', () => {
    const env = (...lines: string[]) => ({
      ...base,
      TaskTemplate: {
        ...base.TaskTemplate,
        ContainerSpec: { ...base.TaskTemplate.ContainerSpec, Env: lines },
      },
    });
    expect(reapply(base, env('A=1', 'B=2'), env('A=1', 'C=3'))).toEqual({
      kind: 'conflict',
      paths: ['TaskTemplate.ContainerSpec.Env'],
    });
  });

  it('removes what the change removed', () => {
    const { Labels: _gone, ...wanted } = base;
    const scaled = { ...base, Mode: { Replicated: { Replicas: 5 } } };
    const result = reapply<object>(base, wanted, scaled);
    expect(result).toEqual({ kind: 'applied', value: { ...wanted, Mode: scaled.Mode } });
    expect(result.kind === 'applied' && 'Labels' in result.value).toBe(false);
  });

  const json = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 2 }));

  it('to the version it was made from is that change, and nothing is nothing', () => {
    fc.assert(
      fc.property(json, json, (from, to) => {
        expect(reapply<object>(from, to, from)).toEqual({ kind: 'applied', value: to });
        expect(reapply<object>(from, from, to)).toEqual({ kind: 'applied', value: to });
        expect(changedPaths(from, to).length === 0).toBe(isSameJson(from, to));
      }),
    );
  });
});

it('the fields in which two versions differ', () => {
  expect(changedPaths(base, withImage({ ...base, Labels: { team: 'b' } }, 'x'))).toEqual([
    'Labels.team',
    'TaskTemplate.ContainerSpec.Image',
  ]);
});
