import { newHex, newId } from './identity';
import type { NetworkStore } from './networkStore';
import type { ServiceStore } from './serviceStore';
import type { SwarmState } from './swarmState';
import type { JsonObject } from './swarmTypes';

/** How big the simulated swarm is. */
export interface Scale {
  /** Nodes, one of them the manager; at most 200. */
  readonly nodes: number;
  /** Extra services beside the teaching ones; at most 1000. */
  readonly services: number;
  /** Tasks of each extra service; at most 50. */
  readonly tasks: number;
}

/** Adds the nodes: one manager, the rest workers. */
export function seedNodes(state: SwarmState, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const stored = state.newStored(newId());
    state.nodes.set(stored.id, {
      ...stored,
      hostname: index === 0 ? 'manager1' : `worker${index}`,
      role: index === 0 ? 'manager' : 'worker',
      isManager: index === 0,
      specName: '',
      availability: 'active',
      state: 'ready',
      // TEST-NET-1: documentation addresses that no network routes.
      address: `192.0.2.${index + 11}`,
      peerName: newHex(12),
      nanoCpus: 2_000_000_000,
      memoryBytes: 4_294_967_296,
      labels: {},
    });
  }
}

/** Fills the swarm with a small application that shows overlays, the mesh and a failure. */
export function seedContent(networks: NetworkStore, services: ServiceStore, scale: Scale): void {
  networks.create({
    Name: 'ingress',
    Driver: 'overlay',
    Ingress: true,
    // Every task of a published service takes an address: a /24 is too small for many of them.
    ...(scale.services === 0 ? {} : { IPAM: { Config: [{ Subnet: '10.0.0.0/16' }] } }),
  });
  const frontend = networks.create({ Name: 'frontend', Driver: 'overlay', Attachable: true });
  const backend = networks.create({
    Name: 'backend',
    Driver: 'overlay',
    Options: { encrypted: '' },
  });
  services.create(
    service('web', 'nginx:1.27', {
      networks: [frontend],
      replicas: 3,
      ports: [[8080, 80]],
      env: ['NGINX_ENTRYPOINT_QUIET_LOGS=1'],
    }),
  );
  services.create(
    service('api', 'node:22-alpine', {
      networks: [frontend, backend],
      replicas: 2,
      ports: [[9000, 3000]],
      env: ['DATABASE_URL=postgres://app:demo-password@db/app', 'LOG_LEVEL=info'],
    }),
  );
  services.create(
    service('db', 'postgres:17', {
      networks: [backend],
      replicas: 1,
      env: ['POSTGRES_USER=app', 'POSTGRES_PASSWORD=demo-password'],
    }),
  );
  services.create(service('agent', 'prom/node-exporter:v1.9.0', { networks: [backend] }));
  services.create(
    service('reports', 'example/nosuch-reports:2', {
      networks: [backend],
      replicas: 1,
      // Two tries and no more: a failure to look at that does not keep the swarm busy.
      restart: { Condition: 'on-failure', Delay: 1_000_000_000, MaxAttempts: 1 },
    }),
  );
  for (let index = 0; index < scale.services; index += 1) {
    services.create(
      service(`scale-${index}`, 'nginx:1.27', {
        networks: [],
        replicas: scale.tasks,
        ...(index < 50 ? { ports: [[20_000 + index, 80]] as const } : {}),
      }),
    );
  }
}

function service(
  name: string,
  image: string,
  of: {
    readonly networks: readonly string[];
    /** Undefined: a global service. */
    readonly replicas?: number;
    readonly ports?: readonly (readonly [published: number, target: number])[];
    readonly env?: readonly string[];
    readonly restart?: JsonObject;
  },
): JsonObject {
  return {
    Name: name,
    TaskTemplate: {
      ContainerSpec: { Image: image, ...(of.env === undefined ? {} : { Env: of.env }) },
      Networks: of.networks.map((Target) => ({ Target })),
      ...(of.restart === undefined ? {} : { RestartPolicy: of.restart }),
    },
    Mode: of.replicas === undefined ? { Global: {} } : { Replicated: { Replicas: of.replicas } },
    EndpointSpec: {
      Mode: 'vip',
      Ports: (of.ports ?? []).map(([PublishedPort, TargetPort]) => ({
        Protocol: 'tcp',
        TargetPort,
        PublishedPort,
        PublishMode: 'ingress',
      })),
    },
  };
}
