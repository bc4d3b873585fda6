import { shellCommand } from '../common/shellQuote';
import { formatAuthority, formatUrl, headerArgument, type HttpAsk } from '../shared/httpAsk';
import type { RoutingView } from '../shared/routingView';

/**
 * An option that curl's telnet does not know: it is looked at once the connection stands, and ends the
 * transfer with exit status 48. Without it curl waits for the server until the deadline, whatever its
 * input is (lib/telnet.c, seen with 7.88).
 */
const CLOSE = ['-t', 'connected=yes'] as const;
const CLOSED_STATUS = 48;

/**
 * The probe of one entry as a curl command that a POSIX shell runs; undefined when it has no target.
 * It ends with exit status 0 where the probe connects, for tcp too.
 */
export function curlCommand(
  view: RoutingView,
  entryId: string,
  timeoutMs: number,
): string | undefined {
  const route = view.routes.find(({ entries }) => entries.some(({ id }) => id === entryId));
  const target = route?.entries.find(({ id }) => id === entryId)?.target;
  if (route === undefined || route.probe.kind === 'none' || target === undefined) {
    return undefined;
  }
  const { probe } = route;
  const seconds = (probe.timeoutMs ?? timeoutMs) / 1000;
  const curl = (told: string, more: readonly string[]): string =>
    shellCommand([
      ...['curl', '-q', '-sS', '-g', '-o', '/dev/null', '-w', told],
      ...['--noproxy', '*', '--max-time', String(seconds), ...more],
    ]);
  return probe.kind === 'tcp'
    ? `${curl(String.raw`%{time_connect}s\n`, [...CLOSE, `telnet://${formatAuthority(target)}`])} || [ $? -eq ${CLOSED_STATUS} ]`
    : curl(String.raw`%{http_code} %{time_total}s\n`, httpArguments(probe.ask, target));
}

function httpArguments(
  ask: HttpAsk,
  target: { readonly host: string; readonly port: number },
): readonly string[] {
  const { method, path, headers, serverName } = ask;
  return [
    ...(method === 'HEAD' ? ['--head'] : []),
    ...(path.includes('/.') ? ['--path-as-is'] : []),
    ...headers.flatMap(([name, value]) => ['-H', headerArgument(name, value)]),
    ...(serverName === undefined ? [] : ['--connect-to', `::${formatAuthority(target)}`]),
    formatUrl(ask, target),
  ];
}
