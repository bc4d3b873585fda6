import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as http from 'node:http';
import { promisify } from 'node:util';
import { setup, suite, suiteSetup, suiteTeardown, teardown, test } from 'mocha';
import * as vscode from 'vscode';
import { silentLogger } from '../../src/common/logger';
import { COMMANDS, SETTINGS } from '../../src/contributions';
import { loadEngine } from '../../src/docker/loadEngine';
import { CurlProbeEngine, detectCurl } from '../../src/probe/curlEngine';
import { NodeProbeEngine } from '../../src/probe/nodeEngine';
import type { ProbeEngine } from '../../src/probe/probe';
import type { ProbeSample } from '../../src/shared/routingView';
import { EngineServer } from '../fakes/engineServer';
import { playManager } from '../fakes/hostileServers';
import { RecordingProxy } from '../fakes/recordingProxy';
import { setSettings, until } from './support';

/**
 * VS Code leaves `localhost` and 127.0.0.1 alone; any other address is a foreign one to it, this
 * loopback address too, as the controls below show.
 */
const HOST = '127.0.0.2';

const PROXY_VARIABLES = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'] as const;

suite('VS Code’s proxy', () => {
  const proxy = new RecordingProxy();
  const engine = new EngineServer();
  let restore: () => Promise<void>;

  /** What the proxy was asked for that is ours: VS Code may ask it for things of its own at any time. */
  function asked(): readonly string[] {
    return proxy.asked.filter((one) => one.includes(HOST));
  }

  suiteSetup(async function () {
    if (process.platform === 'darwin') {
      // macOS has the one loopback address that VS Code takes for local.
      this.skip();
    }
    await proxy.listen();
    playManager(engine);
    await engine.listenTcp(HOST);
    for (const name of PROXY_VARIABLES) {
      process.env[name] = proxy.url;
    }
    // The engine client's library would take this for the address to use, and fails on this one.
    process.env['DOCKER_HOST'] = 'tcp://[bad';
  });

  suiteTeardown(async () => {
    if (process.platform === 'darwin') {
      return;
    }
    for (const name of [...PROXY_VARIABLES, 'DOCKER_HOST']) {
      delete process.env[name];
    }
    await engine.close();
    await proxy.close();
  });

  for (const support of ['override', 'on', 'fallback']) {
    suite(`with http.proxySupport "${support}"`, () => {
      setup(async () => {
        restore = await setSettings({ 'http.proxy': proxy.url, 'http.proxySupport': support });
        proxy.asked.length = 0;
        engine.requests.length = 0;
      });

      teardown(async () => {
        await restore();
      });

      test('takes over an ordinary request (the control)', async () => {
        // "on" spares a request that brings an agent.
        const agent = support === 'override' ? new http.Agent() : undefined;
        const status = await get({ host: HOST, port: engine.port, path: '/_ping', agent });
        const viaProxy = `GET http://${HOST}:${engine.port}/_ping`;
        assert.deepEqual([status, asked()], [502, [viaProxy]]);
      });

      test('never sees a call to an engine', async () => {
        const target = { kind: 'tcp', host: HOST, port: engine.port } as const;
        const client = await loadEngine(target, { address: HOST, logger: silentLogger });
        try {
          await client.connect();
          assert.equal((await client.info()).swarm.controlAvailable, true);
          // A create has a connection of its own, and so has the event stream.
          await assert.rejects(client.removeNetwork('none'), { code: 'not-found' });
          const events = new AbortController();
          const next = client.events(undefined, events.signal)[Symbol.asyncIterator]().next();
          await until('the event stream', () => engine.log.includes('GET /v1.41/events'));
          events.abort();
          await next;
        } finally {
          client.dispose();
        }
        assert.deepEqual(asked(), []);
      });

      test('never sees a connection of the product', async () => {
        const back = await setSettings({
          [SETTINGS.connections]: [{ name: 'afar', address: `tcp://${HOST}:${engine.port}` }],
        });
        try {
          await vscode.commands.executeCommand(COMMANDS.connect, { connection: 'setting:afar' });
          await until('the first look', () => engine.log.includes('GET /v1.41/tasks'));
        } finally {
          await vscode.commands.executeCommand(COMMANDS.disconnect);
          await back();
        }
        // What is under way would count for the next test.
        await until('no connection to the engine', () => engine.sockets.size === 0);
        assert.deepEqual(asked(), []);
      });

      test('never sees a probe by Node.js', async () => {
        assert.deepEqual(await probe(new NodeProbeEngine('test'), engine.port), {
          outcome: 'answered',
          httpStatus: 404,
        });
        assert.deepEqual([engine.log, asked()], [['GET /'], []]);
      });
    });
  }

  suite('in the environment', () => {
    setup(() => {
      proxy.asked.length = 0;
      engine.requests.length = 0;
    });

    test('takes over an ordinary curl (the control)', async () => {
      const url = `http://${HOST}:${engine.port}/`;
      await promisify(execFile)('curl', ['-q', '-s', url]);
      assert.deepEqual([engine.log, asked()], [[], [`GET ${url}`]]);
    });

    test('never sees a probe by curl', async () => {
      const version = await detectCurl('curl');
      assert.ok(version !== undefined, 'curl 7.75 or newer is needed here');
      assert.deepEqual(await probe(new CurlProbeEngine('curl', version, 'test'), engine.port), {
        outcome: 'answered',
        httpStatus: 404,
      });
      assert.deepEqual([engine.log, asked()], [['GET /'], []]);
    });
  });
});

function get(options: http.RequestOptions): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    http
      .get(options, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
      .on('error', reject);
  });
}

async function probe(
  engine: ProbeEngine,
  port: number,
): Promise<Pick<ProbeSample, 'outcome' | 'httpStatus'>> {
  const samples: ProbeSample[] = [];
  await engine.run(
    [{ id: 'one', host: HOST, port, kind: 'http', tasks: { count: 1, key: '' } }],
    { timeoutMs: 5_000, concurrency: 1 },
    new AbortController().signal,
    (_id, sample) => samples.push(sample),
  );
  const [sample] = samples;
  assert.ok(sample !== undefined);
  const { outcome, httpStatus } = sample;
  return { outcome, ...(httpStatus === undefined ? {} : { httpStatus }) };
}
