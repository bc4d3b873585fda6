import { isSwarmscopeError } from '../common/errors';
import type { Engine } from '../docker/engine';

/** Nodes change on their own while a network comes and goes. */
const ATTEMPTS = 5;
/** Goes with the update after it, at the end at the latest. */
const REJOIN_LABEL = 'swarmscope.rejoin';
const PAUSE_MS = 500;
/** To take the label away in the end. */
const LAST_TRIES = 20;
const LOOKS_BETWEEN_UPDATES = 6;

type NodeUpdates = Pick<Engine, 'nodeSpec' | 'updateNode'>;

/**
 * Makes nodes join a new ingress network and looks until none is missing or the limit is over; those that
 * hesitate are updated again. Gives the ids of those that are missing in the end; a look that fails counts
 * as one at which all are.
 */
export async function untilJoined(
  nodeIds: readonly string[],
  parts: {
    /** Asked anew for each update: a connection may have moved to another manager. */
    readonly engine: () => NodeUpdates;
    readonly missing: () => Promise<readonly string[]>;
    readonly limitMs: number;
  },
): Promise<readonly string[]> {
  const end = Date.now() + parts.limitMs;
  let missing = nodeIds;
  const labelled = new Set<string>();
  for (let looks = 0; missing.length > 0 && Date.now() < end; looks += 1) {
    if (looks % LOOKS_BETWEEN_UPDATES === 0) {
      await Promise.all(
        missing.map(async (id) => {
          if (looks > 0) {
            labelled.add(id);
          }
          if (await joinIngress(parts.engine(), id, looks > 0)) {
            labelled.delete(id);
          }
        }),
      );
    }
    await pauseBetween();
    missing = await parts.missing().catch(() => missing);
  }
  // Where the label could not be taken away at once: the connection may have moved meanwhile.
  for (let tries = 0; labelled.size > 0 && tries < LAST_TRIES; tries += 1) {
    if (tries > 0) {
      await pauseBetween();
    }
    for (const id of labelled) {
      if (await joinIngress(parts.engine(), id, false)) {
        labelled.delete(id);
      }
    }
  }
  return missing;
}

/** Waits until the next look. */
export async function pauseBetween(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, PAUSE_MS);
  });
}

/**
 * Makes a node join a new ingress network, once that is allocated: the leader gives a node its part when
 * something updates the node, and else with the first task (Engine 20.10 to 28.5, where a node without
 * tasks never joined). It is updated to the spec that it has. A node that hesitates has tried and failed:
 * its engine tries again only with a changed node (seen on 20.10: "failed to find a load balancer IP"),
 * so it gets a label for a moment. False when it may have that still.
 */
async function joinIngress(engine: NodeUpdates, id: string, hesitates: boolean): Promise<boolean> {
  if (hesitates) {
    await updateNode(engine, id, (labels) => ({ ...labels, [REJOIN_LABEL]: '' }));
  }
  return await updateNode(engine, id, ({ [REJOIN_LABEL]: _rejoin, ...labels }) => labels);
}

/** False for a node that cannot be updated: it is left, and named when it does not join. */
async function updateNode(
  engine: NodeUpdates,
  id: string,
  relabel: (labels: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      const { version, spec } = await engine.nodeSpec(id);
      await engine.updateNode(id, {
        version,
        spec: { ...spec, Labels: relabel(spec.Labels ?? {}) },
      });
      return true;
    } catch (error) {
      if (!isSwarmscopeError(error, 'out-of-sequence')) {
        return false;
      }
    }
  }
  return false;
}
