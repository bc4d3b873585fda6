import * as l10n from '@vscode/l10n';
import type { TlsErrorCode } from './errors';
import type { ErrorDescription, Facts } from './errorText';

/** The sentences of `errorText.ts` for TLS. */
export const TLS_SENTENCES: Readonly<Record<TlsErrorCode, (of: Facts) => ErrorDescription>> = {
  'not-tls': (of) => ({
    title: l10n.t('{0} does not speak TLS.', of.where),
    detail: l10n.t('The answer was not encrypted.'),
    nextStep: l10n.t('Check the port (2376 is usual for TLS), or use tcp:// without "tls".'),
  }),
  'tls-expired': (of) => ({
    title: l10n.t('The certificate of {0} has expired.', of.where),
    detail: l10n.t('It is no proof any more that this is the right engine.'),
    nextStep: l10n.t('Renew the certificate there and restart Docker; check the clock here too.'),
  }),
  'tls-not-yet-valid': (of) => ({
    title: l10n.t('The certificate of {0} is not valid yet.', of.where),
    detail: l10n.t('One of the two clocks is wrong, or the certificate was made for later.'),
    nextStep: l10n.t('Check the clock here and there.'),
  }),
  'tls-unknown-ca': (of) => ({
    title: l10n.t('The certificate of {0} is not trusted.', of.where),
    detail: l10n.t('None of the certificate authorities that you trust has signed it.'),
    nextStep: l10n.t('Name the file of its authority as "tls.ca" of this connection.'),
  }),
  'tls-wrong-host': (of) => ({
    title: l10n.t('The certificate of {0} is for another host.', of.where),
    detail: l10n.t('It is for {0}.', of.detail('names') || l10n.t('no host at all')),
    nextStep: l10n.t(
      'Use one of these names in the address, or set "tls.serverName" if you know that it is the right engine.',
    ),
  }),
  'tls-client-certificate': (of) => ({
    title:
      of.detail('asked') === 'required'
        ? l10n.t('{0} wants a client certificate.', of.where)
        : l10n.t('{0} refuses your client certificate.', of.where),
    detail:
      of.detail('asked') === 'required'
        ? l10n.t('None was sent.')
        : l10n.t('It is of an authority that the engine does not trust, or has expired.'),
    nextStep: l10n.t(
      'Set "tls.cert" and "tls.key" of this connection to a certificate that the engine’s authority has signed.',
    ),
  }),
  'tls-file': (of) => ({
    title: l10n.t('{0} cannot be used for TLS.', of.detail('path')),
    detail: fileProblem(of.detail('reason')),
    nextStep: l10n.t('Correct the path, or put a readable PEM file there.'),
  }),
  'tls-key-mismatch': (of) => ({
    title: l10n.t('The key {0} does not belong to the certificate.', of.detail('path')),
    detail: l10n.t('The certificate {0} was made for another key.', of.detail('certificate')),
    nextStep: l10n.t('Set "tls.cert" and "tls.key" to files that belong together.'),
  }),
  'tls-wrong-passphrase': (of) => ({
    title: l10n.t('The passphrase does not open {0}.', of.detail('path')),
    detail: '',
    nextStep: l10n.t('Connect again and enter the passphrase of this key.'),
  }),
  'tls-failed': (of) => ({
    title: l10n.t('No TLS connection to {0} could be made.', of.where),
    detail: l10n.t('Reason: {0}.', of.detail('reason')),
    nextStep: l10n.t(
      'Check that the engine speaks TLS 1.2 or newer and that nothing is in between.',
    ),
  }),
};

function fileProblem(reason: string): string {
  switch (reason) {
    case 'missing':
      return l10n.t('The file does not exist.');
    case 'unreadable':
      return l10n.t('The file cannot be read.');
    default:
      return l10n.t('It is no certificate or key in PEM form.');
  }
}
