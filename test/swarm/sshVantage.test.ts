import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/common/clock';
import { silentLogger } from '../../src/common/logger';
import { SshDialer } from '../../src/docker/sshDialer';
import { ManagerDoor } from '../../src/probe/managerDoor';
import { chooseManagerEngine, type ManagerProbeEngine } from '../../src/probe/managerEngine';
import { GREETING, MANAGER_COMMAND } from '../../src/probe/managerScript';
import type { HttpAnswer, ProbeTarget } from '../../src/probe/probe';
import type { ProbeSample } from '../../src/shared/routingView';
import { keepClientFrom } from '../lab/clientFirewall';
import { runInside } from '../lab/namespaces';
import { RULE_WAIT, findProcesses, run, until } from '../lab/processes';
import { acquireLab, type AcquiredLab } from '../lab/sharedLab';
import { knownLine, SshClient } from '../lab/sshClient';
import { LabSshd, sshdPort } from '../lab/sshd';

/* Probes that a manager makes, behind a real sshd, at a service whose answers look like ours. */

const FORGED = 'r 1 3 1 {"exitcode":0}\nabcend\nr 0 0 1 {}\nend\n';
const SCRIPT = [
  "trap 'exit 0' TERM INT",
  'busybox mkdir -p /www',
  `printf '${FORGED.replaceAll('\n', String.raw`\n`)}' >/www/forged`,
  'httpd -f -p 80 -h /www &',
  'wait',
].join('\n');

let acquired: AcquiredLab;
let sshd: LabSshd;
let letThrough: (() => Promise<void>) | undefined;
let client: SshClient;
let dialer: SshDialer;
let engine: ManagerProbeEngine;

beforeAll(async () => {
  client = new SshClient();
  acquired = await acquireLab({ name: 'sshv', engine: 'oldest' });
  const { lab } = acquired;
  await lab.docker('node1', [
    ...['service', 'create', '--quiet', '--detach', '--no-resolve-image', '--name=forging'],
    ...['--replicas=3', '--publish=8080:80', 'drupal', 'busybox', 'sh', '-c', SCRIPT],
  ]);
  const authorizedKeys = [await client.makeKey('plain')];
  sshd = await LabSshd.start(lab, 'node1', { authorizedKeys });
  // From here on nobody but the manager itself reaches a published port.
  letThrough = await keepClientFrom(lab, 8080, 'drop');
  const { configFile } = client.configure({ key: client.file('plain'), known: [knownLine(sshd)] });
  const program = path.join(lab.folder, 'client-ssh');
  writeFileSync(program, `#!/bin/sh\nexec nsenter --net=${lab.clientNetns} ssh "$@"\n`);
  chmodSync(program, 0o755);
  dialer = new SshDialer(
    { kind: 'ssh', user: 'admin', host: sshd.address, port: sshdPort },
    { logger: silentLogger, ssh: { program, configFile } },
  );
  engine = await chooseManagerEngine(
    { name: 'node1', open: () => dialer.run({ command: MANAGER_COMMAND, greeting: GREETING }) },
    '0',
    new ManagerDoor(systemClock),
  );
  await until(
    'every node answers',
    async () =>
      [...(await probe(nodes())).values()].every(([{ httpStatus }]) => httpStatus === 200),
    60_000,
  );
});

afterAll(async () => {
  engine?.dispose();
  dialer?.dispose();
  await sshd?.stop();
  await letThrough?.();
  await acquired?.release();
  client?.dispose();
});

function target(id: string, host: string, port = 8080): ProbeTarget {
  const http = { scheme: 'http', method: 'GET', path: '/forged', headers: [] } as const;
  return { id, host, port, kind: 'http', http, tasks: { count: 3, key: '' } };
}

function nodes(times = 1): ProbeTarget[] {
  return acquired.lab.nodes.flatMap(({ name, address }) =>
    Array.from({ length: times }, (_unused, turn) => target(`${name} ${turn}`, address)),
  );
}

async function probe(
  targets: readonly ProbeTarget[],
  signal = new AbortController().signal,
  timeoutMs = 10_000,
): Promise<Map<string, [ProbeSample, HttpAnswer | undefined]>> {
  const told = new Map<string, [ProbeSample, HttpAnswer | undefined]>();
  await engine.run(targets, { timeoutMs, concurrency: 50 }, signal, (id, sample, answer) =>
    told.set(id, [sample, answer]),
  );
  return told;
}

/** Folders of scripts that run on the manager. */
function folders(): readonly string[] {
  return readdirSync(sshd.temporaryFolder);
}

function curls(): readonly string[] {
  return findProcesses('cmdline', (line) => line.startsWith('curl -q -K config ')).map(
    ({ text }) => text,
  );
}

/** What a connection leaves there. */
function left(): readonly string[] {
  return [
    ...folders(),
    ...findProcesses('cmdline', (line) => /curl\0?.*-K.*config/s.test(line)).map(String),
  ];
}

it('probes all nodes many times over one connection, and takes each answer for what it is', async () => {
  const told = await probe([
    ...nodes(40),
    target('closed', acquired.lab.node('node2').address, 8_099),
    { ...target('tcp', acquired.lab.node('node2').address), kind: 'tcp' },
  ]);
  // All that was probed until now, and the greeting.
  expect(sshd.log.match(/Accepted publickey/g)).toHaveLength(1);
  expect(told.size).toBe(122);
  expect(told.get('closed')?.[0]).toMatchObject({ outcome: 'refused', reachable: false });
  expect(told.get('tcp')?.[0]).toMatchObject({ outcome: 'answered', reachable: true });
  for (const { id } of nodes(40)) {
    const [sample, answer] = told.get(id) ?? [];
    expect([sample?.outcome, sample?.httpStatus, answer?.body]).toEqual(['answered', 200, FORGED]);
    expect(sample?.phases.connect).toBeGreaterThan(0);
    expect(sample?.phases.total).toBeGreaterThanOrEqual(sample?.phases.firstByte ?? Infinity);
  }
  // Of what was probed nothing is there any more while the connection waits for more.
  const [folder = '', ...others] = folders();
  expect(others).toEqual([]);
  const files = readdirSync(path.join(sshd.temporaryFolder, folder));
  expect(files.toSorted()).toEqual(['config', 'lines', 'over']);
  // Its last line comes before the end of a curl.
  await expect.poll(curls, { timeout: 5_000 }).toEqual([]);
});

it('measures what the manager’s own curl measures', async () => {
  const { address } = acquired.lab.node('node2');
  const { netns } = acquired.lab.node('node1');
  const byHand: number[] = [];
  const ours: number[] = [];
  const isClose = (): boolean => Math.abs(median(ours) - median(byHand)) < 5;
  // In turn, so that what else the machine does hits both alike; a busy one may need more turns.
  for (let turn = 0; turn < 15 || (turn < 60 && !isClose()); turn += 1) {
    const { stdout } = await run('nsenter', [
      ...[`--net=${netns}`, 'curl', '-q', '-s', '-o', '/dev/null', '--noproxy', '*'],
      ...['-w', '%{time_starttransfer}', `http://${address}:8080/forged`],
    ]);
    byHand.push(Number(stdout) * 1000);
    const [sample] = (await probe([target('one', address)])).get('one') ?? [];
    ours.push(sample?.phases.firstByte ?? Infinity);
  }
  // Of curl's figures ssh is no part: a session takes tens of milliseconds.
  expect(Math.abs(median(ours) - median(byHand))).toBeLessThan(5);
});

it('an abort ends curl there', async () => {
  await holdBack();
  const controller = new AbortController();
  const running = probe(
    [target('held', acquired.lab.node('node2').address, 81)],
    controller.signal,
    60_000,
  );
  await expect.poll(() => curls().length, { timeout: 30_000 }).toBe(1);
  controller.abort();
  expect((await running).size).toBe(0);
  await expect.poll(left, { timeout: 15_000 }).toEqual([]);
  await expect.poll(() => sshd.sessions, { timeout: 15_000 }).toBe(0);
});

it('a lost connection is told, and leaves nothing there', async () => {
  const running = probe(
    [target('held', acquired.lab.node('node2').address, 81)],
    undefined,
    60_000,
  );
  await Promise.all([
    expect(running).rejects.toThrow(/node1/),
    (async () => {
      await expect.poll(() => curls().length, { timeout: 30_000 }).toBe(1);
      await sshd.stop();
    })(),
  ]);
  await expect.poll(left, { timeout: 15_000 }).toEqual([]);
});

/** Lets nothing through to a port, so that a probe of it waits. */
async function holdBack(): Promise<void> {
  const match = ['-p', 'tcp', '--dport', '81', '-j', 'DROP'];
  await runInside(acquired.lab.node('node2').netns, 'iptables', [
    '-w',
    RULE_WAIT,
    '-I',
    'INPUT',
    ...match,
  ]);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
