import * as l10n from '@vscode/l10n';
import type { ServiceSpec } from '../../docker/requestBodies';
import { type PortContext, publishProblem } from '../../spec/publishedPorts';
import { accept, refuse, type Verdict } from './verdict';

/** One port as the deploy form publishes it. */
export type PortSpec = ServiceSpec['ports'][number];

const FORM = /^(?:(\d+)(?::(\d+))?)(?:\/([a-z]+))?$/i;

/** Reads `8080:80`, `8080:80/udp`, `8080:80/sctp` or `80` (the swarm picks the published port). */
export function checkPort(
  text: string,
  context: PortContext,
  chosen: readonly PortSpec[],
): Verdict<PortSpec> {
  const written = text.trim();
  if (/^\d+-\d+/.test(written) || /:\d+-\d+/.test(written)) {
    return refuse(l10n.t('Ranges cannot be published at once: add the ports one by one.'));
  }
  if (/^[\d.]+\.\d+:/.test(written)) {
    return refuse(
      l10n.t('A swarm publishes on every node; a port cannot be bound to one address.'),
    );
  }
  const [, first, second, protocolText = 'tcp'] = FORM.exec(written) ?? [];
  if (first === undefined) {
    return refuse(
      l10n.t('Write published:target, such as 8080:80 or 5353:53/udp, or only the target port.'),
    );
  }
  const protocol = protocolText.toLowerCase();
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') {
    return refuse(l10n.t('The protocol is tcp, udp or sctp, not "{0}".', protocolText));
  }
  const targetPort = Number(second ?? first);
  const publishedPort = second === undefined ? undefined : Number(first);
  for (const port of [publishedPort ?? targetPort, targetPort]) {
    if (port < 1 || port > 65_535) {
      return refuse(l10n.t('{0} is not a port: use 1 to 65535.', port));
    }
  }
  if (publishedPort === undefined) {
    return accept({ protocol, targetPort, mode: 'ingress' });
  }
  const spec: PortSpec = { protocol, targetPort, publishedPort, mode: 'ingress' };
  return checkPublished(spec, publishedPort, context, chosen);
}

function checkPublished(
  spec: PortSpec,
  published: number,
  context: PortContext,
  chosen: readonly PortSpec[],
): Verdict<PortSpec> {
  if (chosen.some((port) => port.publishedPort === published && port.protocol === spec.protocol)) {
    return refuse(l10n.t('Port {0}/{1} is in the list already.', published, spec.protocol));
  }
  const problem = publishProblem({ published, protocol: spec.protocol, mode: spec.mode }, context);
  return problem?.severity === 'error' ? refuse(problem.text) : accept(spec, problem?.text);
}
