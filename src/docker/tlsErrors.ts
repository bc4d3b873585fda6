import { SwarmscopeError, type ErrorCode, type ErrorDetails } from '../common/errors';
import { toPlainLine } from '../common/text';

/** Names of certificate problems in OpenSSL's X509_STORE_CTX_get_error(3), as Node gives them. */
const CERTIFICATE_CODES: Readonly<Record<string, ErrorCode>> = {
  CERT_HAS_EXPIRED: 'tls-expired',
  CERT_NOT_YET_VALID: 'tls-not-yet-valid',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-unknown-ca',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-unknown-ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-unknown-ca',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-unknown-ca',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-unknown-ca',
  CERT_SIGNATURE_FAILURE: 'tls-unknown-ca',
  CERT_UNTRUSTED: 'tls-unknown-ca',
  CERT_REJECTED: 'tls-unknown-ca',
  INVALID_CA: 'tls-unknown-ca',
  INVALID_PURPOSE: 'tls-unknown-ca',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-wrong-host',
};

/**
 * What the engine says of our certificate; with TLS 1.3 it arrives after the handshake. OpenSSL and
 * BoringSSL (in VS Code) prefix the alerts' names of RFC 8446 section 6.2 differently.
 */
const CLIENT_ALERT =
  /^ERR_SSL_.*ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_EXPIRED|CERTIFICATE_REVOKED|CERTIFICATE_UNKNOWN|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED)$/;

/** What was read was no TLS record. */
const NOT_TLS =
  /^ERR_SSL_(?:WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE|BAD_RECORD_TYPE|UNEXPECTED_MESSAGE|UNKNOWN_PROTOCOL)$/;

/**
 * Says what an error of a TLS connection means; undefined when it is none of TLS. `details` go into
 * the failure; its `reason` is the code that Node gave.
 */
export function toTlsError(
  error: unknown,
  reason: string,
  details: ErrorDetails,
): SwarmscopeError | undefined {
  const known = CERTIFICATE_CODES[reason];
  const options = { cause: error };
  if (known !== undefined) {
    return new SwarmscopeError(known, { ...details, reason, ...namesOf(error) }, options);
  }
  // RFC 5246 section 7.4.6: so ends TLS 1.2 where no certificate was sent.
  const isBare = details['asked'] === 'required' && reason.endsWith('ALERT_HANDSHAKE_FAILURE');
  if (isBare || CLIENT_ALERT.test(reason)) {
    const asked = reason.endsWith('CERTIFICATE_REQUIRED') ? 'required' : 'refused';
    return new SwarmscopeError('tls-client-certificate', { asked, ...details, reason }, options);
  }
  if (NOT_TLS.test(reason)) {
    return new SwarmscopeError('not-tls', { ...details, reason }, options);
  }
  return reason.startsWith('ERR_SSL_') || reason.startsWith('ERR_TLS_') || reason === 'EPROTO'
    ? new SwarmscopeError('tls-failed', { ...details, reason }, options)
    : undefined;
}

/** The names that a certificate is for, where the error holds it. */
function namesOf(error: unknown): ErrorDetails {
  const { cert } = error as { readonly cert?: { subjectaltname?: unknown; subject?: unknown } };
  const alternative = cert?.subjectaltname;
  const common = (cert?.subject as { CN?: unknown } | undefined)?.CN;
  const names = typeof alternative === 'string' ? alternative : common;
  return typeof names === 'string'
    ? { names: toPlainLine(names.replaceAll(/(?:DNS|IP Address):/g, ''), 200) }
    : {};
}
