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
  readonly raw: unknown;
}
