import { expect, test } from 'vitest';
import { describeError, errorLine } from './errorText';
import { SSH_ERROR_CODES, SwarmscopeError, TLS_ERROR_CODES, type ErrorCode } from './errors';

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
  ...TLS_ERROR_CODES,
  ...SSH_ERROR_CODES,
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
  'electing',
  'certificates-expired',
  'address-ambiguous',
  'wrong-key',
  'name-taken',
  'port-taken',
  'in-use',
  'not-found',
  'invalid',
  'out-of-sequence',
  'forbidden',
  'engine-failed',
  'outcome-unknown',
  'not-created',
  'not-changed',
  'change-unknown',
  'internal',
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
