import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCompose } from './composeFile';
import { readPort } from './composePorts';

/** What the places of a file stand on. */
function written(text: string, span: { start: number; end: number } | undefined): string {
  return span === undefined ? '' : text.slice(span.start, span.end);
}

describe('readCompose', () => {
  const text = [
    'name: shop',
    'x-net: &net',
    '  networks: [front]',
    'x-ports: &ports',
    '  - "9000:90"',
    'services:',
    '  web:',
    '    <<: *net',
    '    ports:',
    '      - 8080:80',
    '      - target: 53',
    '        published: 5353',
    '        protocol: udp',
    '        mode: host',
    '  api:',
    '    <<: [*net, {networks: {other: null}}]',
    '    ports: *ports',
    '  lone: {image: x}',
    'networks:',
    '  front: {external: true, name: edge}',
    '  old: {external: {name: legacy}}',
    '  own: {driver: overlay}',
    '  later: {external: true, name: "${NET}"}',
    '',
  ].join('\n');
  const file = readCompose(text);

  it('reads name, services and where they stand', () => {
    expect(file.name).toBe('shop');
    expect(written(text, file.servicesSpan)).toBe('services');
    expect(file.services.map(({ name, span }) => [name, written(text, span)])).toEqual([
      ['web', 'web'],
      ['api', 'api'],
      ['lone', 'lone'],
    ]);
  });

  it('follows anchors and merge keys; the first merged wins, as in YAML', () => {
    expect(file.services.map(({ networks }) => networks)).toEqual([
      ['front'],
      ['front'],
      ['default'],
    ]);
    expect(file.services[1]?.ports.map(({ first, span }) => [first, written(text, span)])).toEqual([
      [9000, '"9000:90"'],
    ]);
  });

  it('reads both forms of ports with exact places', () => {
    expect(file.services[0]?.ports.map(({ span, ...port }) => [port, written(text, span)])).toEqual(
      [
        [{ first: 8080, last: 8080, protocol: 'tcp', mode: 'ingress' }, '8080:80'],
        [{ first: 5353, last: 5353, protocol: 'udp', mode: 'host' }, '5353'],
      ],
    );
  });

  it('reads networks, old form included, and does not guess variables', () => {
    expect(
      file.networks.map(({ key, external, name, span }) => [
        key,
        external,
        name,
        written(text, span),
      ]),
    ).toEqual([
      ['front', true, 'edge', 'edge'],
      ['old', true, 'legacy', 'legacy'],
      ['own', false, 'own', 'own'],
      ['later', true, undefined, '"${NET}"'],
    ]);
  });

  it('reads what is there of a half-written file', () => {
    const half = 'services:\n  web:\n    ports:\n      - "80:\n  api:\n    image: [';
    expect(readCompose(half).services.map(({ name }) => name)).toContain('web');
    expect(readCompose('').services).toEqual([]);
    expect(readCompose('- a\n- b').servicesSpan).toBeUndefined();
    expect(readCompose('services: &a\n  <<: *a\n  web: *nowhere\n').services).toHaveLength(1);
  });

  it('comes to an end with merges that would multiply', () => {
    const bomb = [
      'a0: &a0 {networks: [x]}',
      ...Array.from({ length: 40 }, (_, n) => `a${n + 1}: &a${n + 1} {<<: [*a${n}, *a${n}]}`),
      'services: {web: {<<: *a40}}',
    ].join('\n');
    expect(readCompose(bomb).services[0]?.networks).toEqual(['x']);
  });

  it('reads any text without failing, and its places lie in the text', () => {
    const line = fc.constantFrom(
      'services:',
      '  web: &w',
      '  <<: *w',
      '    ports: ["1:2", {published: 3}]',
      '    - 80:80/udp',
      'networks: {a: {external: true}}',
      '  ${X}: *y',
      '\t',
      '!t {',
      '"',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string()), { maxLength: 12 }), (lines) => {
        const any = lines.join('\n');
        const { services, networks } = readCompose(any);
        const spans = [
          ...services.flatMap(({ span, ports }) => [span, ...ports.map((port) => port.span)]),
          ...networks.map(({ span }) => span),
        ];
        for (const { start, end } of spans) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(any.length);
        }
      }),
    );
  });
});

describe('readPort', () => {
  it.each([
    ['8080:80', 8080, 8080, 'tcp'],
    ['8080:80/udp', 8080, 8080, 'udp'],
    ['7000-7002:80-82', 7000, 7002, 'tcp'],
    ['127.0.0.1:8080:80', 8080, 8080, 'tcp'],
    ['[::1]:8080:80/SCTP', 8080, 8080, 'sctp'],
  ])('reads %s', (text, first, last, protocol) => {
    expect(readPort(text)).toEqual({ first, last, protocol, mode: 'ingress' });
  });

  it.each([
    '80',
    '80/udp',
    '${PORT}:80',
    '8080:80/icmp',
    '0:80',
    '70000:80',
    '9-8:80',
    ':80',
    'a:b',
  ])('knows no published port of %s', (text) => {
    expect(readPort(text)).toBeUndefined();
  });
});
