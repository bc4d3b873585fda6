import type { ServiceSpec } from '../docker/requestBodies';
import type { PortSpec } from './validation/ports';

/** What the deploy steps have gathered so far. */
export interface DeployAnswers {
  readonly image: string;
  readonly name: string;
  /** Network ids. */
  readonly networks: readonly string[];
  readonly mode: 'replicated' | 'global';
  readonly replicas: number;
  readonly ports: readonly PortSpec[];
  /** `NAME=value` lines. */
  readonly env: readonly string[];
  /** Why the steps are asked again after a refusal, and at which. */
  readonly problem?: { readonly field: DeployField; readonly text: string };
}

/** Steps that a refusal can lead back to. */
export type DeployField =
  'image' | 'name' | 'networks' | 'mode' | 'replicas' | 'ports' | 'env' | 'review';

/** A fresh form, on a network when the command was called on one. */
export function emptyAnswers(networkId: string | undefined): DeployAnswers {
  return {
    image: '',
    name: '',
    networks: networkId === undefined ? [] : [networkId],
    mode: 'replicated',
    replicas: 1,
    ports: [],
    env: [],
  };
}

/** The spec that the engine gets. */
export function toServiceSpec(answers: DeployAnswers): ServiceSpec {
  return {
    name: answers.name,
    image: answers.image,
    networks: answers.networks,
    mode:
      answers.mode === 'global'
        ? { kind: 'global' }
        : { kind: 'replicated', replicas: answers.replicas },
    ports: answers.ports,
    env: answers.env,
  };
}
