import * as l10n from '@vscode/l10n';
import { accept, refuse, type Verdict } from './verdict';

/** The engine's rule for names in a swarm: a DNS component (swarmkit `controlapi`, 63 characters). */
const NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?$/;
const LONGEST = 63;
/** Names of networks that every engine has. */
const PREDEFINED: ReadonlySet<string> = new Set(['bridge', 'host', 'none', 'ingress', 'default']);

/** Checks the name of a new network against the rule and the `taken` ones. */
export function checkNetworkName(text: string, taken: ReadonlySet<string>): Verdict<string> {
  const name = text.trim();
  if (PREDEFINED.has(name)) {
    return refuse(
      l10n.t('"{0}" is a network that Docker makes itself. Choose another name.', name),
    );
  }
  return checkName(name, taken, l10n.t('A network of this name exists. Choose another name.'));
}

/** Checks the name of a new service against the rule and the `taken` ones. */
export function checkServiceName(text: string, taken: ReadonlySet<string>): Verdict<string> {
  return checkName(
    text.trim(),
    taken,
    l10n.t('A service of this name exists. Choose another name.'),
  );
}

function checkName(name: string, taken: ReadonlySet<string>, takenText: string): Verdict<string> {
  if (name === '') {
    return refuse(l10n.t('Enter a name.'));
  }
  if (name.length > LONGEST) {
    return refuse(l10n.t('A name has at most {0} characters; this has {1}.', LONGEST, name.length));
  }
  if (!NAME.test(name)) {
    return refuse(
      l10n.t('Use letters, digits, "-" and "_" only, with a letter or digit at both ends.'),
    );
  }
  return taken.has(name) ? refuse(takenText) : accept(name);
}

/** A name that a service of this image could have: `registry.io/team/web-app:1.2` gives `web-app`. */
export function suggestServiceName(image: string, taken: ReadonlySet<string>): string {
  const last = image.split('/').at(-1) ?? '';
  const base =
    last
      .replace(/[:@].*$/, '')
      .replaceAll(/[^a-zA-Z0-9_-]+/g, '-')
      .replaceAll(/^[-_]+|[-_]+$/g, '')
      .slice(0, LONGEST - 4) || 'service';
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) {
      return name;
    }
  }
}
