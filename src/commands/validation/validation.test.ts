import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lessonSnapshot } from '../../../test/fakes/swarms';
import { maskEnvironment } from '../../spec/environment';
import { portContext } from '../../spec/publishedPorts';
import { checkEnvironment } from './environment';
import { checkImage } from './image';
import { checkServiceName, suggestServiceName } from './names';
import { checkPort } from './ports';
import { checkReplicas } from './replicas';
import type { Verdict } from './verdict';

function told<T>(verdict: Verdict<T>): unknown {
  return verdict.ok ? verdict.value : verdict.error;
}

const none: ReadonlySet<string> = new Set();

describe('names', () => {
  test('takes no time over a long name that is wrong at its end', () => {
    const start = performance.now();
    checkServiceName(`${'a'.repeat(62)}.`, new Set());
    checkServiceName(`${'customer-portal-'.repeat(3)}staging-`, new Set());
    expect(performance.now() - start).toBeLessThan(100);
  });

  test.each(['web', 'Web_1', 'a-b', '0', 'x'.repeat(63)])('accepts %s', (name) => {
    expect(told(checkServiceName(name, none))).toBe(name);
  });

  test.each([
    ['', 'Enter a name.'],
    ['-a', 'Use letters, digits, "-" and "_" only, with a letter or digit at both ends.'],
    ['a b', 'Use letters, digits, "-" and "_" only, with a letter or digit at both ends.'],
    ['a.b', 'Use letters, digits, "-" and "_" only, with a letter or digit at both ends.'],
    ['x'.repeat(64), 'A name has at most 63 characters; this has 64.'],
  ])('refuses %j', (name, why) => {
    expect(told(checkServiceName(name, none))).toBe(why);
  });

  test('refuses what exists', () => {
    expect(told(checkServiceName('web', new Set(['web'])))).toMatch(/exists/);
  });

  test('suggests a free name after the image', () => {
    expect(suggestServiceName('registry.io:5000/team/web.app:1.2', none)).toBe('web-app');
    expect(suggestServiceName('nginx', new Set(['nginx', 'nginx-2']))).toBe('nginx-3');
    fc.assert(
      fc.property(fc.string(), (image) => {
        expect(checkServiceName(suggestServiceName(image, none), none).ok).toBe(true);
      }),
    );
  });
});

describe('images', () => {
  test.each([
    'nginx',
    'nginx:1.27',
    'library/nginx',
    'localhost:5000/a/b_c:x',
    'registry.example.com/team/app@sha256:'.concat('a'.repeat(64)),
    'gcr.io/a__b/c--d',
  ])('accepts %s', (image) => {
    expect(told(checkImage(image))).toBe(image);
  });

  test.each([
    ['', /Enter an image/],
    ['Nginx', /lower case: "Nginx" should be "nginx"/],
    ['a b', /no spaces/],
    ['nginx:', /not a tag/],
    ['nginx@x', /digest/],
    ['a//b', /cannot be part/],
    ['http://x/y', /not the address|not a tag|cannot be part/],
  ])('refuses %j', (image, why) => {
    expect(told(checkImage(image))).toMatch(why);
  });
});

describe('ports', () => {
  const context = {
    taken: new Map([['8080/tcp', { service: 'drupal', mode: 'ingress' as const }]]),
    dataPathPort: 4789,
  };

  test.each([
    ['9000:80', { protocol: 'tcp', targetPort: 80, publishedPort: 9000, mode: 'ingress' }],
    ['5353:53/UDP', { protocol: 'udp', targetPort: 53, publishedPort: 5353, mode: 'ingress' }],
    ['80', { protocol: 'tcp', targetPort: 80, mode: 'ingress' }],
    ['8080:80/udp', { protocol: 'udp', targetPort: 80, publishedPort: 8080, mode: 'ingress' }],
    ['8080:80', 'Port 8080/tcp is published by the service "drupal".'],
    ['70000:80', '70000 is not a port: use 1 to 65535.'],
    ['80:0', '0 is not a port: use 1 to 65535.'],
    ['7946:80', 'The swarm itself needs port 7946 (gossip between nodes).'],
    ['4789:80/udp', 'The swarm itself needs port 4789/udp (traffic between nodes).'],
    ['5000:80/sctp', { protocol: 'sctp', targetPort: 80, publishedPort: 5000, mode: 'ingress' }],
    ['80:80/icmp', 'The protocol is tcp, udp or sctp, not "icmp".'],
    ['8000-8010:80', 'Ranges cannot be published at once: add the ports one by one.'],
    ['10.0.0.1:80:80', 'A swarm publishes on every node; a port cannot be bound to one address.'],
    ['web', 'Write published:target, such as 8080:80 or 5353:53/udp, or only the target port.'],
  ])('%j', (text, answer) => {
    expect(told(checkPort(text, context, []))).toEqual(answer);
  });

  test('the same port twice in one list is refused, 22 is warned of', () => {
    const chosen = [{ protocol: 'tcp', targetPort: 1, publishedPort: 9, mode: 'ingress' }] as const;
    expect(told(checkPort('9:80', context, chosen))).toBe('Port 9/tcp is in the list already.');
    const ssh = checkPort('22:80', context, []);
    expect(ssh.ok && ssh.warning).toMatch(/usually in use/);
  });

  test('knows what the swarm publishes', () => {
    expect(portContext(lessonSnapshot()).taken.get('8080/tcp')).toEqual({
      service: 'drupal',
      mode: 'ingress',
    });
  });
});

describe('environment', () => {
  test.each([
    ['A=b', 'A=b'],
    ['A= b = c ', 'A= b = c '],
    ['A=', 'A='],
    ['A', 'Write A=value: this machine’s own environment is not passed on.'],
    ['=b', 'Write NAME=value.'],
    ['A B=c', 'The name of a variable has no spaces in it.'],
    ['X=again', 'X is in the list already.'],
  ])('%j', (text, answer) => {
    expect(told(checkEnvironment(text, ['X=1']))).toBe(answer);
  });

  test('a masked variable shows its name only', () => {
    expect(maskEnvironment('PASSWORD=a=b')).toBe('PASSWORD=***');
  });
});

test('replicas', () => {
  expect(['3', '0', ' 12 '].map((text) => told(checkReplicas(text)))).toEqual([3, 0, 12]);
  expect(told(checkReplicas('-1'))).toBe('Enter a whole number, 0 or more.');
  expect(told(checkReplicas('1.5'))).toBe('Enter a whole number, 0 or more.');
});
