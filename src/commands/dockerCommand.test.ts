import { expect, test } from 'vitest';
import { makeNetwork, makeService } from '../../test/fakes/records';
import { networkCreateCommand, serviceCreateCommand } from './dockerCommand';

test('a network as docker command', () => {
  const network = makeNetwork({
    id: 'n',
    name: 'app',
    driver: 'overlay',
    subnets: [{ subnet: '10.0.9.0/24', gateway: '10.0.9.1' }],
    attachable: true,
    internal: true,
    options: { encrypted: '', 'com.docker.network.driver.overlay.vxlanid_list': '4097' },
    labels: { team: "it's us" },
  });
  expect(networkCreateCommand(network)).toBe(
    String.raw`docker network create --driver overlay --subnet 10.0.9.0/24 --gateway 10.0.9.1 --attachable --internal --opt encrypted --label 'team=it'\''s us' app`,
  );
});

const service = makeService({
  id: 's',
  name: 'db',
  image: 'postgres:17',
  mode: { kind: 'replicated', replicas: 2 },
  networks: [
    { target: 'n1', aliases: [] },
    { target: 'n2', aliases: ['database'] },
  ],
  wantedPorts: [
    { protocol: 'tcp', targetPort: 5432, publishedPort: 5432, mode: 'ingress' },
    { protocol: 'udp', targetPort: 53, mode: 'host' },
  ],
  env: ['POSTGRES_PASSWORD=s3 cret', 'PLAIN'],
  constraints: ['node.role == worker'],
  args: ['-c', 'x=1 y'],
  labels: {},
});

test('a service as docker command masks its environment', () => {
  expect(
    serviceCreateCommand(service, { networkName: (id) => `net-${id}`, withValues: false }),
  ).toBe(
    "docker service create --name db --replicas 2 --network net-n1 --network name=net-n2,alias=database --publish published=5432,target=5432 --publish target=53,protocol=udp,mode=host --env 'POSTGRES_PASSWORD=***' --env PLAIN --constraint 'node.role == worker' postgres:17 -c 'x=1 y'",
  );
});

test('with values only when asked', () => {
  const command = serviceCreateCommand(service, { networkName: (id) => id, withValues: true });
  expect(command).toContain("--env 'POSTGRES_PASSWORD=s3 cret'");
});
