import * as l10n from '@vscode/l10n';

/** Services are called `<stack>_<service>`, which the swarm allows this many characters. */
const LONGEST_SERVICE = 63;
/** The engine's rule for the names of services, which begin with the stack's. */
const NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?$/;

/** The name that a stack gets when nobody says another: the file's own, or its folder's. */
export function defaultStackName(own: string | undefined, folder: string): string {
  const plain = (own ?? folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replaceAll(/^[-_]+|[-_]+$/g, '');
  return plain.slice(0, 40).replace(/[-_]+$/, '') || 'stack';
}

/** Says what is wrong with a stack's name; undefined when it can be used. */
export function stackNameProblem(name: string, services: readonly string[]): string | undefined {
  if (name === '') {
    return l10n.t('Enter a name.');
  }
  if (!NAME.test(name)) {
    return l10n.t('Use letters, digits, "-" and "_" only, with a letter or digit at both ends.');
  }
  const longest = services.toSorted((left, right) => right.length - left.length)[0] ?? '';
  const left = LONGEST_SERVICE - longest.length - 1;
  return name.length > left
    ? l10n.t(
        'A name has at most {0} characters here: "{1}" and the name of the service "{2}" together must not be longer than {3}.',
        Math.max(0, left),
        name,
        longest,
        LONGEST_SERVICE,
      )
    : undefined;
}
