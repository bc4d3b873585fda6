import { toIso } from './identity';
import { renderAttachedNetwork } from './renderNetwork';
import { renderStored } from './renderStored';
import { hasEnded, isWanted } from './scheduler';
import type { SwarmState } from './swarmState';
import type { DemoNode, DemoService, DemoTask, JsonObject } from './swarmTypes';

/** Version the demo reports; the rest of its answers is what this engine says. */
export const ENGINE_VERSION = '28.5.2';

const NO_TLS = { TrustRoot: '', CertIssuerSubject: '', CertIssuerPublicKey: '' };
const NETWORK_DRIVERS = ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'];

/** A row of `/nodes`. */
export function renderNode(state: SwarmState, node: DemoNode): JsonObject {
  const leader = node === state.self;
  return {
    ...renderStored(node),
    Spec: {
      ...(node.specName === '' ? {} : { Name: node.specName }),
      Labels: node.labels,
      Role: node.role,
      Availability: node.availability,
    },
    Description: {
      Hostname: node.hostname,
      Platform: { Architecture: 'x86_64', OS: 'linux' },
      Resources: { NanoCPUs: node.nanoCpus, MemoryBytes: node.memoryBytes },
      Engine: {
        EngineVersion: ENGINE_VERSION,
        Plugins: NETWORK_DRIVERS.map((Name) => ({ Type: 'Network', Name })),
      },
      TLSInfo: NO_TLS,
    },
    Status: {
      State: node.state,
      ...(node.state === 'down' ? { Message: 'heartbeat failure' } : {}),
      Addr: node.address,
    },
    ...(node.isManager
      ? {
          ManagerStatus: {
            ...(leader ? { Leader: true } : {}),
            Reachability: node.state === 'ready' ? 'reachable' : 'unreachable',
            Addr: `${node.address}:2377`,
          },
        }
      : {}),
  };
}

/** A row of `/services`; `withStatus` adds the counts of `status=true`. */
export function renderService(
  state: SwarmState,
  service: DemoService,
  withStatus: boolean,
): JsonObject {
  const endpoint = service.spec.EndpointSpec;
  const vips = [...service.vips].map(([NetworkID, Addr]) => ({
    NetworkID,
    ...(Addr === '' ? {} : { Addr }),
  }));
  const isUnallocated = service.ports.length < (endpoint?.Ports ?? []).length;
  return {
    ...renderStored(service),
    Spec: service.spec,
    ...(service.previousSpec === undefined ? {} : { PreviousSpec: service.previousSpec }),
    Endpoint: {
      Spec: isUnallocated ? {} : (endpoint ?? (vips.length > 0 ? { Mode: 'vip' } : {})),
      ...(service.ports.length === 0 ? {} : { Ports: service.ports }),
      ...(vips.length === 0 ? {} : { VirtualIPs: vips }),
    },
    ...(service.updateStatus === undefined ? {} : { UpdateStatus: service.updateStatus }),
    ...(withStatus ? { ServiceStatus: countTasks(state, service) } : {}),
    ...(service.jobIteration === undefined
      ? {}
      : {
          JobStatus: {
            JobIteration: renderIndex(service.jobIteration),
            LastExecution: toIso(service.lastExecution ?? service.createdAt),
          },
        }),
  };
}

/** A counter that is left out while it is nothing. */
function renderIndex(index: number): JsonObject {
  return index === 0 ? {} : { Index: index };
}

function countTasks(state: SwarmState, service: DemoService): JsonObject {
  const tasks = state.tasks.ofService(service.id);
  const { Replicated, ReplicatedJob: job } = service.spec.Mode;
  return {
    RunningTasks: tasks.filter((task) => task.state === 'running' && isWanted(task)).length,
    DesiredTasks:
      Replicated?.Replicas ?? job?.MaxConcurrent ?? tasks.filter((task) => isWanted(task)).length,
    CompletedTasks: tasks.filter(
      (task) => task.state === 'complete' && task.jobIteration === service.jobIteration,
    ).length,
  };
}

/** A row of `/tasks`. */
export function renderTask(state: SwarmState, task: DemoTask): JsonObject {
  const { Runtime: _runtime, ...template } = task.template;
  const attachments = [...task.addresses].flatMap(([id, address]) => {
    const network = state.networks.get(id);
    return network === undefined
      ? []
      : [{ Network: renderAttachedNetwork(network), Addresses: [address] }];
  });
  return {
    ...renderStored(task),
    Labels: {},
    Spec: template,
    ServiceID: task.serviceId,
    // The first slot of a job is 0, which the engine leaves out.
    ...(typeof task.place === 'number' && task.place > 0 ? { Slot: task.place } : {}),
    ...(task.nodeId === undefined ? {} : { NodeID: task.nodeId }),
    Status: {
      Timestamp: toIso(task.statusAt),
      State: task.state,
      Message: task.message,
      ...(task.error === '' ? {} : { Err: task.error }),
      ...(wasAccepted(task)
        ? {
            ContainerStatus: {
              ContainerID: task.containerId,
              PID: task.state === 'running' ? processId(task) : 0,
              ExitCode: task.exitCode,
            },
          }
        : {}),
      PortStatus: renderPortStatus(state, task),
    },
    DesiredState: task.desired,
    ...(attachments.length === 0 ? {} : { NetworksAttachments: attachments }),
    ...(task.jobIteration === undefined ? {} : { JobIteration: renderIndex(task.jobIteration) }),
    Volumes: null,
  };
}

function renderPortStatus(state: SwarmState, task: DemoTask): JsonObject {
  const ports = state.services.get(task.serviceId)?.ports ?? [];
  const hostPorts = ports.filter((port) => port.PublishMode === 'host');
  // Once for IPv4 and once for IPv6.
  return task.state === 'running' && hostPorts.length > 0
    ? { Ports: [...hostPorts, ...hostPorts] }
    : {};
}

function wasAccepted(task: DemoTask): boolean {
  return (
    task.nodeId !== undefined && (hasEnded(task) || ['starting', 'running'].includes(task.state))
  );
}

function processId(task: DemoTask): number {
  return 1_000 + (Number.parseInt(task.containerId.slice(0, 4), 16) || 0);
}
