import * as l10n from '@vscode/l10n';
import { DEFAULT_TLS_PORT, parseAddress } from '../docker/parseAddress';
import type { TlsOptions } from '../docker/target';
import { into, type Step } from './multiStep';
import { accept, refuse, type Verdict } from './validation/verdict';

/** Answers about the TLS of an address; empty where no file is wanted. */
export interface TlsAnswers {
  readonly address: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Nothing answered yet. */
export const NO_FILES = { ca: '', cert: '', key: '' } as const;

/** The files of a connection's TLS as answers. */
export function filesOf(tls: TlsOptions | undefined): Omit<TlsAnswers, 'address'> {
  return { ca: tls?.ca ?? '', cert: tls?.cert ?? '', key: tls?.key ?? '' };
}

/** Asks for the files of TLS where the address looks like one that is reached by it. */
export function tlsSteps<A extends TlsAnswers>(): readonly Step<A>[] {
  return [
    {
      when: ({ address }) => isLikelyTls(address),
      ask: async (answers, frame, ui) =>
        into(
          answers,
          'ca',
          await ui.input<A['ca']>(frame, {
            prompt: l10n.t(
              'File of the certificate authority (PEM) that signed the engine’s certificate; empty for those that this system trusts',
            ),
            placeholder: '~/.docker/ca.pem',
            value: answers.ca,
            canBrowse: true,
            check: (text) => accept(text.trim()),
          }),
        ),
    },
    {
      when: ({ address }) => isLikelyTls(address),
      ask: async (answers, frame, ui) =>
        into(
          answers,
          'cert',
          await ui.input<A['cert']>(frame, {
            prompt: l10n.t('File of your client certificate (PEM); empty for none'),
            placeholder: '~/.docker/cert.pem',
            value: answers.cert,
            canBrowse: true,
            check: (text) => accept(text.trim()),
          }),
        ),
    },
    {
      when: ({ address, cert }) => isLikelyTls(address) && cert !== '',
      ask: async (answers, frame, ui) =>
        into(
          answers,
          'key',
          await ui.input<A['key']>(frame, {
            prompt: l10n.t('File of the key of your client certificate (PEM)'),
            placeholder: '~/.docker/key.pem',
            value: answers.key,
            canBrowse: true,
            check: checkKey,
          }),
        ),
    },
  ];
}

/** TLS as the answers say it, with paths as they were typed; undefined for none. */
export function tlsOf({ address, ca, cert, key }: TlsAnswers): TlsOptions | undefined {
  if (!isLikelyTls(address) || (ca === '' && cert === '')) {
    return undefined;
  }
  return {
    ...(ca === '' ? {} : { ca }),
    ...(cert === '' ? {} : { cert, key }),
    verify: true,
  };
}

function isLikelyTls(address: string): boolean {
  try {
    const target = parseAddress(address);
    return target.kind === 'tcp' && (target.tls !== undefined || target.port === DEFAULT_TLS_PORT);
  } catch {
    // Not typed yet.
    return false;
  }
}

function checkKey(text: string): Verdict<string> {
  const file = text.trim();
  return file === '' ? refuse(l10n.t('A client certificate needs its key.')) : accept(file);
}
