import { expect, test } from 'vitest';
import { makeNetwork } from '../../test/fakes/records';
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

const service = {
  raw: {
    ID: 's',
    Version: { Index: 7 },
    Spec: {
      Name: 'db',
      Labels: {},
      TaskTemplate: {
        ContainerSpec: {
          Image: 'postgres:17',
          Args: ['-c', 'x=1 y'],
          Env: ['POSTGRES_PASSWORD=s3 cret', 'PLAIN'],
          Secrets: [
            {
              SecretID: 'x1',
              SecretName: 'key',
              File: { Name: 'key', UID: '0', GID: '0', Mode: 292 },
            },
          ],
        },
        Placement: { Constraints: ['node.role == worker'] },
        Networks: [{ Target: 'n1' }, { Target: 'n2', Aliases: ['database'] }],
      },
      Mode: { Replicated: { Replicas: 2 } },
      EndpointSpec: {
        Ports: [
          { Protocol: 'tcp', TargetPort: 5432, PublishedPort: 5432, PublishMode: 'ingress' },
          { Protocol: 'udp', TargetPort: 53, PublishMode: 'host' },
        ],
      },
    },
  },
};
const networks = [{ id: 'n1', name: 'front' }];

test('a service as docker command masks its environment', () => {
  expect(serviceCreateCommand(service, { networks, withValues: false })).toBe(
    "docker service create --name db --replicas 2 --network front --network name=n2,alias=database --publish published=5432,target=5432 --publish target=53,protocol=udp,mode=host --env 'POSTGRES_PASSWORD=***' --env PLAIN --secret source=key --constraint 'node.role == worker' postgres:17 -c 'x=1 y'",
  );
});

test('with values only when asked', () => {
  const command = serviceCreateCommand(service, { networks, withValues: true });
  expect(command).toContain("--env 'POSTGRES_PASSWORD=s3 cret'");
});
