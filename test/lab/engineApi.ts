import { request } from 'node:http';

/** An answer of an engine, read whole. */
export interface EngineAnswer {
  readonly status: number;
  readonly body: string;
}

/** Asks an engine over its unix socket, with no version prefix: the engine's own newest. */
export async function askEngine(
  socketPath: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  timeoutMs = 30_000,
): Promise<EngineAnswer> {
  return await new Promise((resolve, reject) => {
    const sent = request(
      {
        socketPath,
        method,
        path,
        // One connection per request: a killed daemon must not leave a dead one in a pool.
        agent: false,
        timeout: timeoutMs,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') }),
        );
      },
    );
    sent.on('error', reject);
    sent.on('timeout', () =>
      sent.destroy(new Error(`${method} ${path}: no answer within ${timeoutMs / 1000} s`)),
    );
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Gets and parses JSON; rejects on any status but 2xx with the engine's text. */
export async function getJson<T>(socketPath: string, path: string): Promise<T> {
  const answer = await askEngine(socketPath, 'GET', path);
  if (answer.status < 200 || answer.status > 299) {
    throw new Error(`GET ${path}: ${answer.status} ${answer.body.slice(0, 300)}`);
  }
  return JSON.parse(answer.body) as T;
}
