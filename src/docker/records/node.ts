import * as v from 'valibot';
import {
  count,
  flag,
  identity,
  line,
  maybeSection,
  oneOf,
  readRecord,
  section,
  textMap,
} from './fields';

/** `GET /nodes` row, normalized. */
export interface NodeRecord {
  readonly id: string;
  readonly hostname: string;
  readonly role: 'manager' | 'worker';
  readonly availability: 'active' | 'pause' | 'drain';
  readonly state: 'ready' | 'down' | 'unknown' | 'disconnected';
  readonly stateMessage: string;
  readonly leader: boolean;
  /** Managers only. */
  readonly reachability?: 'reachable' | 'unreachable' | 'unknown';
  /** `Status.Addr` as reported; may be 0.0.0.0 or 127.x on old or badly joined managers. */
  readonly statusAddress: string;
  /** Host of `ManagerStatus.Addr`, the better address of a manager. */
  readonly managerAddress?: string;
  readonly platform: { readonly os: string; readonly architecture: string };
  readonly engineVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Labels of the engine itself, where it has any; `engine.labels.…` in constraints. */
  readonly engineLabels?: Readonly<Record<string, string>>;
  /** What tasks may reserve, where the node says: CPUs in 1e-9, memory in bytes. */
  readonly resources?: { readonly nanoCpus: number; readonly memoryBytes: number };
  readonly raw: unknown;
}

const schema = v.object({
  ID: identity,
  Spec: section({
    Role: oneOf(['manager', 'worker'], 'worker'),
    Availability: oneOf(['active', 'pause', 'drain'], 'active'),
    Labels: textMap,
  }),
  Description: section({
    Hostname: line,
    Platform: section({ OS: line, Architecture: line }),
    Engine: section({ EngineVersion: line, Labels: textMap }),
    Resources: section({ NanoCPUs: count, MemoryBytes: count }),
  }),
  Status: section({
    State: oneOf(['ready', 'down', 'unknown', 'disconnected'], 'unknown'),
    Message: line,
    Addr: line,
  }),
  ManagerStatus: maybeSection({
    Leader: flag,
    Reachability: oneOf(['reachable', 'unreachable', 'unknown'], 'unknown'),
    Addr: line,
  }),
});

/**
 * Normalizes a row of `GET /nodes`.
 * @throws SwarmscopeError 'unexpected-answer' when the id is missing.
 */
export function normalizeNode(raw: unknown): NodeRecord {
  const node = readRecord(schema, raw, 'node');
  const manager = node.ManagerStatus;
  const { Engine: engine, Resources: resources } = node.Description;
  const { NanoCPUs: nanoCpus, MemoryBytes: memoryBytes } = resources;
  const managerAddress = manager === undefined ? '' : hostOf(manager.Addr);
  return {
    id: node.ID,
    hostname: node.Description.Hostname,
    // A promoted node has the status of a manager only once it is one.
    role: node.Spec.Role,
    availability: node.Spec.Availability,
    state: node.Status.State,
    stateMessage: node.Status.Message,
    leader: manager?.Leader ?? false,
    ...(manager === undefined ? {} : { reachability: manager.Reachability }),
    statusAddress: node.Status.Addr,
    ...(managerAddress === '' ? {} : { managerAddress }),
    platform: {
      os: node.Description.Platform.OS,
      architecture: node.Description.Platform.Architecture,
    },
    engineVersion: engine.EngineVersion,
    labels: node.Spec.Labels,
    ...(Object.keys(engine.Labels).length > 0 ? { engineLabels: engine.Labels } : {}),
    ...(nanoCpus > 0 || memoryBytes > 0 ? { resources: { nanoCpus, memoryBytes } } : {}),
    raw,
  };
}

/** `10.0.0.1:2377` → `10.0.0.1`, `[fd00::1]:2377` → `fd00::1`. */
function hostOf(address: string): string {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(address);
  return match?.[1] ?? match?.[2] ?? '';
}
