import { shellCommand } from '../common/shellQuote';
import { formatAuthority, formatUrl, headerArgument, type HttpAsk } from '../shared/httpAsk';
import type { RoutingView } from '../shared/routingView';

/** The probe of one entry as a curl command that a POSIX shell runs; undefined when it has no target. */
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
  return shellCommand([
    'curl',
    '-q',
    '-sS',
    '-g',
    '-o',
    '/dev/null',
    '-w',
    String.raw`%{http_code} %{time_total}s\n`,
    '--noproxy',
    '*',
    '--max-time',
    String(seconds),
    ...(probe.kind === 'tcp'
      ? [`telnet://${formatAuthority(target)}`]
      : httpArguments(probe.ask, target)),
  ]);
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
