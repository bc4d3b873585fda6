import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostileNames } from '../../../test/fakes/sharedFacts';
import { makeRouting, NOW } from '../../../test/webview/views';
import { fileName } from './fileName';

const named = (swarmName: string): string =>
  fileName({ view: makeRouting([], { swarmName }), takenAt: NOW }, 'map.svg');

test('names swarm, time and kind', () => {
  expect(named('production eu/central')).toBe(
    'swarmscope-production-eu-central-2026-01-15T12-00-00-map.svg',
  );
  expect(named('../..')).toBe('swarmscope-2026-01-15T12-00-00-map.svg');
});

test('is one plain step of a path whatever the swarm is called', () => {
  fc.assert(
    fc.property(hostileNames, (name) => {
      expect(named(name)).toMatch(/^swarmscope-[\p{L}\p{N}-]*2026-01-15T12-00-00-map\.svg$/u);
    }),
  );
});
