import { afterEach, beforeEach, expect, it } from 'vitest';
import { EngineServer, json } from '../../test/fakes/engineServer';
import { describeError } from '../common/errorText';
import { SwarmscopeError } from '../common/errors';
import { silentLogger } from '../common/logger';
import { openEngine } from './engineOpener';
import { formatTarget } from './parseAddress';
import type { ConnectionEntry } from './target';

let server: EngineServer;
let address: string;

beforeEach(async () => {
  server = new EngineServer();
  address = formatTarget(await server.listenUnix());
});

afterEach(async () => {
  await server.drained();
  await server.close();
});

/** Opens and leaves; what went wrong, or the version that was spoken. */
async function open(more: Partial<ConnectionEntry>): Promise<SwarmscopeError | string> {
  const entry: ConnectionEntry = { id: 'x', name: 'x', source: 'context', address, ...more };
  try {
    const engine = await openEngine(entry, new AbortController().signal, {
      resolveAddress: (asked) => Promise.resolve(asked.address),
      logger: silentLogger,
    });
    engine.dispose();
    return engine.apiVersion;
  } catch (error) {
    if (error instanceof SwarmscopeError) {
      return error;
    }
    throw error;
  }
}

function refuseVersion(words: string): void {
  let first = true;
  server.on('GET /_ping', (response, request) => {
    if (first) {
      first = false;
      response.writeHead(200, { 'Api-Version': '1.41' }).end('OK');
    } else {
      json({ message: words }, 400)(response, request);
    }
  });
}

it('speaks a pinned API version instead of the newest', async () => {
  expect(await open({})).toBe('1.41');
  expect(await open({ apiVersion: '1.39' })).toBe('1.39');
});

it.each([
  ['environment', 'DOCKER_API_VERSION'],
  ['context', 'DOCKER_API_VERSION'],
  ['socket', 'DOCKER_API_VERSION'],
  ['setting', '"apiVersion"'],
] as const)('says of a %s who pins the version that the engine refuses', async (source, remedy) => {
  for (const [words, code] of [
    ['client version 1.99 is too new. Maximum supported API version is 1.41', 'api-too-old'],
    ['client version 1.99 is too old. Minimum supported API version is 1.44', 'api-too-new'],
  ] as const) {
    refuseVersion(words);
    const error = (await open({ source, apiVersion: '1.99' })) as SwarmscopeError;
    expect(error).toMatchObject({ code, details: { pinned: '1.99' } });
    const { title, nextStep } = describeError(error);
    expect(title).toContain('1.99');
    expect(nextStep).toContain(remedy);
  }
});

it('blames nobody where nothing is pinned', async () => {
  server.on('GET /_ping', (response) => {
    response.writeHead(200, { 'Api-Version': '1.18' }).end('OK');
  });
  const error = (await open({})) as SwarmscopeError;
  expect(error.code).toBe('api-too-old');
  expect(error.details['pinned']).toBeUndefined();
  expect(describeError(error).nextStep).not.toMatch(/DOCKER_API_VERSION|apiVersion/);
});

it('names an address that is reached over TLS by its real scheme', async () => {
  // Nothing listens on the discard port.
  const error = await open({ address: 'tcp://127.0.0.1:9', tls: { verify: true } });
  expect(error).toMatchObject({
    code: 'connection-refused',
    details: { address: 'https://127.0.0.1:9' },
  });
});
