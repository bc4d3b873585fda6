/** Parts of a network draft that a finding can be about. */
export type NetworkField =
  | 'name'
  | 'driver'
  | 'subnets'
  | 'ipv6'
  | 'attachable'
  | 'internal'
  | 'encrypted'
  | 'ingress'
  | 'mtu'
  | 'vxlanIds'
  | 'labels'
  | 'options'
  | 'ipam'
  | 'configOnly'
  | 'configFrom';

/** What a check of a draft found, in words for people. */
export interface Finding {
  readonly field: NetworkField;
  /** Errors are refused before anything is sent. */
  readonly severity: 'error' | 'warning' | 'note';
  /** Says what is wrong, where, and what to do. */
  readonly text: string;
}

/** A finding that refuses. */
export function problem(field: NetworkField, text: string): Finding {
  return { field, severity: 'error', text };
}

/** A finding that lets pass. */
export function warning(field: NetworkField, text: string): Finding {
  return { field, severity: 'warning', text };
}

/** A finding that only tells. */
export function note(field: NetworkField, text: string): Finding {
  return { field, severity: 'note', text };
}

/** The first finding that refuses. */
export function firstProblem(findings: readonly Finding[]): Finding | undefined {
  return findings.find(({ severity }) => severity === 'error');
}
