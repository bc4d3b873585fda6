import * as l10n from '@vscode/l10n';
import { variableNameProblem, variableValueProblem } from '../../spec/environment';
import { accept, refuse, type Verdict } from './verdict';

/** Reads one `NAME=value`; the value is kept exactly, spaces and all. */
export function checkEnvironment(text: string, chosen: readonly string[]): Verdict<string> {
  const equals = text.indexOf('=');
  const name = (equals < 0 ? text : text.slice(0, equals)).trim();
  if (name === '') {
    return refuse(l10n.t('Write NAME=value.'));
  }
  if (equals < 0) {
    return refuse(
      l10n.t('Write {0}=value: this machine’s own environment is not passed on.', name),
    );
  }
  const value = text.slice(equals + 1);
  const problem = variableNameProblem(name) ?? variableValueProblem(value);
  if (problem !== undefined) {
    return refuse(problem);
  }
  const again = chosen.some((line) => line.startsWith(`${name}=`));
  return again ? refuse(l10n.t('{0} is in the list already.', name)) : accept(`${name}=${value}`);
}
