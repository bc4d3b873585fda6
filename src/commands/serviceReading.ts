import * as l10n from '@vscode/l10n';
import { placeProblems } from '../serviceYaml/draftProblems';
import { parseServiceYaml, type TextProblem } from '../serviceYaml/parseServiceYaml';
import type { DraftPath } from '../spec/draftPath';
import { fromServiceBody } from '../spec/readServiceDraft';
import type { DraftProblem, ServiceDraft } from '../spec/serviceDraft';
import { fieldAt } from '../spec/serviceFields';
import { parseServiceDraft } from '../spec/serviceSchema';
import type { ServiceSession } from './serviceDocuments';

/** What a document says. */
export interface ServiceReading {
  /** Undefined when something keeps it from being sent. */
  readonly draft?: ServiceDraft;
  readonly problems: readonly TextProblem[];
}

/** Reads a document and everything that is wrong with it. */
export function readService(
  text: string,
  session: Pick<ServiceSession, 'base' | 'lists'>,
): ServiceReading {
  const yaml = parseServiceYaml(text);
  if (yaml.value === undefined) {
    return { problems: yaml.problems };
  }
  const { draft, problems: wrong } = parseServiceDraft(yaml.value);
  const found: readonly DraftProblem[] =
    draft === undefined ? wrong : [...fixed(draft, session), ...session.lists.check(draft)];
  const problems = placeProblems(
    {
      problems: yaml.problems,
      rangeOf: (path) => yaml.rangeOf(path, whereOf(path)),
    },
    found,
  );
  const isWrong = problems.some(({ severity }) => severity === 'error');
  return draft === undefined || isWrong ? { problems } : { draft, problems };
}

/** A field that is not known is wrong as such, not its value. */
function whereOf(path: DraftPath): 'key' | 'value' {
  const isKnown = fieldAt(path) !== undefined || fieldAt(path.slice(0, -1))?.kind === 'map';
  return isKnown ? 'value' : 'key';
}

/** What cannot be changed about a service that is there (the engine answers 501). */
function fixed(
  draft: ServiceDraft,
  { base, lists }: Pick<ServiceSession, 'base' | 'lists'>,
): readonly DraftProblem[] {
  if (base === undefined) {
    return [];
  }
  const before = fromServiceBody(base.spec, lists.names);
  const usual = ({ mode = 'replicated' }: ServiceDraft): string => mode;
  return [
    ...(before.name === draft.name
      ? []
      : [
          {
            path: ['name'],
            severity: 'error' as const,
            text: l10n.t(
              'A service cannot be renamed: leave "{0}", or deploy a new one.',
              before.name,
            ),
          },
        ]),
    ...(usual(before) === usual(draft)
      ? []
      : [
          {
            path: ['mode'],
            severity: 'error' as const,
            text: l10n.t('The mode of a service cannot be changed: leave "{0}".', usual(before)),
          },
        ]),
  ];
}
