import * as l10n from '@vscode/l10n';
import pLimit from 'p-limit';
import { toSwarmscopeError, type SwarmscopeError } from '../../common/errors';
import { errorLine } from '../../common/errorText';
import { toPlainLine } from '../../common/text';
import type { ObjectReference } from '../../model/objectReference';

/** Objects that are changed at once: a swarm takes one write after the other in any case. */
const AT_ONCE = 4;
/** Failures that a notification names. */
const FAILURES_SHOWN = 4;

/** An object that an act was not done to. */
export interface Failure {
  readonly object: ObjectReference;
  readonly error: SwarmscopeError;
}

/** What became of one act on several objects, each in the order in which they were given. */
export interface EachOutcome {
  readonly done: readonly ObjectReference[];
  readonly failures: readonly Failure[];
}

/** Does `change` to every object, some at a time; one that fails does not stop the others. */
export async function changeEach(
  objects: readonly ObjectReference[],
  change: (object: ObjectReference) => Promise<void>,
): Promise<EachOutcome> {
  const outcomes = await pLimit(AT_ONCE).map([...objects], async (object) => {
    try {
      await change(object);
      return { object };
    } catch (error) {
      return { object, error: toSwarmscopeError(error) };
    }
  });
  return {
    done: outcomes.flatMap(({ object, error }) => (error === undefined ? [object] : [])),
    failures: outcomes.flatMap(({ object, error }) =>
      error === undefined ? [] : [{ object, error }],
    ),
  };
}

/** Says which of `count` objects an act was not done to, and why. */
export function failuresText(failures: readonly Failure[], count: number, swarm: string): string {
  const lines = failures
    .slice(0, FAILURES_SHOWN)
    .map(
      ({ object: { name }, error }) =>
        `${toPlainLine(name, 80)}: ${errorLine(error, { swarm, object: name })}`,
    );
  const more = failures.length - lines.length;
  return [
    l10n.t('{0} of {1} were not changed.', failures.length, count),
    ...lines,
    ...(more > 0 ? [l10n.t('And {0} more; the log has all.', more)] : []),
  ].join(' ');
}
