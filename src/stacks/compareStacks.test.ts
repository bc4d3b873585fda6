import { describe, expect, it } from 'vitest';
import { makeNetwork, makeService } from '../../test/fakes/records';
import { makeParts } from '../../test/fakes/swarms';
import type { ServiceRecord } from '../docker/records/service';
import { buildSnapshot } from '../model/buildSnapshot';
import {
  compareStacks,
  comparisonSides,
  comparisonText,
  standingText,
  type StackComparison,
} from './compareStacks';

/** As `docker stack config` of 28.5 writes it. */
const OUTPUT = `version: "3.13"
services:
  web:
    configs:
      - source: motd
        target: /motd
    deploy:
      replicas: 3
      resources: {limits: {cpus: "0.5"}}
    environment:
      COLOUR: blue
      TOKEN: secret-value
    healthcheck: {test: [CMD, "true"]}
    image: nginx
    networks:
      front: null
    ports:
      - mode: ingress
        target: 80
        published: 8080
        protocol: tcp
      - mode: host
        target: 53
        protocol: udp
    secrets:
      - source: pw
networks:
  front: {name: edge, external: true}
secrets:
  pw: {name: pw, external: true}
configs:
  motd: {file: /w/motd.txt}
`;

const labels = { 'com.docker.stack.namespace': 'shop' };

function web(fields: Partial<ServiceRecord> = {}): ServiceRecord {
  return makeService({
    id: 's1',
    name: 'shop_web',
    labels,
    image: `docker.io/library/nginx:latest@sha256:${'a'.repeat(64)}`,
    mode: { kind: 'replicated', replicas: 3 },
    env: ['TOKEN=other-value', 'COLOUR=blue'],
    networks: [{ target: 'edge1', aliases: ['web'] }],
    wantedPorts: [
      { protocol: 'udp', targetPort: 53, mode: 'host' },
      { protocol: 'tcp', targetPort: 80, publishedPort: 8080, mode: 'ingress' },
    ],
    raw: {
      Spec: {
        TaskTemplate: {
          ContainerSpec: {
            Secrets: [{ SecretName: 'pw' }],
            Configs: [{ ConfigName: 'shop_motd' }],
          },
        },
      },
    },
    ...fields,
  });
}

function compare(services: readonly ServiceRecord[], output = OUTPUT): StackComparison {
  const networks = [
    makeNetwork({ id: 'edge1', name: 'edge' }),
    makeNetwork({ id: 'def1', name: 'shop_default', labels }),
  ];
  return compareStacks(output, buildSnapshot(makeParts({ services, networks })), 'shop');
}

const standing = (comparison: StackComparison, name = 'web'): string => {
  const found = comparison.standings.get(name);
  return found === undefined ? '' : standingText(found);
};

describe('compareStacks', () => {
  it('finds a deployed file in step: digest, spelling of the image, order and values do not count', () => {
    const comparison = compare([web()]);
    expect(standing(comparison)).toBe('in step');
    expect(comparisonText(comparison)).toBe('in step');
  });

  it.each<[Partial<ServiceRecord>, string]>([
    [{ image: 'nginx:1.27' }, 'image differs'],
    [{ mode: { kind: 'replicated', replicas: 2 } }, 'replicas differ'],
    [{ mode: { kind: 'global' } }, 'mode, replicas differ'],
    [{ wantedPorts: [] }, 'ports differ'],
    [{ networks: [{ target: 'def1', aliases: [] }] }, 'networks differ'],
    [{ env: ['COLOUR=blue'] }, 'environment differs'],
    [{ raw: {} }, 'secrets, configs differ'],
  ])('tells what differs: %j', (fields, text) => {
    const comparison = compare([web(fields)]);
    expect(standing(comparison)).toBe(text);
    expect(comparisonText(comparison)).toBe('1 service differs');
  });

  it('tells services that are on one side only', () => {
    const old = makeService({ id: 's2', name: 'shop_old', labels });
    const comparison = compare([old, makeService({ id: 's3', name: 'shop_alien' })]);
    expect(standing(comparison)).toBe('not deployed');
    expect(standing(comparison, 'old')).toBe('not in this file');
    expect([...comparison.standings.keys()]).toEqual(['web', 'old']);
    expect(comparisonText(comparison)).toBe('1 not deployed, 1 not in this file');
    expect(comparisonText(compare([]))).toBe('not deployed');
  });

  it('holds a digest against a digest where the file names one', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const pinned = OUTPUT.replace('image: nginx', `image: nginx:latest@${digest}`);
    expect(standing(compare([web()], pinned))).toBe('in step');
    const other = pinned.replace(/a{64}/, 'b'.repeat(64));
    expect(standing(compare([web()], other))).toBe('image differs');
  });

  it('gives a service without networks the default one', () => {
    const output = 'services:\n  web:\n    image: nginx\n';
    const [wanted] = [...compare([], output).wanted.values()];
    expect(wanted).toMatchObject({ networks: ['shop_default'], mode: 'replicated', replicas: 1 });
  });
});

describe('comparisonSides', () => {
  const sides = comparisonSides(compare([web({ mode: { kind: 'replicated', replicas: 2 } })]), {
    swarm: 'lab',
    file: 'compose.yaml',
  });

  it('differ in the lines that differ and in no other', () => {
    const [left, right] = [sides.running.split('\n'), sides.wanted.split('\n')];
    expect(left.filter((line, index) => line !== right[index])).toEqual(['    replicas: 2']);
    expect(right).toContain('    replicas: 3');
  });

  it('show the names of variables and no value', () => {
    expect(sides.wanted).toContain('      - TOKEN');
    expect(`${sides.wanted}${sides.running}`).not.toMatch(/secret-value|other-value|blue/);
  });

  it('list at their end what is not compared', () => {
    expect(sides.wanted.trimEnd().split('\n').at(-1)).toBe(
      '#   web: deploy.resources, healthcheck',
    );
    expect(sides.wanted).toContain('#   values of environment variables');
  });

  it('keep hostile names on their line', () => {
    const output = 'services:\n  "a\\nb: [$(x)":\n    image: "i\\u202e\\n# x"\n';
    const { wanted } = comparisonSides(compare([], output), { swarm: 'l\nx', file: 'f' });
    expect(wanted).not.toMatch(/\u202E/);
    expect(wanted).toContain('  "a b: [$(x)":\n');
  });
});
