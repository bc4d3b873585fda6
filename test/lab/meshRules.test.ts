import { describe, expect, it } from 'vitest';
import { checkName, checkSubnet, planNodes } from './layout';
import { nodeRules, sandboxRules } from './meshRules';
import { readNameservers } from './namespaces';
import { buildRoutes, lacksProtocol } from './nodeView';

const routes = [
  { protocol: 'tcp', published: 8080, tasks: ['10.0.0.6', '10.0.0.7', '10.0.0.8'] },
  { protocol: 'udp', published: 53, tasks: ['10.0.0.9'] },
  { protocol: 'tcp', published: 9090, tasks: [] },
] as const;

describe('the rules of the mesh stand-in', () => {
  it('lead published ports that have a task to the sandbox', () => {
    expect(nodeRules(routes, '172.18.0.2').split('\n')).toEqual([
      '*nat',
      ':SWARMLAB - [0:0]',
      '-A SWARMLAB -p tcp --dport 8080 -j DNAT --to-destination 172.18.0.2',
      '-A SWARMLAB -p udp --dport 53 -j DNAT --to-destination 172.18.0.2',
      'COMMIT',
      '*filter',
      ':SWARMLAB-FORWARD - [0:0]',
      '-A SWARMLAB-FORWARD -d 172.18.0.2/32 -j ACCEPT',
      '-A SWARMLAB-FORWARD -s 172.18.0.2/32 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      'COMMIT',
      '',
    ]);
  });

  it('give each task an even share of the connections', () => {
    const every = '-m statistic --mode nth --every';
    expect(sandboxRules(routes, '10.0.0.0/24').split('\n')).toEqual([
      '*nat',
      ':SWARMLAB - [0:0]',
      ':SWARMLAB-OUT - [0:0]',
      `-A SWARMLAB -p tcp --dport 8080 ${every} 3 --packet 0 -j DNAT --to-destination 10.0.0.6`,
      `-A SWARMLAB -p tcp --dport 8080 ${every} 2 --packet 0 -j DNAT --to-destination 10.0.0.7`,
      '-A SWARMLAB -p tcp --dport 8080 -j DNAT --to-destination 10.0.0.8',
      '-A SWARMLAB -p udp --dport 53 -j DNAT --to-destination 10.0.0.9',
      '-A SWARMLAB-OUT -d 10.0.0.0/24 -j MASQUERADE',
      'COMMIT',
      '',
    ]);
  });
});

describe('buildRoutes', () => {
  const view = {
    ingressSubnet: '10.0.0.0/24',
    services: [
      { name: 'web', published: [8080], tasks: ['10.0.0.6'] },
      { name: 'dns', published: [53, 53], tasks: ['10.0.0.9'] },
    ],
  };

  it('joins gossip and protocols, tcp where the protocol is not known', () => {
    const protocols = new Map([['dns:53', ['tcp', 'udp'] as const]]);
    expect(buildRoutes(view, protocols)).toEqual([
      { protocol: 'tcp', published: 53, tasks: ['10.0.0.9'] },
      { protocol: 'udp', published: 53, tasks: ['10.0.0.9'] },
      { protocol: 'tcp', published: 8080, tasks: ['10.0.0.6'] },
    ]);
    expect(lacksProtocol(view, protocols)).toBe(true);
  });
});

describe('the plan of a lab', () => {
  it('puts managers first and numbers addresses from .11', () => {
    const nodes = planNodes('lab', '10.77.4.0/24', { nodes: 3, managers: 2 });
    expect(nodes.map(({ name, address, role }) => [name, address, role])).toEqual([
      ['node1', '10.77.4.11', 'manager'],
      ['node2', '10.77.4.12', 'manager'],
      ['node3', '10.77.4.13', 'worker'],
    ]);
  });

  it.each([
    () => planNodes('lab', '10.77.0.0/24', { nodes: 0, managers: 0 }),
    () => planNodes('lab', '10.77.0.0/24', { nodes: 2, managers: 3 }),
    () => checkSubnet('10.77.0.0/16'),
    () => checkSubnet('10.777.0.0/24'),
    () => checkName('../etc'),
    () => checkName('a-name-that-is-far-too-long'),
  ])('refuses what cannot be built (%#)', (plan) => {
    expect(plan).toThrow(/not/);
  });

  it('makes only nameservers unreachable that a packet could leave for', () => {
    const text = 'search x\nnameserver 192.0.2.1\nnameserver 127.0.0.53\nnameserver ::1\n';
    expect(readNameservers(text)).toEqual(['192.0.2.1']);
  });
});
