import { expect, test } from 'vitest';
import type { ServiceBody } from '../../docker/bodies';
import { presentImage, unlessUnknown, withImage } from './imageSpec';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const web: ServiceBody = { Name: 'web', TaskTemplate: { ContainerSpec: {} } };
const digested = { spec: withImage(web, `nginx:1@${DIGEST}`) };
const silence = ['The registry gives no answer: nodes may run different images.'];

test('a registry that says nothing of the same tag leaves the digest, and the warning says so', () => {
  const wanted = withImage(digested.spec, presentImage(digested));
  const { body, warnings } = unlessUnknown(digested, { body: wanted, warnings: silence });
  expect(body).toEqual(digested.spec);
  expect(warnings).toEqual([expect.stringMatching(/did not say what "nginx:1" is now.*keeps/)]);
});

test('without a digest, and of another tag, the warning is true as it is', () => {
  const bare = { spec: withImage(web, 'nginx:1') };
  const same = { body: bare.spec, warnings: silence };
  expect(unlessUnknown(bare, same)).toEqual(same);
  const other = { body: withImage(web, 'nginx:2'), warnings: silence };
  expect(unlessUnknown(digested, other)).toEqual(other);
});

test('what the registry said is taken', () => {
  const pinned = { body: withImage(web, `nginx:1@sha256:${'b'.repeat(64)}`), warnings: [] };
  expect(unlessUnknown(digested, pinned)).toEqual(pinned);
});
