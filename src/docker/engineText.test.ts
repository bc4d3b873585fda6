import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../common/errors';
import { classifyEngineAnswer, stripRpcPrefix, type EngineAnswer } from './engineText';

const GET = { method: 'GET', path: '/services' } as const;
const CREATE = { method: 'POST', path: '/networks/create' } as const;
const DELETE = { method: 'DELETE', path: '/networks/n1' } as const;

type Row = [EngineAnswer['request'], number, string, ErrorCode, Record<string, unknown>];

const INIT = { method: 'POST', path: '/swarm/init' } as const;

const rows: Row[] = [
  [
    GET,
    500,
    'rpc error: code = DeadlineExceeded desc = context deadline exceeded',
    'no-quorum',
    {},
  ],
  [
    INIT,
    400,
    'could not choose an IP address to advertise since this system has multiple addresses on different interfaces (10.0.0.5 on eth0 and fd00::5 on eth1)',
    'address-ambiguous',
    { addresses: '10.0.0.5 fd00::5' },
  ],
  [
    INIT,
    400,
    'could not choose an IP address to advertise since this system has multiple addresses on interface eth0 (10.0.0.5 and 10.0.0.6)',
    'address-ambiguous',
    { addresses: '10.0.0.5 10.0.0.6' },
  ],
  [
    { method: 'POST', path: '/swarm/unlock' },
    400,
    'swarm could not be unlocked: invalid key provided',
    'wrong-key',
    {},
  ],
  [GET, 400, 'Client sent an HTTP request to an HTTPS server.', 'tls-required', {}],
  [
    GET,
    400,
    'client version 1.50 is too new. Maximum supported API version is 1.41',
    'api-too-old',
    { ours: '1.50', engine: '1.41' },
  ],
  [
    GET,
    400,
    'client version 1.39 is too old. Minimum supported API version is 1.40, please upgrade your client to a newer version',
    'api-too-new',
    { ours: '1.39', engine: '1.40' },
  ],
  [
    GET,
    503,
    "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. Please run this command on a manager node or promote the current node to a manager.",
    'worker',
    {},
  ],
  [
    CREATE,
    403,
    'Cannot create a multi-host network from a worker node. Please create the network from a manager node.',
    'worker',
    {},
  ],
  [
    GET,
    503,
    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
    'not-in-swarm',
    {},
  ],
  [
    GET,
    503,
    'This node is not a swarm manager. Manager is being prepared or has trouble connecting to the cluster.',
    'no-quorum',
    {},
  ],
  [
    GET,
    500,
    "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online.",
    'no-quorum',
    {},
  ],
  [
    GET,
    503,
    'Swarm is encrypted and needs to be unlocked before it can be used. Please use "docker swarm unlock" to unlock it.',
    'swarm-locked',
    {},
  ],
  [
    GET,
    503,
    'Swarm certificates have expired. To replace them, leave the swarm and join again.',
    'certificates-expired',
    {},
  ],
  [
    CREATE,
    409,
    'network with name app already exists',
    'name-taken',
    { kind: 'network', name: 'app' },
  ],
  [
    { method: 'POST', path: '/services/create' },
    409,
    'rpc error: code = AlreadyExists desc = name conflicts with an existing object: service web already exists',
    'name-taken',
    { kind: 'service', name: 'web' },
  ],
  [
    { method: 'POST', path: '/secrets/create' },
    409,
    'rpc error: code = AlreadyExists desc = secret key already exists',
    'name-taken',
    { kind: 'secret', name: 'key' },
  ],
  [CREATE, 409, 'something of that kind is there', 'name-taken', {}],
  [
    { method: 'POST', path: '/services/create' },
    400,
    "rpc error: code = InvalidArgument desc = port '8080' is already in use by service 'web' (x1) as an ingress port",
    'port-taken',
    { port: 8080, service: 'web' },
  ],
  [
    { method: 'POST', path: '/services/create' },
    400,
    "port '9053' is already in use by service 'dns' (x2) as a host-published port",
    'port-taken',
    { port: 9053, service: 'dns' },
  ],
  [
    DELETE,
    400,
    'rpc error: code = FailedPrecondition desc = network n1 is in use by service s1',
    'in-use',
    { by: 's1', byKind: 'service' },
  ],
  [DELETE, 400, 'network n1 is in use by task t1', 'in-use', { by: 't1', byKind: 'task' }],
  [
    DELETE,
    400,
    'ingress network cannot be removed because service s1 depends on it',
    'in-use',
    { by: 's1', byKind: 'service' },
  ],
  [DELETE, 403, 'error while removing network: network x has active endpoints', 'in-use', {}],
  [GET, 500, 'rpc error: code = Unknown desc = update out of sequence', 'out-of-sequence', {}],
  [GET, 404, 'network secure not found', 'not-found', { kind: 'network', id: 'secure' }],
  [
    { method: 'POST', path: '/services/create' },
    500,
    'rpc error: code = Unknown desc = network nosuchnet not found',
    'not-found',
    { kind: 'network', id: 'nosuchnet' },
  ],
  [CREATE, 404, 'plugin "nosuch" not found', 'not-found', {}],
  [CREATE, 400, 'name must be valid as a DNS name component', 'invalid', {}],
  [GET, 501, 'renaming services is not supported', 'invalid', {}],
  [GET, 403, 'denied by policy', 'forbidden', {}],
  [GET, 500, 'Invalid subnet 10.55.0.0 : invalid CIDR address: 10.55.0.0', 'engine-failed', {}],
  [GET, 302, '', 'not-an-engine', {}],
];

describe('classifyEngineAnswer', () => {
  it.each(rows)('%j %i %s', (request, status, message, code, details) => {
    const error = classifyEngineAnswer({ status, message, request });
    expect(error.code).toBe(code);
    expect(error.details).toMatchObject({ ...details, message: stripRpcPrefix(message) });
  });

  it('keeps the message one short safe line', () => {
    const message = `bad\n\u001b[2J${'x'.repeat(5000)}`;
    const { details } = classifyEngineAnswer({ status: 500, message, request: GET });
    expect(details['message']).toMatch(/^bad \[2Jx{900,1000}$/);
  });
});
