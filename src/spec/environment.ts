import * as l10n from '@vscode/l10n';

/** Why a text is no name for a variable; undefined when it is one. */
export function variableNameProblem(name: string): string | undefined {
  if (name === '' || name.includes('=')) {
    return l10n.t('Write NAME=value.');
  }
  return /[\s\p{Cc}]/u.test(name)
    ? l10n.t('The name of a variable has no spaces in it.')
    : undefined;
}

/** Why a text is no value for a variable; undefined when it is one. */
export function variableValueProblem(value: string): string | undefined {
  return value.includes('\0') ? l10n.t('A value cannot contain a zero byte.') : undefined;
}

/** What stands for a value that not everybody may see, an empty one too. */
export const MASK = '***';

/** A variable without its value, for lists that anybody may see. */
export function maskEnvironment(line: string): string {
  const equals = line.indexOf('=');
  return equals < 0 ? line : `${line.slice(0, equals)}=${MASK}`;
}
