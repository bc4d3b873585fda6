import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tls from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemAuthorities } from './systemAuthorities';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'swarmscope-cas-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('takes the file that SSL_CERT_FILE names in place of the system’s', async () => {
  const file = path.join(folder, 'own.pem');
  writeFileSync(file, 'own');
  const found = await systemAuthorities({ SSL_CERT_FILE: file }, []);
  expect(found).toEqual(['own', ...tls.rootCertificates]);
  expect(await systemAuthorities({ SSL_CERT_FILE: '/nowhere' }, [file])).toBeUndefined();
});

it.skipIf('getCACertificates' in tls)('takes the first bundle that is there', async () => {
  const [missing, there, later] = ['a', 'b', 'c'].map((name) => path.join(folder, name));
  writeFileSync(there ?? '', 'there');
  writeFileSync(later ?? '', 'later');
  const found = await systemAuthorities({}, [missing ?? '', there ?? '', later ?? '']);
  expect(found?.[0]).toBe('there');
  expect(await systemAuthorities({}, [missing ?? ''])).toBeUndefined();
});
