import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { serviceDrafts } from '../../test/fakes/draftArbitrary';
import { parseServiceDraft } from './serviceSchema';

const sound = { name: 'web', image: 'nginx' };

function textsOf(value: unknown): readonly string[] {
  return parseServiceDraft(value).problems.map(({ text }) => text);
}

test('takes every draft as it is', () => {
  fc.assert(
    fc.property(serviceDrafts, (draft) => {
      expect(parseServiceDraft(draft)).toEqual({ draft, problems: [] });
    }),
  );
});

describe('names the field and what to write', () => {
  it.each<[object, (string | number)[], RegExp]>([
    [{ replcas: 2 }, ['replcas'], /no field "replcas". Did you mean "replicas"\?/],
    [{ read_only: true }, ['read_only'], /Did you mean "readOnly"\?/],
    [
      { update: { paralelism: 1 } },
      ['update', 'paralelism'],
      /"update\.paralelism". Did you mean "parallelism"\?/,
    ],
    [
      { ports: [{ target: 80 }, { target: 80, zzzzz: 1 }] },
      ['ports', 1, 'zzzzz'],
      /"ports\[1\]\.zzzzz". Possible here: target, published, protocol, mode\./,
    ],
    [{ mode: 'gobal' }, ['mode'], /"mode": write one of: replicated, global, replicated-job/],
    [{ replicas: '2' }, ['replicas'], /"replicas": write a whole number, 0 or more\./],
    [{ replicas: -1 }, ['replicas'], /"replicas": write a whole number/],
    [{ env: { A: 1 } }, ['env', 'A'], /"env\.A": .*in quotes/],
    [{ env: ['A=1'] }, ['env'], /"env": write names with values/],
    [{ stopGracePeriod: '10' }, ['stopGracePeriod'], /"stopGracePeriod": write a duration/],
    [{ limits: { memory: 64 } }, ['limits', 'memory'], /"limits\.memory": write a size/],
    [{ limits: { cpus: '1' } }, ['limits', 'cpus'], /"limits\.cpus": write a number of CPUs/],
    [
      { secrets: [{ source: 'a', mode: 444 }] },
      ['secrets', 0, 'mode'],
      /"secrets\[0\]\.mode": write a file mode in octal and in quotes/,
    ],
    [
      { update: { maxFailureRatio: 2 } },
      ['update', 'maxFailureRatio'],
      /"update\.maxFailureRatio": write a number from 0 to 1/,
    ],
    [{ args: 'a b' }, ['args'], /"args": write a list/],
    [{ ports: '80' }, ['ports'], /"ports": write a list/],
    [{ ports: [{}] }, ['ports', 0, 'target'], /"ports\[0\]\.target" is missing/],
    [{ healthcheck: null }, ['healthcheck'], /"healthcheck": write the fields below it/],
    [{ tty: 'yes' }, ['tty'], /"tty": write true or false/],
  ])('%j', (fields, path, text) => {
    const { draft, problems } = parseServiceDraft({ ...sound, ...fields });
    expect(draft).toBeUndefined();
    expect(problems).toEqual([{ path, severity: 'error', text: expect.stringMatching(text) }]);
  });

  it('for what is missing or no service at all', () => {
    expect(textsOf({ name: 'web' })).toEqual(['"image" is missing: write it.']);
    for (const value of [undefined, null, 'web', [], 3]) {
      expect(textsOf(value).length).toBeGreaterThan(0);
    }
    expect(textsOf('web')).toEqual([expect.stringContaining('image: nginx:1.27')]);
  });
});
