import { readFile } from 'node:fs/promises';
import * as tls from 'node:tls';

/** Where systems keep the CAs that they trust, as in Go's crypto/x509 root_linux.go. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * The CAs that this system trusts, PEM, and those that Node brings along: an organisation's own CA is
 * among the former only. SSL_CERT_FILE takes the system's place, as in the docker CLI. Never rejects;
 * undefined, which leaves Node's own, where none can be found.
 */
export async function systemAuthorities(
  env: Readonly<Record<string, string | undefined>> = process.env,
  bundles: readonly string[] = BUNDLES,
): Promise<readonly string[] | undefined> {
  const told = env['SSL_CERT_FILE'] ?? '';
  const found =
    told === ''
      ? (askedFromSystem() ?? (await firstReadable(bundles)))
      : await firstReadable([told]);
  return found === undefined ? undefined : [...found, ...tls.rootCertificates];
}

/** Node has known how since 22.15, on Windows and macOS too. */
function askedFromSystem(): readonly string[] | undefined {
  const { getCACertificates } = tls as { getCACertificates?: (type: 'system') => string[] };
  const found = getCACertificates?.('system') ?? [];
  return found.length === 0 ? undefined : found;
}

async function firstReadable(files: readonly string[]): Promise<readonly string[] | undefined> {
  for (const file of files) {
    try {
      return [await readFile(file, 'utf8')];
    } catch {
      // The next one.
    }
  }
  return undefined;
}
