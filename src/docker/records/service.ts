import * as v from 'valibot';
import {
  count,
  exactTexts,
  identity,
  line,
  maybeNumber,
  maybeSection,
  oneOf,
  readRecord,
  rows,
  section,
  textMap,
} from './fields';

/** A published port of a service, `Endpoint.Ports[]`. */
export interface PublishedPort {
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  /** 1-65535. */
  readonly targetPort: number;
  /** 1-65535; undefined for host mode without a fixed port. */
  readonly publishedPort?: number;
  readonly mode: 'ingress' | 'host';
}

/** How a service places tasks; `replicas` and `total` are wished counts. */
export type ServiceMode =
  | { readonly kind: 'replicated'; readonly replicas: number }
  | { readonly kind: 'global' }
  | { readonly kind: 'replicated-job'; readonly total: number }
  | { readonly kind: 'global-job' };

/** `GET /services` row (Engine API 1.24+), normalized. */
export interface ServiceRecord {
  readonly id: string;
  readonly name: string;
  /** `Version.Index`, needed for updates. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly mode: ServiceMode;
  /** As given, digest and all. */
  readonly image: string;
  /** `K=V` strings: secret by default, mask before showing. */
  readonly env: readonly string[];
  readonly args: readonly string[];
  readonly command: readonly string[];
  readonly constraints: readonly string[];
  /** `Placement.MaxReplicas`: tasks per node at most; undefined without a limit. */
  readonly maxPerNode?: number;
  /** What each task reserves, where it reserves anything: CPUs in 1e-9, memory in bytes. */
  readonly reserved?: { readonly nanoCpus: number; readonly memoryBytes: number };
  /** True when it was updated, so that it can go back to the spec before. */
  readonly hasPrevious?: boolean;
  /** True when the spec brings a health check of its own, and does not switch the image's off. */
  readonly hasHealthcheck?: boolean;
  readonly endpointMode: 'vip' | 'dnsrr';
  /** What the spec asks for. */
  readonly wantedPorts: readonly PublishedPort[];
  /** What was allocated. */
  readonly ports: readonly PublishedPort[];
  /** One per network, ingress included; `address` is CIDR, absent for host/bridge. */
  readonly virtualIps: readonly { readonly networkId: string; readonly address?: string }[];
  /** Networks of the task template: target is an id or a name. */
  readonly networks: readonly { readonly target: string; readonly aliases: readonly string[] }[];
  readonly updateStatus?: {
    /** updating, paused, completed, rollback_started, rollback_paused, rollback_completed. */
    readonly state: string;
    readonly message: string;
  };
  /** `ServiceStatus` (API ≥ 1.41 with status=true); undefined on older engines. */
  readonly status?: { readonly running: number; readonly desired: number };
  readonly raw: unknown;
}

const ports = rows({
  Protocol: oneOf(['tcp', 'udp', 'sctp'], 'tcp'),
  TargetPort: count,
  PublishedPort: count,
  PublishMode: oneOf(['ingress', 'host'], 'ingress'),
});

const networks = rows({ Target: identity, Aliases: exactTexts });

const schema = v.object({
  ID: identity,
  Version: section({ Index: count }),
  CreatedAt: line,
  UpdatedAt: line,
  Spec: section({
    Name: identity,
    Labels: textMap,
    Mode: section({
      Replicated: maybeSection({ Replicas: maybeNumber }),
      ReplicatedJob: maybeSection({ TotalCompletions: maybeNumber, MaxConcurrent: maybeNumber }),
      Global: maybeSection({}),
      GlobalJob: maybeSection({}),
    }),
    TaskTemplate: section({
      ContainerSpec: section({
        Image: line,
        Env: exactTexts,
        Args: exactTexts,
        Command: exactTexts,
        Healthcheck: section({ Test: exactTexts }),
      }),
      Placement: section({ Constraints: exactTexts, MaxReplicas: count }),
      Resources: section({ Reservations: section({ NanoCPUs: count, MemoryBytes: count }) }),
      Networks: networks,
    }),
    // Before API 1.25 the networks stood here.
    Networks: networks,
    EndpointSpec: section({ Mode: oneOf(['vip', 'dnsrr'], 'vip'), Ports: ports }),
  }),
  PreviousSpec: maybeSection({}),
  Endpoint: section({
    Ports: ports,
    VirtualIPs: rows({ NetworkID: identity, Addr: line }),
  }),
  UpdateStatus: maybeSection({ State: line, Message: line }),
  ServiceStatus: maybeSection({ RunningTasks: count, DesiredTasks: count }),
});

type Raw = v.InferOutput<typeof schema>;

/**
 * Normalizes a row of `GET /services` or the answer of `GET /services/{id}`.
 * @throws SwarmscopeError 'unexpected-answer' when id or name is missing.
 */
export function normalizeService(raw: unknown): ServiceRecord {
  const service = readRecord(schema, raw, 'service');
  const { Spec: spec, UpdateStatus: update, ServiceStatus: status } = service;
  const template = spec.TaskTemplate;
  const { NanoCPUs: nanoCpus, MemoryBytes: memoryBytes } = template.Resources.Reservations;
  const { MaxReplicas: maxPerNode } = template.Placement;
  return {
    id: service.ID,
    name: spec.Name,
    version: service.Version.Index,
    createdAt: service.CreatedAt,
    updatedAt: service.UpdatedAt,
    labels: spec.Labels,
    mode: normalizeMode(spec.Mode),
    image: template.ContainerSpec.Image,
    env: template.ContainerSpec.Env,
    args: template.ContainerSpec.Args,
    command: template.ContainerSpec.Command,
    constraints: template.Placement.Constraints,
    ...(maxPerNode > 0 ? { maxPerNode } : {}),
    ...(nanoCpus > 0 || memoryBytes > 0 ? { reserved: { nanoCpus, memoryBytes } } : {}),
    ...(service.PreviousSpec === undefined ? {} : { hasPrevious: true }),
    ...(['CMD', 'CMD-SHELL'].includes(template.ContainerSpec.Healthcheck.Test[0] ?? '')
      ? { hasHealthcheck: true }
      : {}),
    endpointMode: spec.EndpointSpec.Mode,
    wantedPorts: normalizePorts(spec.EndpointSpec.Ports),
    ports: normalizePorts(service.Endpoint.Ports),
    virtualIps: service.Endpoint.VirtualIPs.map((vip) => ({
      networkId: vip.NetworkID,
      ...(vip.Addr === '' ? {} : { address: vip.Addr }),
    })),
    networks: (template.Networks.length > 0 ? template.Networks : spec.Networks).map((network) => ({
      target: network.Target,
      aliases: network.Aliases,
    })),
    ...(update === undefined || update.State === ''
      ? {}
      : { updateStatus: { state: update.State, message: update.Message } }),
    ...(status === undefined
      ? {}
      : { status: { running: status.RunningTasks, desired: status.DesiredTasks } }),
    raw,
  };
}

function normalizeMode(mode: Raw['Spec']['Mode']): ServiceMode {
  if (mode.Global !== undefined) {
    return { kind: 'global' };
  }
  if (mode.GlobalJob !== undefined) {
    return { kind: 'global-job' };
  }
  if (mode.ReplicatedJob !== undefined) {
    const { TotalCompletions: total, MaxConcurrent: atOnce } = mode.ReplicatedJob;
    return { kind: 'replicated-job', total: total ?? atOnce ?? 1 };
  }
  return { kind: 'replicated', replicas: mode.Replicated?.Replicas ?? 1 };
}

function normalizePorts(raw: v.InferOutput<typeof ports>): readonly PublishedPort[] {
  return raw.map((port) => ({
    protocol: port.Protocol,
    targetPort: port.TargetPort,
    ...(port.PublishedPort > 0 ? { publishedPort: port.PublishedPort } : {}),
    mode: port.PublishMode,
  }));
}
