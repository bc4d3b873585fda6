import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import { SwarmscopeError } from '../common/errors';
import { toPlainLine } from '../common/text';
import type { SecretAsker } from './secrets';
import { systemAuthorities } from '../common/systemAuthorities';
import type { TlsOptions } from './target';

/** A person may mistype a passphrase. */
const MOST_TRIES = 3;

/** A key as it is on disk, and what opens it. */
interface ClientKey {
  readonly pem: string;
  readonly passphrase?: string;
}

/**
 * Reads the files of `tls` and makes of them what a TLS connection needs.
 * @throws SwarmscopeError 'tls-file', 'tls-key-mismatch', 'tls-wrong-passphrase' (details.path) or
 *   'secret-needed' (details.kind, details.subject).
 */
export async function loadCredentials(
  tls: TlsOptions,
  secrets: SecretAsker | undefined,
  signal: AbortSignal,
): Promise<SecureContext> {
  const [ca, cert, keyPem] = await Promise.all([
    tls.ca === undefined ? systemAuthorities() : readPem(tls.ca, true),
    readPem(tls.cert, true),
    readPem(tls.key, false),
  ]);
  const key =
    tls.key === undefined || keyPem === undefined
      ? undefined
      : await openKey(tls.key, keyPem, { secrets, signal });
  if (cert !== undefined && key !== undefined) {
    checkPair(tls, cert, key);
  }
  const { pem, passphrase } = key ?? {};
  return createSecureContext({
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] }),
    ...(cert === undefined || pem === undefined ? {} : { cert, key: pem }),
    ...(passphrase === undefined ? {} : { passphrase }),
  });
}

async function readPem(
  file: string | undefined,
  isCertificate: boolean,
): Promise<string | undefined> {
  if (file === undefined) {
    return undefined;
  }
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw unusable(file, missing ? 'missing' : 'unreadable', error);
  }
  if (!text.includes(isCertificate ? '-----BEGIN CERTIFICATE-----' : 'PRIVATE KEY-----')) {
    throw unusable(file, 'not-pem');
  }
  if (isCertificate) {
    try {
      void new X509Certificate(text);
    } catch (error) {
      throw unusable(file, 'not-pem', error);
    }
  }
  return text;
}

async function openKey(
  file: string,
  pem: string,
  { secrets, signal }: { readonly secrets: SecretAsker | undefined; readonly signal: AbortSignal },
): Promise<ClientKey> {
  // RFC 7468 section 11, and the older form of RFC 1421 that OpenSSL writes with -traditional.
  if (!/BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(pem)) {
    if (!opens({ pem })) {
      throw unusable(file, 'not-pem');
    }
    return { pem };
  }
  const subject = toPlainLine(file);
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const question = { kind: 'tls-passphrase', subject, again: tries > 0 } as const;
    const passphrase = await secrets?.ask(question, signal);
    if (signal.aborted) {
      throw new SwarmscopeError('cancelled');
    }
    if (passphrase === undefined) {
      throw new SwarmscopeError('secret-needed', { kind: question.kind, subject });
    }
    if (opens({ pem, passphrase })) {
      return { pem, passphrase };
    }
  }
  throw new SwarmscopeError('tls-wrong-passphrase', { path: subject });
}

function opens({ pem, passphrase }: ClientKey): boolean {
  try {
    createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
    return true;
  } catch {
    return false;
  }
}

function checkPair({ cert, key }: TlsOptions, certificate: string, { pem, passphrase }: ClientKey) {
  const opened = createPrivateKey({
    key: pem,
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  if (!new X509Certificate(certificate).checkPrivateKey(opened)) {
    const details = { path: toPlainLine(key ?? ''), certificate: toPlainLine(cert ?? '') };
    throw new SwarmscopeError('tls-key-mismatch', details);
  }
}

function unusable(
  file: string,
  reason: 'missing' | 'unreadable' | 'not-pem',
  cause?: unknown,
): SwarmscopeError {
  return new SwarmscopeError('tls-file', { path: toPlainLine(file), reason }, { cause });
}
