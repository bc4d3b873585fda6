import { request } from 'node:http';
import type { EngineAnswer } from '../../lab/engineApi';
import type { Player } from './player';

interface LogAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

const STREAMS: Readonly<Record<number, string>> = { 1: 'stdout', 2: 'stderr', 3: 'failure' };

/** Reads the logs of a service and of its first task, whole and in parts. */
export async function readLogs(player: Player, service: string, task: string): Promise<void> {
  const both = 'stdout=1&stderr=1';
  const queries = [
    ...['', 'stdout=0', 'stdout=1', 'stderr=1', both, `${both}&tail=1`, `${both}&tail=0`],
    ...[`${both}&timestamps=1`, `${both}&details=1`, `${both}&timestamps=1&details=true&tail=1`],
    ...[`${both}&since=9999999999`, `${both}&since=1.5`, `${both}&since=zz`, `${both}&tail=zz`],
    ...[`${both}&tail=-3`, `${both}&tail=all`, 'stdout=yes'],
  ];
  for (const query of queries) {
    await readLog(player, `/services/${service}/logs?${query}`);
  }
  const name = `GET /tasks/{task of ${service}}/logs`;
  await readLog(player, `/tasks/${task}/logs?${both}&details=1`, name);
  await readLog(player, '/services/nosuchthing/logs?stdout=1');
  await readLog(player, '/tasks/nosuchthing/logs?stdout=1');
}

/** Reads one log; which streams, which form of line and which failures are part of the contract. */
export async function readLog(player: Player, path: string, name = `GET ${path}`): Promise<void> {
  const answer = await askLog(player.socket, path);
  if (answer.status >= 400) {
    player.keep(name, toText(answer));
    return;
  }
  player.keepWords(name, [answer.type, ...linesOf(answer.body).map((line) => formOf(line))]);
}

function toText({ status, body }: LogAnswer): EngineAnswer {
  return { status, body: body.toString('utf8') };
}

interface Line {
  readonly stream: string;
  readonly text: string;
}

function linesOf(body: Buffer): Line[] {
  const lines: Line[] = [];
  for (let at = 0; at < body.length;) {
    const end = at + 8 + body.readUInt32BE(at + 4);
    const stream = STREAMS[body[at] ?? 0] ?? 'unknown';
    lines.push({ stream, text: body.subarray(at + 8, end).toString('utf8') });
    at = end;
  }
  return lines;
}

function formOf({ stream, text }: Line): string {
  if (stream === 'failure') {
    // Which of the two it is depends on how far the engine has got in noticing.
    return `failure ${text.replace(/is not available|disconnected unexpectedly/, 'is lost')}`;
  }
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z /;
  const origin =
    /^com\.docker\.swarm\.node\.id=\w{25},com\.docker\.swarm\.service\.id=\w{25},com\.docker\.swarm\.task\.id=\w{25} /;
  const rest = text.replace(time, '');
  return [
    stream,
    ...(rest === text ? [] : ['time']),
    ...(origin.test(rest) ? ['origin'] : []),
    ...(rest.replace(origin, '').includes('com.docker') ? ['unread origin'] : []),
    text.endsWith('\n') ? 'line' : 'part',
  ].join(' ');
}

async function askLog(socketPath: string, path: string): Promise<LogAnswer> {
  return await new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, agent: false, timeout: 30_000 }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          type: answer.headers['content-type'] ?? '',
          body: Buffer.concat(parts),
        }),
      );
    });
    sent.on('error', reject);
    sent.on('timeout', () => sent.destroy(new Error(`GET ${path}: no answer within 30 s`)));
    sent.end();
  });
}
