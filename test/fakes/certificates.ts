import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Paths of a certificate and its key. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate is to be. */
export interface IssueOptions {
  /** Subject alternative names as openssl writes them, `IP:127.0.0.1,DNS:localhost`. */
  readonly names?: string;
  readonly usage: 'serverAuth' | 'clientAuth';
  /** True: it ended a day ago. */
  readonly expired?: boolean;
  /** Encrypts the key. */
  readonly passphrase?: string;
}

const CURVE = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];

/** A certificate authority of its own in a temporary folder, made with the `openssl` program. */
export class CertificateMaker {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'swarmscope-tls-'));
  /** Path of the authority's certificate. */
  readonly ca: string = this.file('ca.pem');
  private readonly caKey = this.file('ca-key.pem');

  constructor() {
    this.run('genpkey', ...CURVE, '-out', this.caKey);
    const subject = ['-subj', '/CN=Swarmscope test CA', '-days', '2'];
    this.run('req', '-x509', '-new', '-key', this.caKey, '-out', this.ca, ...subject);
  }

  /** A path in the folder. */
  file(name: string): string {
    return path.join(this.folder, name);
  }

  /** Makes a certificate and its key, both named after `name`. */
  issue(name: string, { names, usage, expired = false, passphrase }: IssueOptions): Pair {
    const [cert, key] = [this.file(`${name}-cert.pem`), this.file(`${name}-key.pem`)];
    const plain = this.file(`${name}-plain.pem`);
    const request = this.file(`${name}.csr`);
    const extensions = this.file(`${name}.ext`);
    this.run('genpkey', ...CURVE, '-out', plain);
    const locked =
      passphrase === undefined ? [] : ['-aes-256-cbc', '-passout', `pass:${passphrase}`];
    this.run('pkey', '-in', plain, '-out', key, ...locked);
    this.run('req', '-new', '-key', plain, '-subj', `/CN=${name}`, '-out', request);
    const alternative = names === undefined ? '' : `subjectAltName=${names}\n`;
    writeFileSync(extensions, `extendedKeyUsage=${usage}\n${alternative}`);
    const by = ['-CA', this.ca, '-CAkey', this.caKey, '-CAcreateserial'];
    const days = ['-days', expired ? '-1' : '2', '-extfile', extensions];
    this.run('x509', '-req', '-in', request, '-out', cert, ...by, ...days);
    return { cert, key };
  }

  /** Removes the folder. */
  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(...args: readonly string[]): void {
    execFileSync('openssl', args, { stdio: 'pipe' });
  }
}
