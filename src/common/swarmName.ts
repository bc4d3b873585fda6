import * as l10n from '@vscode/l10n';

/** The engine's rule for names in a swarm: a DNS component (swarmkit `controlapi`, 63 characters). */
const NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?$/;
/** Longest name of a network or service in a swarm, in characters. */
export const LONGEST_NAME = 63;

/** Why a text is no name for a network or service of a swarm; undefined when it is one. */
export function nameProblem(name: string): string | undefined {
  if (name === '') {
    return l10n.t('Enter a name.');
  }
  if (name.length > LONGEST_NAME) {
    return l10n.t('A name has at most {0} characters; this has {1}.', LONGEST_NAME, name.length);
  }
  return NAME.test(name)
    ? undefined
    : l10n.t('Use letters, digits, "-" and "_" only, with a letter or digit at both ends.');
}
