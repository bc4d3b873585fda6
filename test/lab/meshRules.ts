/** One published port as a node's own gossip knows it. */
export interface PublishedRoute {
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly published: number;
  /** Ingress addresses of the tasks that take part, without mask. */
  readonly tasks: readonly string[];
}

/** Chain in `nat` of node and sandbox that holds the stand-in's rules and nothing else. */
export const meshChain = 'SWARMLAB';

/** Chain in `nat` of the sandbox for the way out to the tasks. */
export const masqueradeChain = 'SWARMLAB-OUT';

/** Chain in `filter` of a node that lets mesh traffic pass. */
export const forwardChain = 'SWARMLAB-FORWARD';

/** iptables-restore text for a node: published port of any own address → ingress sandbox. */
export function nodeRules(routes: readonly PublishedRoute[], sandbox: string): string {
  return [
    '*nat',
    `:${meshChain} - [0:0]`,
    ...routable(routes).map(
      (route) =>
        `-A ${meshChain} -p ${route.protocol} --dport ${route.published} -j DNAT --to-destination ${sandbox}`,
    ),
    'COMMIT',
    '*filter',
    `:${forwardChain} - [0:0]`,
    `-A ${forwardChain} -d ${sandbox}/32 -j ACCEPT`,
    `-A ${forwardChain} -s ${sandbox}/32 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    'COMMIT',
    '',
  ].join('\n');
}

/** iptables-restore text for a sandbox: one task after the other per new connection, like IPVS rr. */
export function sandboxRules(routes: readonly PublishedRoute[], ingressSubnet: string): string {
  return [
    '*nat',
    `:${meshChain} - [0:0]`,
    `:${masqueradeChain} - [0:0]`,
    ...routable(routes).flatMap(roundRobin),
    `-A ${masqueradeChain} -d ${ingressSubnet} -j MASQUERADE`,
    'COMMIT',
    '',
  ].join('\n');
}

/** The first rule takes one in N, the next one in N-1 of the rest, the last all: even shares. */
function roundRobin(route: PublishedRoute): string[] {
  return route.tasks.map((task, index) => {
    const left = route.tasks.length - index;
    const turn = left === 1 ? '' : ` -m statistic --mode nth --every ${left} --packet 0`;
    // The port stays: the engine's own REDIRECT in the task's namespace leads it to the target port.
    return `-A ${meshChain} -p ${route.protocol} --dport ${route.published}${turn} -j DNAT --to-destination ${task}`;
  });
}

/** Without a task there is no rule, so a connection is refused. */
function routable(routes: readonly PublishedRoute[]): PublishedRoute[] {
  return routes.filter((route) => route.tasks.length > 0);
}
