import { readFileSync } from 'node:fs';
import path from 'node:path';

/** How many requests with this method and path (without its version) a node's engine was asked. */
export function countRequests(
  node: { readonly folder: string },
  method: string,
  requestPath: RegExp,
): number {
  const log = readFileSync(path.join(node.folder, 'dockerd.log'), 'utf8');
  const asked = log.matchAll(/msg="Calling ([A-Z]+) (?:\/v[\d.]+)?([^" ?]*)/g);
  return [...asked].filter(([, verb, at]) => verb === method && requestPath.test(at ?? '')).length;
}
