import { toPlainLine } from '../common/text';
import type { SessionCookie } from '../shared/burstView';
import type { PortRoute } from '../shared/routingView';
import { answererOf } from './answeredBy';

type Headers = readonly (readonly [name: string, value: string])[];

/**
 * Names that balancers give the cookie by which they know a client again: HAProxy's and nginx's
 * examples, ingress-nginx, Caddy, Traefik's default (a hash behind an underscore), AWS, Azure, Google
 * Cloud, F5 and Apache's mod_proxy_balancer.
 */
const BALANCER =
  /^(?:serverid|srv_?id|srv|srvname|route|routeid|lb|sticky|affinity|ingresscookie|awsalb(?:tg)?(?:cors)?|awselb(?:cors)?|arraffinity(?:samesite)?|gclb|gcilb|bigipserver.*|_[\da-f]{5}|.*[._-]?(?:sticky|affinity))$/i;
/** Names of sessions in common frameworks: JSESSIONID, PHPSESSID, ASP.NET_SessionId, connect.sid, SESS…. */
const SESSION = /sess|(?:^|[._-])s?sid$/i;
const LONGEST_NAME = 60;
const RANK: readonly SessionCookie['kind'][] = ['task', 'balancer', 'session'];

/** Finds the cookie of an answer that binds a client to something; undefined when none does. */
export function sessionCookieIn(
  route: Pick<PortRoute, 'backends'>,
): (headers: Headers) => SessionCookie | undefined {
  // Without the person's rule: that says where the answer names its task, not what a cookie names.
  const find = answererOf({ backends: route.backends });
  return (headers) => {
    const cookies = headers.flatMap(([name, value]) => {
      const pair = name.toLowerCase() === 'set-cookie' ? readPair(value) : undefined;
      const kind = pair && kindOf(pair, find);
      return pair === undefined || kind === undefined
        ? []
        : [{ name: toPlainLine(pair.name, LONGEST_NAME), kind }];
    });
    return cookies.toSorted((a, b) => RANK.indexOf(a.kind) - RANK.indexOf(b.kind))[0];
  };
}

interface Pair {
  readonly name: string;
  readonly value: string;
}

/** Name and value of a `Set-Cookie` header (RFC 6265); undefined for one that only takes away. */
function readPair(header: string): Pair | undefined {
  const [pair = '', ...attributes] = header.split(';');
  const equals = pair.indexOf('=');
  const name = pair.slice(0, Math.max(equals, 0)).trim();
  const value = pair.slice(equals + 1).trim();
  const isDeletion = attributes.some((one) => /^\s*max-age\s*=\s*(?:0|-\d+)\s*$/i.test(one));
  return name === '' || value === '' || isDeletion ? undefined : { name, value };
}

function kindOf(
  { name, value }: Pair,
  find: ReturnType<typeof answererOf>,
): SessionCookie['kind'] | undefined {
  if (find({ headers: [['set-cookie', `${name} ${decode(value)}`]], body: '' }) !== undefined) {
    return 'task';
  }
  if (BALANCER.test(name)) {
    return 'balancer';
  }
  return SESSION.test(name) ? 'session' : undefined;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    // Not every value with a percent sign is encoded.
    return value;
  }
}
