import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/common/clock';
import { ApiServer } from '../../src/demo/apiServer';
import { DemoSwarm } from '../../src/demo/demoSwarm';
import { type EngineAnswer, askEngine } from '../lab/engineApi';
import { type AcquiredLab, acquireLab } from '../lab/sharedLab';
import { shapeOf } from './contract/jsonShape';
import type { Transcript } from './contract/player';
import { playScenario } from './contract/scenario';

/** Parts of `/info` that the demo leaves out: facts about one machine that the extension never reads. */
const LEFT_OUT: readonly string[] = [
  ...['CDISpecDirs', 'Containerd', 'ContainerdCommit', 'RuncCommit', 'InitCommit', 'Runtimes'],
  ...['CPUSet', 'CPUShares', 'CpuCfsPeriod', 'CpuCfsQuota', 'CgroupDriver', 'CgroupVersion'],
  ...['KernelMemoryTCP', 'MemoryLimit', 'OomKillDisable', 'PidsLimit', 'SwapLimit'],
  ...['Debug', 'NEventsListener', 'NFd', 'NGoroutines', 'DockerRootDir', 'DriverStatus'],
  ...['DefaultRuntime', 'FirewallBackend', 'GenericResources', 'InitBinary', 'Isolation'],
  ...['HttpProxy', 'HttpsProxy', 'NoProxy', 'IndexServerAddress', 'RegistryConfig'],
  ...['LoggingDriver', 'Warnings'],
];

describe('the demo swarm keeps the contract of the real engine', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'swarmscope-contract-'));
  const socket = path.join(folder, 'demo.sock');
  let acquired: AcquiredLab;
  let demo: DemoSwarm;
  let server: ApiServer['server'];
  let real: Transcript;
  let simulated: Transcript;

  beforeAll(async () => {
    acquired = await acquireLab({ name: 'contract', nodes: 2, managers: 1, engine: 'newest' });
    demo = new DemoSwarm({
      clock: systemClock,
      speed: 1,
      nodes: 2,
      services: 0,
      tasks: 0,
      onDidChangeAddresses: () => undefined,
    });
    ({ server } = new ApiServer(demo, (response) => response.end()));
    server.listen(socket);
    await once(server, 'listening');
    const { lab } = acquired;
    [real, simulated] = await Promise.all([
      playScenario(lab.manager.socket, async () => await lab.fault('link', 'node2')),
      playScenario(socket, async () => {
        const nodes = await askEngine(socket, 'GET', '/nodes?filters={"role":["worker"]}');
        const [worker] = JSON.parse(nodes.body) as { ID: string }[];
        await askEngine(socket, 'POST', '/_demo/fault', { kind: 'node-down', node: worker?.ID });
      }),
    ]);
    // It takes 80 s on two idle cores.
  }, 900_000);

  afterAll(async () => {
    server?.closeAllConnections();
    server?.close();
    demo?.dispose();
    rmSync(folder, { recursive: true, force: true });
    await acquired?.release();
  });

  it('plays the whole scenario on both', () => {
    expect([...simulated.keys()]).toEqual([...real.keys()]);
    expect(real.size).toBeGreaterThan(350);
  });

  it('answers with the same statuses', () => {
    const statuses = (transcript: Transcript): string[] =>
      [...transcript].map(([name, { status }]) => `${status} ${name}`);
    expect(statuses(simulated)).toEqual(statuses(real));
  });

  it('refuses in the same words', () => {
    const words = (transcript: Transcript): string[] =>
      [...transcript]
        .filter(([, { status }]) => status >= 400)
        .map(([name, { body }]) => `${name}: ${withoutNames(body.trim())}`);
    expect(words(simulated)).toEqual(words(real));
  });

  it('answers with the same fields of the same types', () => {
    const differences = [...real].flatMap(([name, answer]) =>
      compareShapes(answer, simulated.get(name))
        .filter((line) => name !== 'GET /info' || !LEFT_OUT.includes(/\w+/.exec(line)?.[0] ?? ''))
        .map((line) => `${name}: ${line}`),
    );
    expect(differences).toEqual([]);
  });
});

/** Ids, times and counters differ between any two swarms. */
function withoutNames(text: string): string {
  return text.replaceAll(/\b[a-z0-9]{25}\b/g, '{id}');
}

/** Lines such as `- [].ID: string` for what only the real engine has, `+` for the demo's. */
function compareShapes(real: EngineAnswer, simulated: EngineAnswer | undefined): string[] {
  const [wanted, found] = [readShape(real), readShape(simulated)];
  return [
    ...wanted.filter((line) => !found.includes(line)).map((line) => `- ${line}`),
    ...found.filter((line) => !wanted.includes(line)).map((line) => `+ ${line}`),
  ];
}

/** Events come as one JSON object per line. */
function readShape(answer: EngineAnswer | undefined): string[] {
  if (answer === undefined || answer.status >= 400 || !/^[[{]/.test(answer.body)) {
    return [];
  }
  const isLines = /^\{.*\}\n\{/.test(answer.body);
  const json = isLines ? `[${answer.body.trim().replaceAll('\n', ',')}]` : answer.body;
  return shapeOf(JSON.parse(json));
}
