import type { Expectation } from './expectation';
import type { HttpAsk } from './httpAsk';

/** Plain data the routing page draws; compiled by host and webview alike. All addresses are text. */

/** One published port and everything between client and tasks. */
export interface PortRoute {
  /** `<serviceId>:<protocol>:<publishedPort>`; host mode without a fixed port: `…:<protocol>:*<targetPort>`. */
  readonly id: string;
  readonly serviceId: string;
  readonly serviceName: string;
  /** The stack of the service; empty without one. */
  readonly stack: string;
  /** `ingress` is carried by the mesh, `host` is open on the nodes of the tasks only. */
  readonly mode: 'ingress' | 'host';
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  /** Undefined in host mode without a fixed port: each node chooses its own. */
  readonly publishedPort?: number;
  readonly targetPort: number;
  /** How the port is probed, at each of its nodes. */
  readonly probe: ProbePlan;
  readonly running: number;
  readonly desired: number;
  /** The service's virtual addresses, a label and not a hop of published traffic. */
  readonly vips: readonly { readonly networkName: string; readonly address: string }[];
  readonly entries: readonly RouteEntry[];
  readonly backends: readonly RouteBackend[];
}

/** How a port is probed; `problems` say in words which labels of its service were left out. */
export type ProbePlan = { readonly problems: readonly string[] } & (
  | { readonly kind: 'http'; readonly ask: HttpAsk; readonly timeoutMs?: number }
  | { readonly kind: 'tcp'; readonly timeoutMs?: number }
  | { readonly kind: 'none'; readonly why: 'udp' | 'sctp' | 'off' }
);

/** One node's side of a published port: where a client knocks. */
export interface RouteEntry {
  /** `<PortRoute.id>@<place>`; also the id of its probe cell. */
  readonly id: string;
  readonly nodeId: string;
  /** The node's id; that of its second address is followed by `/6` or `/4`, for its family. */
  readonly place: string;
  /** Set where a node has an entry for each family; its host name then tells it too. */
  readonly family?: 4 | 6;
  readonly hostname: string;
  readonly role: 'manager' | 'worker';
  readonly leader: boolean;
  readonly nodeState: 'ready' | 'down' | 'unknown' | 'disconnected';
  readonly availability: 'active' | 'pause' | 'drain';
  /** Host:port that probes go to; undefined when no usable address is known. */
  readonly target?: { readonly host: string; readonly port: number; readonly mapped: boolean };
  /** Set in host mode without a fixed port where no task of this node has one. */
  readonly portless?: true;
  /** This node's own address on the ingress network, when gossip reported it. */
  readonly ingressAddress?: string;
  readonly expected: Expectation;
  /** Running tasks that a connection to this node may come to. */
  readonly tasks: number;
}

/** A task that the ingress sandbox may pass a connection to. */
export interface RouteBackend {
  readonly taskId: string;
  readonly taskName: string;
  readonly nodeId?: string;
  readonly hostname: string;
  readonly state: string;
  /** Only running tasks take traffic. */
  readonly active: boolean;
  /** Without prefix length. */
  readonly ingressAddress?: string;
  /** Its addresses on all its networks, without prefix length. */
  readonly addresses: readonly string[];
  readonly error: string;
  /** First 12 characters of the container id, what `hostname` prints inside; used to tell who answered. */
  readonly containerId?: string;
}

/** The whole page's topology; probe results travel apart, they change far more often. */
export interface RoutingView {
  readonly connectionId: string;
  readonly swarmName: string;
  readonly simulated: boolean;
  readonly ingressNetwork?: { readonly name: string; readonly subnet?: string };
  /** UDP port of VXLAN between nodes; undefined where the engine does not tell. */
  readonly dataPathPort?: number;
  readonly routes: readonly PortRoute[];
  /** Set while the engine does not answer: milliseconds since the epoch of the last answer. */
  readonly staleSince?: number;
}

/** What one probe found; TCP reachability decides, HTTP is the second line. */
export type ProbeOutcome =
  | 'answered' // TCP connected (and HTTP answered where it was asked)
  | 'refused'
  | 'timed-out' // no TCP connection within the deadline
  | 'silent' // connected, then nothing until the deadline
  | 'reset' // connected, then reset
  | 'empty' // connected, closed without an HTTP answer
  | 'wrong-status' // an HTTP answer with another status than was asked for
  | 'wrong-body' // an HTTP answer without the text that was asked for
  | 'tls-failed' // connected, but TLS could not be agreed on or the certificate is not trusted
  | 'no-route'
  | 'lookup-failed'
  | 'failed'; // anything else, with `detail`

/** Milliseconds since the start of the probe at which each phase ended; absent when never reached. */
export interface ProbePhases {
  readonly lookup?: number;
  readonly connect?: number;
  /** End of the TLS handshake (https). */
  readonly tls?: number;
  readonly firstByte?: number;
  readonly total: number;
}

/** One finished probe. */
export interface ProbeSample {
  /** Milliseconds since the epoch at start. */
  readonly at: number;
  readonly outcome: ProbeOutcome;
  /** True when the TCP connection stood. */
  readonly reachable: boolean;
  /** Whether the answer is as the person asked for; absent where nothing particular was asked. */
  readonly asAsked?: boolean;
  readonly httpStatus?: number;
  readonly phases: ProbePhases;
  /** First line of the body, control characters stripped, at most 80 characters. */
  readonly firstLine?: string;
  /** Task id whose container name stands in the answer. */
  readonly answeredBy?: string;
  /** Short machine detail for the person (`curl: (7)…`), stripped and capped. */
  readonly detail?: string;
}

/** `no-port`: host mode without a fixed port, and no task on this node that has one. */
export type NotProbedReason = 'udp' | 'sctp' | 'off' | 'no-address' | 'no-port';

/**
 * Verdict over the last samples of one cell; `of` is the number of them that it looks at. Counted are
 * connections that stood, or, with `asked`, answers that are as the person asked for.
 */
export type CellVerdict =
  | { readonly kind: 'waiting' } // no sample yet
  | { readonly kind: 'not-probed'; readonly why: NotProbedReason }
  | { readonly kind: 'all'; readonly of: number; readonly asked?: true }
  /** `connected` of them stood all the same. */
  | {
      readonly kind: 'none';
      readonly of: number;
      readonly asked?: true;
      readonly connected?: number;
    }
  | {
      readonly kind: 'some';
      readonly answered: number;
      readonly of: number;
      readonly asked?: true;
    };

/** Probe history of one route entry. */
export interface ProbeCell {
  /** {@link RouteEntry.id}. */
  readonly entryId: string;
  readonly verdict: CellVerdict;
  /** Oldest first, at most 60. */
  readonly samples: readonly ProbeSample[];
  /** So many of them, the newest, came since the tasks behind the cell changed last; all when omitted. */
  readonly current?: number;
}

/** Where probes may start: the host of the window, or the swarm's manager through ssh. */
export type VantageKind = 'window' | 'manager';

/** The names of both places, and which is chosen. */
export interface VantageChoice extends Readonly<Record<VantageKind, string>> {
  readonly chosen: VantageKind;
}

/** What the probes know. */
export interface ProbeView {
  readonly running: boolean;
  readonly intervalMs: number;
  /** Set where the rate allows no round within the interval: what it takes instead. */
  readonly longRound?: { readonly ms: number; readonly perSecond: number };
  /** `curl 7.88.1` or `Node.js`. */
  readonly engine: string;
  /** The machine the probes start from. */
  readonly vantage: string;
  /** There where they may start from elsewhere, too. */
  readonly vantages?: VantageChoice;
  /** Why the last round could not be run, in a sentence for people. */
  readonly problem?: string;
  readonly cells: readonly ProbeCell[];
  /** False when `cells` holds only those that changed; the others are as they were. */
  readonly complete: boolean;
  /** True when not one address of the swarm can be reached from here: one state, not a page of red. */
  readonly nothingReachable: boolean;
}
