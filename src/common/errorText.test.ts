import { expect, test } from 'vitest';
import { describeError, errorLine } from './errorText';
import { SwarmscopeError, type ErrorCode } from './errors';

const CODES: readonly ErrorCode[] = [
  'address-invalid',
  'address-unsupported',
  'socket-missing',
  'socket-denied',
  'connection-refused',
  'host-unknown',
  'timed-out',
  'connection-lost',
  'not-an-engine',
  'tls-required',
  'not-tls',
  'tls-expired',
  'tls-not-yet-valid',
  'tls-unknown-ca',
  'tls-wrong-host',
  'tls-client-certificate',
  'tls-file',
  'tls-key-mismatch',
  'tls-wrong-passphrase',
  'tls-failed',
  'ssh-missing',
  'ssh-config',
  'ssh-unreachable',
  'ssh-host-unknown',
  'ssh-host-key-changed',
  'ssh-denied',
  'ssh-key',
  'ssh-no-docker',
  'ssh-docker-old',
  'ssh-socket-denied',
  'ssh-no-engine',
  'ssh-failed',
  'secret-needed',
  'api-too-old',
  'api-too-new',
  'cancelled',
  'not-in-swarm',
  'worker',
  'swarm-locked',
  'swarm-pending',
  'swarm-error',
  'no-quorum',
  'certificates-expired',
  'name-taken',
  'port-taken',
  'in-use',
  'not-found',
  'invalid',
  'out-of-sequence',
  'forbidden',
  'engine-failed',
  'outcome-unknown',
  'unexpected-answer',
];

test.each(CODES)('%s has a title for people, without holes', (code) => {
  const { title, detail, nextStep } = describeError(
    new SwarmscopeError(code, { address: 'tcp://h:1', message: 'why', name: 'web', port: 80 }),
    { object: 'web' },
  );
  expect(title.length).toBeGreaterThan(5);
  expect(`${title}${detail}${nextStep}`).not.toMatch(/\{\d\}|undefined|\[object/);
});

test('foreign text in it is harmless and ends as a sentence', () => {
  const error = new SwarmscopeError('invalid', { message: 'bad\u001B[31m thing\n' });
  expect(errorLine(error)).toBe(
    'The engine does not accept this. The engine says: bad [31m thing. Change what it names and try again.',
  );
});

test('names the port and who has it', () => {
  const error = new SwarmscopeError('port-taken', { port: 8080, service: 'web' });
  expect(errorLine(error)).toBe(
    'Port 8080 is taken. The service "web" publishes it already. Publish another port.',
  );
});
