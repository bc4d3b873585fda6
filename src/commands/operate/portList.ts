import * as l10n from '@vscode/l10n';
import type { PortBody, ServiceBody } from '../../docker/bodies';
import type { SwarmSnapshot } from '../../model/snapshot';
import { portContext, publishProblem } from '../../spec/publishedPorts';
import { checkPort } from '../validation/ports';
import { accept, refuse, type Verdict } from '../validation/verdict';
import type { RowKind } from './carryRows';

/** Reads `8080:80`, `53:53/udp` or `80`, with `host` behind it for the node's own port. */
export function readPort(
  text: string,
  snapshot: SwarmSnapshot,
  place: {
    readonly service: string;
    readonly others: readonly PortBody[];
    readonly spec: ServiceBody;
  },
): Verdict<PortBody> {
  const [, written = '', word] = /^(.*?)(?:\s+(\S+))?$/.exec(text.trim()) ?? [];
  const mode = word?.toLowerCase() ?? 'ingress';
  if (mode !== 'ingress' && mode !== 'host') {
    return refuse(
      l10n.t('Behind the port stands "host", or nothing for every node; not "{0}".', mode),
    );
  }
  if (mode === 'ingress' && place.spec.EndpointSpec?.Mode === 'dnsrr') {
    return refuse(
      l10n.t('A service in dnsrr mode publishes on its hosts only: write "{0} host".', written),
    );
  }
  const { taken, dataPathPort } = portContext(snapshot);
  const foreign = new Map([...taken].filter(([, owner]) => owner.service !== place.service));
  const verdict = checkPort(written, { taken: new Map(), dataPathPort }, []);
  if (!verdict.ok) {
    return verdict;
  }
  const { protocol, targetPort, publishedPort } = verdict.value;
  const problem =
    publishedPort === undefined
      ? undefined
      : publishProblem(
          { published: publishedPort, protocol, mode },
          { taken: foreign, dataPathPort },
        );
  if (problem?.severity === 'error') {
    return refuse(problem.text);
  }
  const again = place.others.some(
    (other) =>
      publishedPort !== undefined &&
      other.PublishedPort === publishedPort &&
      (other.Protocol ?? 'tcp') === protocol,
  );
  return again
    ? refuse(l10n.t('Port {0}/{1} is in the list already.', publishedPort ?? '', protocol))
    : accept(
        {
          Protocol: protocol,
          TargetPort: targetPort,
          ...(publishedPort === undefined ? {} : { PublishedPort: publishedPort }),
          PublishMode: mode,
        },
        problem?.text,
      );
}

/** A port as it is written and read by {@link readPort}. */
export function writePort(port: PortBody): string {
  const { Protocol: protocol = 'tcp', TargetPort: target = 0, PublishedPort: published } = port;
  const numbers =
    published === undefined || published === 0 ? `${target}` : `${published}:${target}`;
  return `${numbers}${protocol === 'tcp' ? '' : `/${protocol}`}${isHost(port) ? ' host' : ''}`;
}

/** Whether a port is published on the nodes of its tasks only. */
export function isHost({ PublishMode: mode }: PortBody): boolean {
  return mode === 'host';
}

/**
 * Flags of the calls of `docker service update` that make `after` of `before`. The command line removes
 * by target, protocol and mode, and adds nothing that was there (docker/cli `updatePorts`): what stays of
 * a removed target needs a second call.
 */
export function portFlags(before: readonly PortBody[], after: readonly PortBody[]): string[][] {
  const isIn = (list: readonly PortBody[], port: PortBody): boolean =>
    list.some((other) => publishValue(other) === publishValue(port));
  const gone = before.filter((port) => !isIn(after, port));
  const targets = [...new Set(gone.map(targetValue))];
  const adding = (ports: readonly PortBody[]): string[] =>
    ports.flatMap((port) => ['--publish-add', publishValue(port)]);
  return [
    [
      ...targets.flatMap((removed) => ['--publish-rm', removed]),
      ...adding(after.filter((port) => !isIn(before, port))),
    ],
    adding(after.filter((port) => isIn(before, port) && targets.includes(targetValue(port)))),
  ].filter((flags) => flags.length > 0);
}

function targetValue({
  TargetPort: port = 0,
  Protocol: protocol = 'tcp',
  PublishMode: mode,
}: PortBody): string {
  return `target=${port},protocol=${protocol},mode=${mode ?? 'ingress'}`;
}

function publishValue(port: PortBody): string {
  const { PublishedPort: number } = port;
  return number === undefined || number === 0
    ? targetValue(port)
    : `published=${number},${targetValue(port)}`;
}

/** What tells the published ports of a service apart: the port that is published, where one is chosen. */
export const portKind: RowKind<PortBody> = {
  key: (port) => {
    const { PublishedPort: published = 0, Protocol: protocol } = port;
    return published === 0 ? writePort(port) : `${published}/${protocol ?? 'tcp'}`;
  },
  text: writePort,
};

/** Whether a kept value is a port as the engine writes it. */
export function isPort(value: unknown): value is PortBody {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(([name, member]) =>
      name === 'TargetPort' || name === 'PublishedPort'
        ? typeof member === 'number'
        : typeof member === 'string',
    )
  );
}
