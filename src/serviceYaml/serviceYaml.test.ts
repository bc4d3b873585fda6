import { describe, expect, it } from 'vitest';
import { makeNetwork, makeNode, makeService } from '../../test/fakes/records';
import { makeParts } from '../../test/fakes/swarms';
import { buildSnapshot } from '../model/buildSnapshot';
import { completeServiceYaml, type Completion } from './completeServiceYaml';
import { placeProblems } from './draftProblems';
import { hoverLines } from './hoverText';
import { parseServiceYaml } from './parseServiceYaml';
import { serviceYamlText } from './serviceYamlText';
import { yamlContext } from './yamlContext';

const CARET = '|';

function at(text: string): { readonly text: string; readonly offset: number } {
  const offset = text.indexOf(CARET);
  return { text: text.slice(0, offset) + text.slice(offset + 1), offset };
}

function complete(marked: string): readonly Completion[] {
  const { text, offset } = at(marked);
  const snapshot = buildSnapshot(
    makeParts({
      nodes: [
        makeNode({ id: 'n1', hostname: 'node1', labels: { zone: 'a' } }),
        makeNode({ id: 'n2', hostname: 'node2', labels: { zone: 'b: c' } }),
      ],
      networks: [
        makeNetwork({ id: 'app', name: 'app' }),
        makeNetwork({ id: 'ingress', name: 'ingress', ingress: true }),
      ],
      services: [makeService({ id: 'web', image: 'nginx:1.27@sha256:0123' })],
    }),
  );
  return completeServiceYaml(text, offset, { snapshot, secrets: ['key'], configs: ['site'] });
}

const labels = (marked: string): readonly string[] => complete(marked).map(({ label }) => label);

/** The text that a range covers. */
const cut = (text: string, { start, end }: { start: number; end: number }): string =>
  text.slice(start, end);

describe('reading', () => {
  it('gives the data, and the places of values, keys and rows', () => {
    const text = '# top\nname: web\nports:\n  - target: 80\n    published: 70000\nenv:\n  A: x\n';
    const yaml = parseServiceYaml(text);
    expect(yaml.problems).toEqual([]);
    expect(yaml.value).toEqual({
      name: 'web',
      ports: [{ target: 80, published: 70_000 }],
      env: { A: 'x' },
    });
    expect(cut(text, yaml.rangeOf(['ports', 0, 'published']))).toBe('70000');
    expect(cut(text, yaml.rangeOf(['ports', 0, 'published'], 'key'))).toBe('published');
    expect(cut(text, yaml.rangeOf(['ports', 0, 'mode']))).toBe('target: 80');
    expect(cut(text, yaml.rangeOf(['ports', 5]))).toBe('ports');
    expect(cut(text, yaml.rangeOf(['image']))).toBe('name: web');
    expect(cut(text, yaml.rangeOf([]))).toBe('name: web');
  });

  it('finds the key at a place, so that it can be explained', () => {
    const { text, offset } = at('healthcheck:\n  inter|val: 5s\n');
    const found = parseServiceYaml(text).keyAt(offset);
    expect(found?.path).toEqual(['healthcheck', 'interval']);
    expect(hoverLines(found?.path ?? []).join('\n')).toContain('--health-interval');
    expect(parseServiceYaml(text).keyAt(text.length)).toBeUndefined();
  });

  it.each([
    ['name: [a\nimage: x\n', 'a bracket that is not closed'],
    ['name: a\nname: b\n', 'a key twice'],
    ['name: !!js/function "x"\n', 'a tag of one’s own'],
    ['\tname: a\n', 'a tab'],
    ['a: &a [x]\nb: *missing\n', 'an alias of nothing'],
  ])('refuses %j (%s) at its place', (text) => {
    const { problems, value } = parseServiceYaml(text);
    expect(value).toBeUndefined();
    expect(problems[0]?.severity).toBe('error');
    for (const { range } of problems) {
      expect(range.start).toBeLessThanOrEqual(range.end);
      expect(range.end).toBeLessThanOrEqual(text.length);
      expect(cut(text, range).trimEnd()).not.toContain('\n');
    }
  });

  it('refuses alias bombs, endless texts and endless nesting without hanging', () => {
    const bomb = Array.from({ length: 12 }, (_row, index) =>
      index === 0
        ? 'k0: &k0 [x, x, x, x, x, x, x, x, x]'
        : `k${index}: &k${index} [${Array.from({ length: 9 }, () => `*k${index - 1}`).join(', ')}]`,
    ).join('\n');
    const started = performance.now();
    for (const text of [bomb, 'a'.repeat(400_000), '['.repeat(20_000), '- '.repeat(20_000)]) {
      const { value, problems } = parseServiceYaml(text);
      expect(value).toBeUndefined();
      expect(problems.length).toBeGreaterThan(0);
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('puts problems of the draft where they are, each once', () => {
    const text = 'name: web\nimage: x\nports:\n- target: 0\n';
    const yaml = parseServiceYaml(text);
    const bad = { path: ['ports', 0, 'target'], severity: 'error', text: 'Bad.' } as const;
    const placed = placeProblems(yaml, [
      bad,
      bad,
      { path: ['name'], severity: 'warning', text: 'Odd.' },
    ]);
    expect(placed.map(({ range, text: words }) => [cut(text, range), words])).toEqual([
      ['web', 'Odd.'],
      ['0', 'Bad.'],
    ]);
  });
});

describe('writing', () => {
  it('keeps what was read, whatever the values look like', () => {
    const draft = {
      env: { EMPTY: '', YES: 'yes', OCTAL: '0444', PORT: '22:22', TEXT: 'a: b # c', NONE: null },
      secrets: [{ mode: '0444', source: 'key' }],
      image: 'nginx',
      name: 'web',
    };
    const text = serviceYamlText(draft, ['Two', 'lines']);
    expect(text.startsWith('# Two\n# lines\n')).toBe(true);
    expect(text.indexOf('name: web')).toBeLessThan(text.indexOf('image: nginx'));
    expect(parseServiceYaml(text).value).toEqual(draft);
    expect(parseServiceYaml(text).problems).toEqual([]);
  });
});

describe('what is being typed', () => {
  it.each([
    ['|', 'key', []],
    ['na|', 'key', []],
    ['name: w|', 'value', ['name']],
    ['ports:\n  - |', 'key', ['ports', 0]],
    ['ports:\n- |', 'key', ['ports', 0]],
    ['ports:\n  - target: 80\n    mode: |', 'value', ['ports', 0, 'mode']],
    ['ports:\n  - target: 80\n  - mode: h|', 'value', ['ports', 0, 'mode']],
    ['networks:\n  - name: app\nupdate:\n  order: |', 'value', ['update', 'order']],
    ['mounts:\n  - type: tmpfs\n    tmpfs:\n      s|', 'key', ['mounts', 0, 'tmpfs']],
    ['constraints:\n  - node.r|', 'key', ['constraints', 0]],
  ])('%j: a %s at %j', (marked, kind, path) => {
    const { text, offset } = at(marked);
    expect(yamlContext(text, offset)).toMatchObject({ kind, path });
  });

  it.each(['# na|', 'name: {a|', 'name: "a|', 'args: [a|'])('says nothing in %j', (marked) => {
    const { text, offset } = at(marked);
    expect(yamlContext(text, offset)).toBeUndefined();
  });
});

describe('completing', () => {
  it('offers the keys that are not there yet', () => {
    const offered = labels('name: web\n|\nimage: x\n');
    expect(offered).toEqual(expect.arrayContaining(['mode', 'healthcheck', 'secrets']));
    expect(offered).not.toContain('name');
    expect(offered).not.toContain('image');
  });

  it('knows which row a key is in', () => {
    const offered = labels('ports:\n  - target: 80\n    mode: host\n  - target: 81\n    |\n');
    expect(offered).toEqual(['published', 'protocol', 'mode']);
  });

  it.each([
    ['mode: |', ['replicated', 'global', 'replicated-job', 'global-job']],
    ['init: |', ['true', 'false']],
    ['image: |', ['nginx:1.27']],
    ['networks:\n  - name: |', ['app']],
    ['secrets:\n  - source: |', ['key']],
    ['configs:\n  - source: |', ['site']],
    ['spread:\n  - |', ['node.labels.zone']],
    ['env:\n  A|', []],
  ])('%j: %j', (marked, offered) => {
    expect(labels(marked)).toEqual(offered);
  });

  it('offers constraints of real nodes, quoted where YAML needs it, and replaces what is typed', () => {
    const { text, offset } = at('constraints:\n  - node.la|');
    const offered = complete('constraints:\n  - node.la|');
    expect(offered.map(({ label }) => label)).toEqual(
      expect.arrayContaining([
        'node.labels.zone==a',
        'node.labels.zone==b: c',
        'node.hostname==node2',
        'node.role==manager',
      ]),
    );
    for (const { label, insert, range } of offered) {
      const after = text.slice(0, range.start) + insert + text.slice(range.end);
      expect(range.end).toBe(offset);
      expect(parseServiceYaml(after).value).toEqual({ constraints: [label] });
    }
  });
});
