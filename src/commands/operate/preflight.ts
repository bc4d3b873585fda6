import type { ServiceBody } from '../../docker/bodies';
import type { SwarmSnapshot } from '../../model/snapshot';
import { namesOf } from '../../spec/buildServiceBody';
import { checkContextOf } from '../../spec/checkContext';
import { checkPorts } from '../../spec/checkPorts';
import { fromServiceBody } from '../../spec/readServiceDraft';
import type { DraftProblem } from '../../spec/serviceDraft';
import type { Preflight } from './serviceChange';

/** A change of one service's spec. */
interface SpecChange {
  readonly serviceId: string;
  readonly before: ServiceBody;
  readonly wanted: ServiceBody;
}

/**
 * The publish preflight of a wanted spec as a whole. What was wrong before the change refuses nothing:
 * it is told only, since the change may have nothing to do with it.
 */
export function publishPreflight(
  snapshot: SwarmSnapshot,
  { serviceId, before, wanted }: SpecChange,
): Preflight {
  const names = namesOf({
    networks: [...snapshot.networks.values(), ...snapshot.localNetworks],
    secrets: [],
    configs: [],
  });
  const context = checkContextOf(snapshot, { serviceId });
  const problemsOf = (body: ServiceBody): readonly DraftProblem[] =>
    checkPorts(fromServiceBody(body, names), context, { ofRunning: true });
  const known = new Set(problemsOf(before).map(({ text }) => text));
  const problems = problemsOf(wanted);
  const refusal = problems.find(({ severity, text }) => severity === 'error' && !known.has(text));
  return {
    ...(refusal === undefined ? {} : { refusal: refusal.text }),
    warnings: problems.map(({ text }) => text),
  };
}
