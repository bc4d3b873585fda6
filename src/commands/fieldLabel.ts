import * as l10n from '@vscode/l10n';
import { maskEnvironment } from '../spec/environment';
import type { DraftPort } from '../spec/serviceDraft';

const LABELS: Readonly<Record<string, () => string>> = {
  env: () => l10n.t('Environment'),
  dns: () => 'DNS',
  tty: () => 'TTY',
  uid: () => 'UID',
  gid: () => 'GID',
  cpus: () => 'CPUs',
  pids: () => 'PIDs',
  restart: () => l10n.t('Restart policy'),
  update: () => l10n.t('Update policy'),
  rollback: () => l10n.t('Rollback policy'),
};

/** A field's name as people read it: `stopGracePeriod` is "Stop grace period". */
export function fieldLabel(key: string): string {
  const known = LABELS[key];
  if (known !== undefined) {
    return known();
  }
  const words = key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A port as people write it: `8080→80/tcp`. */
function portLabel({ published, target, protocol = 'tcp', mode }: DraftPort): string {
  const port = `${published ?? l10n.t('automatic')}→${target}/${protocol}`;
  return mode === 'host' ? `${port} (host)` : port;
}

/** A value of a draft in one line; environment values are masked. */
export function valueSummary(value: unknown, key?: string): string {
  if (value === undefined || value === null) {
    return '';
  }
  if (Array.isArray(value)) {
    return value.map((member: unknown) => valueSummary(member)).join(', ');
  }
  if (typeof value !== 'object') {
    return typeof value === 'string' ? value : JSON.stringify(value);
  }
  if ('target' in value && typeof value.target === 'number') {
    return portLabel(value as DraftPort);
  }
  const entries = Object.entries(value);
  if (key === 'env') {
    return entries
      .map(([name, text]) => (text === null ? name : maskEnvironment(`${name}=${String(text)}`)))
      .join(', ');
  }
  return entries
    .map(([name, member]) =>
      name === 'name' || name === 'source'
        ? valueSummary(member)
        : `${name}=${valueSummary(member)}`,
    )
    .join(' ');
}
