import { describe, expect, it } from 'vitest';
import { FakeEngine } from '../../test/fakes/fakeEngine';
import { lessonParts } from '../../test/fakes/swarms';
import { buildSnapshot } from '../model/buildSnapshot';
import { parseServicePath, servicePath } from './serviceAddress';
import { readService } from './serviceReading';
import { SwarmLists } from './swarmLists';

const snapshot = buildSnapshot(lessonParts());
const base = {
  version: 7,
  spec: {
    Name: 'web',
    TaskTemplate: { ContainerSpec: { Image: 'nginx' } },
    Mode: { Replicated: { Replicas: 1 } },
  },
};

/** The problems of a text, each with the words that it underlines. */
function problems(
  text: string,
  { isNew = true, isConnected = true } = {},
): readonly (readonly [string, string])[] {
  const lists = new SwarmLists(() => (isConnected ? snapshot : undefined));
  const reading = readService(text, { base: isNew ? undefined : base, lists });
  expect(reading.draft === undefined).toBe(
    reading.problems.some(({ severity }) => severity === 'error'),
  );
  return reading.problems.map(({ range, text: words }) => [
    text.slice(range.start, range.end),
    words,
  ]);
}

describe('a service document', () => {
  it('that is right gives a draft', () => {
    expect(problems('name: web\nimage: nginx:1.27\nnetworks:\n  - name: mydrupal\n')).toEqual([]);
  });

  it.each([
    ['name: web\nimage: nginx:1\nreplica: 3\n', 'replica', 'replicas'],
    ['name: web\nimage: nginx:1\nreplicas: many\n', 'many', 'replicas'],
    ['name: web\nimage: nginx:1\nports:\n  - published: 8081\n', 'published: 8081', 'target'],
    ['name: web\nimage: nginx:1\nports:\n  - target: 80\n    published: 8080\n', '8080', 'drupal'],
    ['name: web\nimage: nginx:1\nnetworks:\n  - name: nowhere\n', 'nowhere', 'nowhere'],
    ['name: web\nimage: nginx:1\nhealthcheck:\n  interval: fast\n', 'fast', 'interval'],
    ['name: web\nimage: "nginx:1\n', '', ''],
  ])('%j: %j is underlined', (text, underlined, word) => {
    const found = problems(text);
    expect(found).toHaveLength(1);
    expect(found[0]?.[0]).toContain(underlined);
    expect(found[0]?.[1]).toContain(word);
  });

  it('of a running service keeps its name and mode', () => {
    const found = problems('name: other\nimage: nginx:1\nmode: global\n', { isNew: false });
    expect(found.map(([words]) => words)).toEqual(['other', 'global']);
  });

  it('is checked in form only while the swarm is not connected', () => {
    const text = 'name: web\nimage: nginx:1\nnetworks:\n  - name: nowhere\n';
    expect(problems(text, { isConnected: false })).toEqual([]);
  });

  it('misses no secret that the swarm has, and says which it has not', async () => {
    const lists = new SwarmLists(() => snapshot);
    const engine = new FakeEngine();
    engine.swarm.secrets = [{ id: 's1', name: 'key', createdAt: '', labels: {} }];
    await lists.refresh(engine);
    const text = (name: string): string =>
      `name: web\nimage: nginx:1\nsecrets:\n  - source: ${name}\n`;
    expect(readService(text('key'), { base: undefined, lists }).problems).toEqual([]);
    expect(readService(text('other'), { base: undefined, lists }).problems).toHaveLength(1);
    expect(lists.names.secrets.get('key')).toBe('s1');
  });
});

it('an address is read as it was written, whatever the names hold', () => {
  const address = { connectionId: 'context:a/b é', kind: 'service', id: 'x/y' } as const;
  expect(parseServicePath(servicePath(address, 'we b/1'))).toEqual(address);
  expect(parseServicePath('/a/swarmscope-service/nothing/b/c')).toBeUndefined();
  expect(parseServicePath('/')).toBeUndefined();
});
