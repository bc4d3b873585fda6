import * as l10n from '@vscode/l10n';

/** One label of a name in the engine's DNS (RFC 1123), with the underscore that Docker's names have. */
const LABEL = /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/i;
/** Longest name in DNS, in characters (RFC 1035). */
const LONGEST = 253;

/** Why a text is no alias of a service on a network; undefined when it is one. */
export function aliasProblem(alias: string): string | undefined {
  const isName = alias.length <= LONGEST && alias.split('.').every((label) => LABEL.test(label));
  return isName
    ? undefined
    : l10n.t(
        '"{0}" is no alias: use letters, digits, "-" and "_", with a letter or digit at both ends, at most 63 of them.',
        alias,
      );
}
