import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLAIN_ASK } from '../shared/httpAsk';
import { planProbe, readProbeSettings, type PlannedPort } from './probePlan';

const port: PlannedPort = {
  serviceName: 'web',
  labels: {},
  protocol: 'tcp',
  publishedPort: 8080,
  targetPort: 80,
};
const none = readProbeSettings({}).settings;

function labelled(labels: Readonly<Record<string, string>>): ReturnType<typeof planProbe> {
  const named = Object.entries(labels).map(([key, value]) => [`swarmscope.probe.${key}`, value]);
  return planProbe({ ...port, labels: Object.fromEntries(named) as Record<string, string> }, none);
}

describe('planProbe', () => {
  it.each([
    ['tcp', 8080, 80, 'http'],
    ['tcp', 15432, 5432, 'tcp'],
    ['tcp', 3306, 13306, 'tcp'],
    ['udp', 53, 53, 'none'],
    ['sctp', 80, 80, 'none'],
  ] as const)('probes %s %i→%i by %s', (protocol, publishedPort, targetPort, kind) => {
    expect(planProbe({ ...port, protocol, publishedPort, targetPort }, none).kind).toBe(kind);
  });

  it.each(['udp', 'sctp'] as const)('says that %s is why it is not probed', (protocol) => {
    expect(planProbe({ ...port, protocol }, none)).toMatchObject({ kind: 'none', why: protocol });
  });

  it('follows the labels of a service', () => {
    expect(
      labelled({
        scheme: 'https',
        path: '/health?deep=1',
        host: 'shop.example:8443',
        status: '200, 3xx,401-403',
        timeout: '1500ms',
      }),
    ).toEqual({
      kind: 'http',
      ask: {
        scheme: 'https',
        method: 'GET',
        path: '/health?deep=1',
        headers: [['Host', 'shop.example:8443']],
        status: [
          [200, 200],
          [300, 399],
          [401, 403],
        ],
      },
      timeoutMs: 1500,
      problems: [],
    });
    expect(labelled({ scheme: 'tcp', timeout: '2' })).toEqual({
      kind: 'tcp',
      timeoutMs: 2000,
      problems: [],
    });
  });

  it.each([
    ['scheme', 'file', 'http, https or tcp'],
    ['scheme', 'HTTP', 'http, https or tcp'],
    ['path', 'health', 'begins with /'],
    ['path', '/a b', 'without blanks'],
    ['path', '/a\nurl = "file:///etc/passwd"', 'without blanks'],
    ['host', 'evil.example/path', 'host name'],
    ['host', 'a b', 'host name'],
    ['host', 'shop\r\nX-Evil: 1', 'host name'],
    ['status', '2000', 'statuses'],
    ['status', '300-200', 'statuses'],
    ['timeout', '0', 'seconds'],
    ['timeout', '999', 'seconds'],
    ['timeout', 'soon', 'seconds'],
    ['method', 'POST', 'not known'],
    ['headers', 'X: y', 'not known'],
    ['url', 'http://evil.example', 'not known'],
    ['constructor', 'x', 'not known'],
  ])('leaves out the label %s with %j, and says what it takes', (key, value, words) => {
    const plan = labelled({ [key]: value });
    expect(plan).toMatchObject({ kind: 'http', ask: PLAIN_ASK });
    expect(plan.problems).toHaveLength(1);
    expect(plan.problems[0]).toContain(words);
  });

  it('lets no label, whatever stands in it, choose more than schemas allow', () => {
    const key = fc.constantFrom('scheme', 'path', 'host', 'status', 'timeout', 'method', 'url');
    const value = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(fc.dictionary(key, value), (labels) => {
        const plan = labelled(labels);
        const ask = plan.kind === 'http' ? plan.ask : PLAIN_ASK;
        expect(ask.path).toMatch(/^\/[\u0021-\u007e]*$/);
        expect(ask.method).toBe('GET');
        expect(ask.headers.length).toBeLessThanOrEqual(1);
        expect(ask.headers.flat().join('')).toMatch(/^[\u0020-\u007e]*$/);
        expect(plan.problems.join('')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  it('puts the person before the labels, and the port before the service', () => {
    const { settings, problems } = readProbeSettings({
      web: { path: '/person', status: '200', headers: { 'X-Who': 'me', host: 'b.example' } },
      'web:8080': { method: 'GET', timeoutSeconds: 0.5, serverName: 'c.example', body: 'ok' },
      api: { off: true },
      db: { path: '/ready' },
    });
    expect(problems).toEqual([]);
    const labels = { 'swarmscope.probe.path': '/label', 'swarmscope.probe.scheme': 'https' };
    expect(planProbe({ ...port, labels }, settings)).toEqual({
      kind: 'http',
      ask: {
        scheme: 'https',
        method: 'GET',
        path: '/person',
        headers: [
          ['Host', 'b.example'],
          ['X-Who', 'me'],
        ],
        serverName: 'c.example',
        status: [[200, 200]],
        bodyContains: 'ok',
      },
      timeoutMs: 500,
      problems: [],
    });
    expect(planProbe({ ...port, serviceName: 'api' }, settings)).toMatchObject({ why: 'off' });
    // Who names a path wants HTTP, though the port is a database's.
    const database = { ...port, serviceName: 'db', targetPort: 5432 };
    expect(planProbe(database, settings).kind).toBe('http');
  });
});

describe('what the person set', () => {
  it('counts before a label whichever way the host was given', () => {
    const labels = { 'swarmscope.probe.host': 'label.example' };
    const plan = planProbe(
      { ...port, labels },
      readProbeSettings({
        web: { headers: { Host: 'person.example' } },
      }).settings,
    );
    expect(plan).toMatchObject({ ask: { headers: [['Host', 'person.example']] } });
  });

  it('is https where a server name is given, and names what cannot be done together', () => {
    const planned = (one: Record<string, unknown>): ReturnType<typeof planProbe> =>
      planProbe(port, readProbeSettings({ web: one }).settings);
    expect(planned({ serverName: 'a.example' })).toMatchObject({ ask: { scheme: 'https' } });
    expect(planned({ scheme: 'tcp', path: '/x' })).toMatchObject({
      kind: 'tcp',
      problems: [expect.stringMatching(/nothing is said/)],
    });
    expect(planned({ method: 'HEAD', body: 'x' }).problems).toEqual([
      expect.stringMatching(/no body/),
    ]);
  });
});

it('hands on where an answer names its task', () => {
  const { settings } = readProbeSettings({
    web: { answeredBy: { header: 'X-Task' } },
    db: { answeredBy: { pattern: String.raw`host=(\S+)` } },
  });
  expect(planProbe(port, settings)).toMatchObject({
    ask: { answeredBy: { kind: 'header', name: 'X-Task' } },
  });
  expect(planProbe({ ...port, serviceName: 'db', targetPort: 5432 }, settings)).toMatchObject({
    kind: 'http',
    ask: { answeredBy: { kind: 'pattern', source: String.raw`host=(\S+)` } },
  });
  const labels = { 'swarmscope.probe.answeredBy': '(x)' };
  expect(planProbe({ ...port, labels }, none).problems[0]).toContain('not known');
});

describe('readProbeSettings', () => {
  it.each([
    [{ web: { path: 'x' } }, '"web": path is left out; it takes a path that begins with /'],
    [{ web: { timeoutSeconds: 99 } }, '"web": timeoutSeconds is left out; it takes seconds'],
    [{ web: { headers: { 'Transfer-Encoding': 'chunked' } } }, '"web": headers'],
    [{ web: { headers: { X: 'a\nb' } } }, '"web": headers.X is left out'],
    [{ web: { method: 'DELETE' } }, '"web": method is left out; it takes GET or HEAD'],
    [{ web: { unknown: 1 } }, '"web": unknown'],
    [{ web: { answeredBy: 'X-Task' } }, 'it takes a header name such as'],
    [{ web: { answeredBy: { header: 'a b' } } }, 'it takes a header name such as'],
    [{ web: { answeredBy: { pattern: 'no group' } } }, 'with exactly one group'],
    [{ web: { answeredBy: { pattern: String.raw`(a+)+\1` } } }, 'with exactly one group'],
    [{ web: { answeredBy: { header: 'X', pattern: '(x)' } } }, 'it takes a header name such as'],
    [{ web: 'fast' }, '"web":'],
  ])('names what is wrong with %j', (setting, words) => {
    const { settings, problems } = readProbeSettings(setting);
    expect(settings.size).toBe(0);
    expect(problems.join()).toContain(words);
  });

  it('takes nothing from what is no object', () => {
    for (const setting of [undefined, null, [], 'x', 3]) {
      expect(readProbeSettings(setting)).toEqual({ settings: new Map(), problems: [] });
    }
  });
});
