import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toPlainLine } from '../common/text';
import type { Engine } from '../docker/engine';
import type { ObjectReference } from '../model/objectReference';
import type { SwarmSnapshot } from '../model/snapshot';
import { sameSwarm, type CommandContext } from './commandContext';
import { confirmed } from './confirm';
import { objectOrPick } from './pickObject';
import { showError, tellNotDone } from './showError';

/** What removing an object means, or why it cannot be removed now. */
export type RemovalPlan =
  | { readonly ok: true; readonly question: string; readonly consequence: string }
  | { readonly ok: false; readonly why: string };

/** Removes a network, a service or a node that is down, after a confirmation that names it all. */
export async function remove(context: CommandContext, argument?: unknown): Promise<void> {
  const title = l10n.t('Remove');
  const target = await objectOrPick(context, argument, {
    title,
    toChange: true,
    kinds: ['network', 'service', 'node'],
    fits: (candidate, snapshot) => planRemoval(candidate, snapshot, '').ok,
  });
  if (target === undefined) {
    return;
  }
  const { object, swarm } = target;
  const { store, connection } = swarm;
  const plan = planRemoval(object, swarm.snapshot, connection.name);
  if (!plan.ok) {
    void vscode.window.showErrorMessage(toPlainLine(plan.why, 1_000));
    return;
  }
  if (!(await confirmed(context, swarm, { ...plan, title, word: object.name }))) {
    return;
  }
  const about = { swarm: connection.name, object: object.name };
  const now = sameSwarm(context, swarm);
  if (now === undefined) {
    tellNotDone(
      context,
      l10n.t('"{0}" is not connected any more; nothing was removed.', about.swarm),
    );
    return;
  }
  try {
    await removeFrom(now.engine, object);
    store.expectChange();
    await store.refresh('after-command');
  } catch (error) {
    showError(context, error, about);
    void store.refresh('after-command');
  }
}

/** Says what a removal would do; refuses what the engine would refuse, with who is in the way. */
export function planRemoval(
  object: ObjectReference,
  snapshot: SwarmSnapshot,
  swarm: string,
): RemovalPlan {
  switch (object.kind) {
    case 'network':
      return planNetwork(object, snapshot, swarm);
    case 'service':
      return planService(object, snapshot, swarm);
    case 'node':
      return snapshot.nodes.get(object.id)?.state === 'down'
        ? {
            ok: true,
            question: l10n.t('Remove node "{0}" from "{1}"?', object.name, swarm),
            consequence: l10n.t(
              'It is taken off the list of nodes; to come back it must join anew.',
            ),
          }
        : {
            ok: false,
            why: l10n.t('Node "{0}" is not down. Let it leave the swarm first.', object.name),
          };
    case 'task':
      return {
        ok: false,
        why: l10n.t('A task cannot be removed by itself: scale or remove its service.'),
      };
  }
}

function planNetwork(
  { id, name }: ObjectReference,
  snapshot: SwarmSnapshot,
  swarm: string,
): RemovalPlan {
  const network = snapshot.networks.get(id);
  const services = (snapshot.servicesByNetwork.get(id) ?? []).map((service) => service.name);
  const containers = (snapshot.tasksByNetwork.get(id) ?? []).filter((task) => task.isAttachment);
  if (network?.ingress === true) {
    return {
      ok: false,
      why: l10n.t(
        '"{0}" carries the routing mesh. Removing it would close every published port.',
        name,
      ),
    };
  }
  if (services.length > 0 || containers.length > 0) {
    const users = [
      ...services.map((service) => l10n.t('service "{0}"', service)),
      ...(containers.length > 0 ? [l10n.t('{0} attached containers', containers.length)] : []),
    ];
    return {
      ok: false,
      why: l10n.t(
        'Network "{0}" is in use by {1}. Remove or detach what uses it first.',
        name,
        users.join(', '),
      ),
    };
  }
  return {
    ok: true,
    question: l10n.t('Remove network "{0}" from "{1}"?', name, swarm),
    consequence: l10n.t('No service uses it. This cannot be undone.'),
  };
}

function planService(
  { id, name }: ObjectReference,
  snapshot: SwarmSnapshot,
  swarm: string,
): RemovalPlan {
  const service = snapshot.services.get(id);
  const ports = (service?.ports ?? []).flatMap(({ publishedPort }) => publishedPort ?? []);
  return {
    ok: true,
    question: l10n.t('Remove service "{0}" from "{1}"?', name, swarm),
    consequence:
      ports.length === 0
        ? l10n.t('Its {0} running tasks stop. This cannot be undone.', service?.running ?? 0)
        : l10n.t(
            'Its {0} running tasks stop, and port {1} closes on every node. This cannot be undone.',
            service?.running ?? 0,
            ports.join(', '),
          ),
  };
}

function removeFrom(engine: Engine, { kind, id }: ObjectReference): Promise<void> {
  switch (kind) {
    case 'network':
      return engine.removeNetwork(id);
    case 'service':
      return engine.removeService(id);
    case 'node':
      return engine.removeNode(id);
    case 'task':
      return Promise.resolve();
  }
}
