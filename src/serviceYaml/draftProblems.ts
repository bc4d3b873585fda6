import type { DraftProblem } from '../spec/serviceDraft';
import type { ServiceYaml, TextProblem } from './parseServiceYaml';

/** Problems of a draft at their places in the text; one per place and sentence, in its order. */
export function placeProblems(
  yaml: Pick<ServiceYaml, 'rangeOf' | 'problems'>,
  problems: readonly DraftProblem[],
): readonly TextProblem[] {
  const placed = problems.map(({ path, severity, text }): TextProblem => ({
    range: yaml.rangeOf(path),
    severity,
    text,
  }));
  const seen = new Set<string>();
  return [...yaml.problems, ...placed]
    .filter(({ range, text }) => {
      const key = `${range.start} ${text}`;
      return seen.has(key) ? false : seen.add(key);
    })
    .toSorted((a, b) => a.range.start - b.range.start);
}
