import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What an engine with `--debug` logs of a request: up to 27, and from 28 on. */
const REQUESTS = [
  /msg="Calling (?<method>[A-Z]+) (?:\/v[\d.]+)?(?<path>[^" ?]*)/g,
  /msg="handling [A-Z]+ request"[^\n]*? method=(?<method>[A-Z]+) module=api request-url="?(?:\/v[\d.]+)?(?<path>[^" ?]*)/g,
];

/** How many requests with this method and path (without its version) a node's engine was asked. */
export function countRequests(
  node: { readonly folder: string },
  method: string,
  requestPath: RegExp,
): number {
  const log = readFileSync(path.join(node.folder, 'dockerd.log'), 'utf8');
  return REQUESTS.flatMap((pattern) => [...log.matchAll(pattern)]).filter(
    ({ groups }) => groups?.['method'] === method && requestPath.test(groups['path'] ?? ''),
  ).length;
}
