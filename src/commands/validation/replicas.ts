import * as l10n from '@vscode/l10n';
import { accept, refuse, type Verdict } from './verdict';

const SENSIBLE = 1_000;

/** Reads a number of replicas; 0 is a service that runs nothing yet. */
export function checkReplicas(text: string): Verdict<number> {
  const written = text.trim();
  if (!/^\d{1,6}$/.test(written)) {
    return refuse(l10n.t('Enter a whole number, 0 or more.'));
  }
  const replicas = Number(written);
  if (replicas === 0) {
    return accept(0, l10n.t('With 0 replicas nothing runs until you scale the service.'));
  }
  return accept(
    replicas,
    replicas > SENSIBLE ? l10n.t('{0} tasks are a lot: is that meant?', replicas) : undefined,
  );
}
