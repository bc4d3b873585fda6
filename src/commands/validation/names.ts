import * as l10n from '@vscode/l10n';
import { LONGEST_NAME, nameProblem } from '../../common/swarmName';
import { accept, refuse, type Verdict } from './verdict';

/** Checks the name of a new service against the rule and the `taken` ones. */
export function checkServiceName(text: string, taken: ReadonlySet<string>): Verdict<string> {
  const name = text.trim();
  const problem = nameProblem(name);
  if (problem !== undefined) {
    return refuse(problem);
  }
  return taken.has(name)
    ? refuse(l10n.t('A service of this name exists. Choose another name.'))
    : accept(name);
}

/** A name that a service of this image could have: `registry.io/team/web-app:1.2` gives `web-app`. */
export function suggestServiceName(image: string, taken: ReadonlySet<string>): string {
  const last = image.split('/').at(-1) ?? '';
  const base =
    last
      .replace(/[:@].*$/, '')
      .replaceAll(/[^a-zA-Z0-9_-]+/g, '-')
      .replaceAll(/^[-_]+|[-_]+$/g, '')
      .slice(0, LONGEST_NAME - 4) || 'service';
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) {
      return name;
    }
  }
}
