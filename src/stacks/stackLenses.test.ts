import { describe, expect, it } from 'vitest';
import type { ServiceStanding, StackComparison } from './compareStacks';
import { readCompose } from './composeFile';
import { stackLenses, type StackStanding } from './stackLenses';

const text = 'services:\n  web: {}\n  api: {}\n';
const file = readCompose(text);

function standing(fields: Partial<StackStanding> = {}): StackStanding {
  return {
    swarm: 'lab',
    stack: 'shop',
    running: new Map([['web', { running: 2, desired: 3 }]]),
    comparison: 'running',
    isDirty: false,
    ...fields,
  };
}

function comparison(standings: Readonly<Record<string, ServiceStanding>>): StackComparison {
  const none = new Map<string, never>();
  const map = new Map(Object.entries(standings));
  return { stack: 'shop', standings: map, wanted: none, running: none, notCompared: none };
}

/** Marked text and title of each line. */
const titles = (state: StackStanding | undefined): string[] =>
  stackLenses(file, state).map(
    ({ span, title }) => `${text.slice(span.start, span.end)}: ${title.replaceAll('\u{A0}', ' ')}`,
  );

describe('stackLenses', () => {
  it('offer to deploy, whatever else is known', () => {
    expect(titles(undefined)).toEqual(['services: $(rocket) Deploy stack…']);
    expect(stackLenses(readCompose('a: 1'), undefined)).toEqual([]);
  });

  it('say what runs and what differs', () => {
    const differs = comparison({
      web: { kind: 'differs', parts: ['image'] },
      api: { kind: 'not-deployed' },
    });
    expect(titles(standing({ comparison: differs }))).toEqual([
      'services: $(rocket) Deploy stack…',
      'services: $(diff) shop on lab: 1 service differs, 1 not deployed',
      'web: 2/3 running · image differs',
      'api: not deployed',
    ]);
    const same = comparison({ web: { kind: 'same' } });
    expect(titles(standing({ comparison: same, isDirty: true }))[1]).toBe(
      'services: $(check) shop on lab: in step · as last saved',
    );
  });

  it.each([
    ['running', '$(sync~spin) shop on lab: comparing…'],
    ['old-cli', '$(info) shop on lab: comparing needs docker CLI 23.0 or later'],
    ['no-cli', '$(info) shop on lab: comparing needs the docker CLI'],
    ['refused', '$(info) shop on lab: docker does not accept this file'],
    ['untrusted', '$(info) shop on lab: comparing needs a trusted workspace'],
  ] as const)('say why nothing is compared: %s', (reason, title) => {
    const shown = titles(standing({ comparison: reason }));
    expect(shown[1]).toBe(`services: ${title}`);
    expect(shown.slice(2)).toEqual(['web: 2/3 running', 'api: not deployed']);
  });

  it('draw no icon out of a foreign name', () => {
    expect(titles(standing({ swarm: '$(flame)' }))[1]).toContain('$ (flame)');
  });
});
