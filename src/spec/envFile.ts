import * as l10n from '@vscode/l10n';
import { toPlainLine } from '../common/text';

/** What an env file holds, or the first line that docker would refuse. */
export type EnvFile =
  | {
      readonly ok: true;
      readonly env: Readonly<Record<string, string>>;
      /** Names without a value: docker takes those from its own environment. */
      readonly withoutValue: readonly string[];
    }
  | { readonly ok: false; readonly line: number; readonly text: string };

/**
 * Reads a file as `docker --env-file` does (docker/cli `opts/file.go`): lines of NAME=value, `#`
 * comments, blanks before the name skipped; quotes and blanks of a value are part of it, and the last
 * of several lines with one name counts.
 */
export function readEnvFile(data: Uint8Array): EnvFile {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    return { ok: false, line: 1, text: l10n.t('The file is not UTF-8 text.') };
  }
  const env: Record<string, string> = {};
  const withoutValue: string[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.replace(/^[ \t]+/, '');
    if (line === '' || line.startsWith('#')) {
      continue;
    }
    const equals = line.indexOf('=');
    const name = equals < 0 ? line : line.slice(0, equals);
    const why = problemOf(name, line);
    if (why !== undefined) {
      return { ok: false, line: index + 1, text: l10n.t('Line {0}: {1}', index + 1, why) };
    }
    if (equals < 0) {
      withoutValue.push(name);
    } else {
      Object.defineProperty(env, name, {
        value: line.slice(equals + 1),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  return { ok: true, env, withoutValue };
}

function problemOf(name: string, line: string): string | undefined {
  if (name === '') {
    return l10n.t('there is no name before the equals sign.');
  }
  if (/[ \t]/.test(name)) {
    return l10n.t('the name "{0}" has a space in it.', toPlainLine(name).slice(0, 60));
  }
  return line.includes('\0') ? l10n.t('there is a zero byte in it.') : undefined;
}
