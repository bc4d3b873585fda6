import { once } from 'node:events';
import type * as http from 'node:http';
import { ApiError } from './apiError';
import { API_VERSION, OLDEST_API_VERSION } from './systemAnswers';

/** Largest body that is read, in bytes: the biggest config in base64, and room. */
export const BODY_LIMIT = 2 * 1024 * 1024;

/** Answers with a status and, where given, a JSON body. */
export function send(response: http.ServerResponse, status: number, body?: unknown): void {
  if (body === undefined) {
    response.writeHead(status);
    response.end();
    return;
  }
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

/** The engine's answer to a path it does not know. */
export function notFound(): ApiError {
  return new ApiError(404, 'page not found');
}

/** One part of a path, decoded. */
export function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw notFound();
  }
}

/** Refuses API versions as the engine does (400, too new or too old). */
export function checkVersion(version: string | undefined): void {
  if (version === undefined) {
    return;
  }
  const minor = Number(version.split('.')[1]);
  const client = `client version ${version} is too`;
  if (!version.startsWith('1.') || minor > Number(API_VERSION.slice(2))) {
    throw new ApiError(400, `${client} new. Maximum supported API version is ${API_VERSION}`);
  }
  if (minor < Number(OLDEST_API_VERSION.slice(2))) {
    const advice = 'please upgrade your client to a newer version';
    const oldest = `Minimum supported API version is ${OLDEST_API_VERSION}`;
    throw new ApiError(400, `${client} old. ${oldest}, ${advice}`, true);
  }
}

/** The request's body, at most 2 MiB. */
export async function readBody(request: http.IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  request.on('data', (part: Buffer) => {
    size += part.length;
    if (size <= BODY_LIMIT) {
      parts.push(part);
    }
  });
  await once(request, 'end');
  if (size > BODY_LIMIT) {
    throw new ApiError(400, 'http: request body too large');
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Reads seconds with up to nine decimals as nanoseconds. */
export function readTime(text: string | null): bigint | undefined {
  if (text === null || text === '') {
    return undefined;
  }
  const [, seconds, decimals = ''] = /^(\d{1,12})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
  if (seconds === undefined) {
    const parse = `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`;
    throw new ApiError(500, parse);
  }
  return BigInt(seconds) * 1_000_000_000n + BigInt(decimals.padEnd(9, '0'));
}
