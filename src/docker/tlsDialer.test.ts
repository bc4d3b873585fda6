import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import * as http from 'node:http';
import * as https from 'node:https';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CertificateMaker, type Pair } from '../../test/fakes/certificates';
import { describeError } from '../common/errorText';
import { SwarmscopeError } from '../common/errors';
import { silentLogger } from '../common/logger';
import { createEngine } from './dockerodeEngine';
import type { SecretAsker, SecretQuestion } from './secrets';
import type { TlsOptions } from './target';
import { toTransportError } from './transport';

let maker: CertificateMaker;
let stranger: CertificateMaker;
let client: Pair;
let servers: Record<'good' | 'expired' | 'elsewhere', Pair>;
const closing: (() => void)[] = [];

beforeAll(() => {
  maker = new CertificateMaker();
  stranger = new CertificateMaker();
  client = maker.issue('client', { usage: 'clientAuth' });
  const names = 'IP:127.0.0.1,DNS:localhost';
  servers = {
    good: maker.issue('good', { usage: 'serverAuth', names }),
    expired: maker.issue('expired', { usage: 'serverAuth', names, expired: true }),
    elsewhere: maker.issue('elsewhere', { usage: 'serverAuth', names: 'DNS:other.example' }),
  };
});

afterEach(() => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) {
    close();
  }
});

afterAll(() => {
  maker.dispose();
  stranger.dispose();
});

interface Served {
  readonly port: number;
  readonly requests: string[];
}

/** An engine that answers its ping, over mutual TLS. */
async function serve(
  pair: Pair | 'plain' = servers.good,
  options: https.ServerOptions = {},
): Promise<Served> {
  const requests: string[] = [];
  const answer: http.RequestListener = (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(200, { 'Api-Version': '1.41' }).end('OK');
  };
  const server =
    pair === 'plain'
      ? http.createServer(answer)
      : https.createServer(
          {
            cert: readFileSync(pair.cert),
            key: readFileSync(pair.key),
            ca: readFileSync(maker.ca),
            requestCert: true,
            rejectUnauthorized: true,
            ...options,
          },
          answer,
        );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, requests };
}

/** Connects; undefined when that went well. */
async function connect(
  { port }: Served,
  tls: Partial<TlsOptions>,
  secrets?: SecretAsker,
): Promise<SwarmscopeError | undefined> {
  const target = { kind: 'tcp', host: '127.0.0.1', port, tls: { verify: true, ...tls } } as const;
  const engine = createEngine(target, {
    address: `https://127.0.0.1:${port}`,
    logger: silentLogger,
    ...(secrets === undefined ? {} : { secrets }),
  });
  closing.push(() => engine.dispose());
  try {
    await engine.connect();
    return undefined;
  } catch (error) {
    if (error instanceof SwarmscopeError) {
      return error;
    }
    throw error;
  }
}

/** A person who gives these answers in turn. */
class Person implements SecretAsker {
  readonly asked: SecretQuestion[] = [];
  constructor(private readonly answers: (string | undefined)[]) {}

  async ask(question: SecretQuestion): Promise<string | undefined> {
    this.asked.push(question);
    return this.answers.shift();
  }
}

const nextStepOf = (error: SwarmscopeError | undefined): string =>
  error === undefined ? '' : describeError(error).nextStep;

describe('a TLS connection', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('is made with a client certificate by %s', async (v) => {
    const served = await serve(servers.good, { minVersion: v, maxVersion: v });
    expect(await connect(served, { ca: maker.ca, ...client })).toBeUndefined();
    expect(served.requests).toEqual(['GET /_ping?']);
  });

  it('does not wait where the engine says that it is content', async () => {
    const served = await serve(servers.good, { minVersion: 'TLSv1.3' });
    const start = performance.now();
    for (let index = 0; index < 10; index += 1) {
      expect(await connect(served, { ca: maker.ca, ...client })).toBeUndefined();
    }
    // Each wait would be 100 ms long.
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it('is not made by less than TLS 1.2', async () => {
    const served = await serve(servers.good, {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    expect(await connect(served, { ca: maker.ca, ...client })).toMatchObject({
      code: 'tls-failed',
    });
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'says that a client certificate is missing, by %s, and sends nothing',
    async (v) => {
      const served = await serve(servers.good, { minVersion: v, maxVersion: v });
      const missing = await connect(served, { ca: maker.ca });
      expect(missing?.details).toMatchObject({
        asked: 'required',
        address: `https://127.0.0.1:${served.port}`,
        sent: 0,
      });
      expect(missing?.code).toBe('tls-client-certificate');
      expect(nextStepOf(missing)).toContain('tls.cert');
      expect(served.requests).toEqual([]);
    },
  );

  it('trusts only the CA that is named', async () => {
    const served = await serve();
    const error = await connect(served, { ca: stranger.ca, ...client });
    expect(error?.code).toBe('tls-unknown-ca');
    expect(nextStepOf(error)).toContain('tls.ca');
    // Without a CA the system's count, and they did not sign this one.
    expect((await connect(served, client))?.code).toBe('tls-unknown-ca');
  });

  it('trusts the CAs of the system where none is named, and only there', async () => {
    const served = await serve();
    vi.stubEnv('SSL_CERT_FILE', maker.ca);
    expect(await connect(served, client)).toBeUndefined();
    expect((await connect(served, { ca: stranger.ca, ...client }))?.code).toBe('tls-unknown-ca');
  });

  it('names the hosts that the certificate is for, unless another name is expected', async () => {
    const served = await serve(servers.elsewhere);
    const error = await connect(served, { ca: maker.ca, ...client });
    expect(error).toMatchObject({
      code: 'tls-wrong-host',
      details: { names: 'other.example', host: '127.0.0.1' },
    });
    expect(nextStepOf(error)).toContain('tls.serverName');
    const named = { ca: maker.ca, ...client, serverName: 'other.example' };
    expect(await connect(served, named)).toBeUndefined();
  });

  it('refuses an expired certificate, unless nothing is verified', async () => {
    const served = await serve(servers.expired);
    const error = await connect(served, { ca: maker.ca, ...client });
    expect(error?.code).toBe('tls-expired');
    expect(nextStepOf(error)).toMatch(/clock/);
    expect(await connect(served, { ...client, verify: false })).toBeUndefined();
  });

  it('tells a server that speaks no TLS', async () => {
    const error = await connect(await serve('plain'), { ca: maker.ca, ...client });
    expect(error?.code).toBe('not-tls');
    expect(nextStepOf(error)).toContain('2376');
  });

  it('names the file that is missing, no PEM, or of another certificate', async () => {
    const served = await serve();
    const text = maker.file('text.pem');
    writeFileSync(text, 'hello');
    const other = maker.issue('other', { usage: 'clientAuth' });
    expect(await connect(served, { ca: '/nowhere/ca.pem', ...client })).toMatchObject({
      code: 'tls-file',
      details: { path: '/nowhere/ca.pem', reason: 'missing' },
    });
    expect(await connect(served, { ca: maker.folder })).toMatchObject({
      code: 'tls-file',
      details: { path: maker.folder, reason: 'unreadable' },
    });
    expect(await connect(served, { ca: maker.ca, cert: client.cert, key: text })).toMatchObject({
      code: 'tls-file',
      details: { path: text, reason: 'not-pem' },
    });
    expect(
      await connect(served, { ca: maker.ca, cert: client.cert, key: other.key }),
    ).toMatchObject({
      code: 'tls-key-mismatch',
      details: { path: other.key, certificate: client.cert },
    });
    expect(served.requests).toEqual([]);
  });
});

// OpenSSL's names, those of BoringSSL in VS Code, and those of OpenSSL 3.2 and later.
it.each([
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls-client-certificate', 'required'],
  ['ERR_SSL_TLSV1_ALERT_CERTIFICATE_REQUIRED', 'tls-client-certificate', 'required'],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'tls-client-certificate', 'refused'],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', 'tls-client-certificate', 'refused'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'tls-client-certificate', 'refused'],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'tls-failed', undefined],
  ['CERT_NOT_YET_VALID', 'tls-not-yet-valid', undefined],
  ['EPROTO', 'tls-failed', undefined],
])('takes %s for %s', (reason, code, asked) => {
  const error = toTransportError(Object.assign(new Error('x'), { code: reason }), 'https://h');
  expect(error).toMatchObject({ code, details: { reason, address: 'https://h' } });
  expect(error.details['asked']).toBe(asked);
});

describe('an encrypted key', () => {
  let locked: Pair;

  beforeAll(() => {
    locked = maker.issue('locked', { usage: 'clientAuth', passphrase: 'open sesame' });
  });

  it('is opened by a passphrase that is asked for once', async () => {
    const person = new Person(['open sesame']);
    expect(await connect(await serve(), { ca: maker.ca, ...locked }, person)).toBeUndefined();
    expect(person.asked).toEqual([{ kind: 'tls-passphrase', subject: locked.key, again: false }]);
  });

  it('is asked for again when the passphrase is wrong, three times at most', async () => {
    const served = await serve();
    const second = new Person(['wrong', 'open sesame']);
    expect(await connect(served, { ca: maker.ca, ...locked }, second)).toBeUndefined();
    expect(second.asked.map(({ again }) => again)).toEqual([false, true]);
    const never = new Person(['a', 'b', 'c', 'open sesame']);
    expect(await connect(served, { ca: maker.ca, ...locked }, never)).toMatchObject({
      code: 'tls-wrong-passphrase',
      details: { path: locked.key },
    });
    expect(never.asked).toHaveLength(3);
  });

  it('fails where nobody may be asked or the person gives up, and tells no secret', async () => {
    const served = await serve();
    const details = { kind: 'tls-passphrase', subject: locked.key };
    const quiet = await connect(served, { ca: maker.ca, ...locked });
    expect(quiet).toMatchObject({ code: 'secret-needed', details });
    const gaveUp = await connect(served, { ca: maker.ca, ...locked }, new Person([undefined]));
    expect(gaveUp).toMatchObject({ code: 'secret-needed', details });
    const wrong = await connect(served, { ca: maker.ca, ...locked }, new Person(['s3cret']));
    expect(JSON.stringify([wrong, wrong?.message, wrong?.cause])).not.toContain('s3cret');
  });

  it('may be thought about for longer than a connection may take, and left', async () => {
    const { port } = await serve();
    const signals: AbortSignal[] = [];
    const secrets: SecretAsker = {
      ask: (_, signal) => {
        signals.push(signal);
        return new Promise(() => undefined);
      },
    };
    const tls = { ca: maker.ca, ...locked, verify: true };
    const engine = createEngine(
      { kind: 'tcp', host: '127.0.0.1', port, tls },
      { address: 'a', logger: silentLogger, secrets, connectDeadline: 1 },
    );
    const leaving = new AbortController();
    const outcome = engine.connect(leaving.signal).catch((error: unknown) => error);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    leaving.abort();
    expect(await outcome).toMatchObject({ code: 'cancelled' });
    engine.dispose();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

it('asks once for connections that are made at once', async () => {
  const locked = maker.issue('parallel', { usage: 'clientAuth', passphrase: 'x' });
  const { port } = await serve();
  const person = new Person(['x']);
  const engine = createEngine(
    {
      kind: 'tcp',
      host: '127.0.0.1',
      port,
      tls: { ca: maker.ca, ...locked, verify: true },
    },
    { address: 'a', logger: silentLogger, secrets: person },
  );
  closing.push(() => engine.dispose());
  await Promise.all([engine.ping(), engine.ping(), engine.ping()]);
  expect(person.asked).toHaveLength(1);
});
