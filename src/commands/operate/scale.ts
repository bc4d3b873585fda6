import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { shellCommand } from '../../common/shellQuote';
import { toPlainLine } from '../../common/text';
import type { ServiceBody } from '../../docker/bodies';
import type { ObjectReference } from '../../model/objectReference';
import type { SwarmSnapshot } from '../../model/snapshot';
import { radiusOfStopping } from '../../routing/blastRadius';
import { changeService } from '../changeService';
import { titleFor } from '../chooseSwarm';
import { sameSwarm, type CommandContext } from '../commandContext';
import { confirmed, type Confirmation } from '../confirm';
import { guarded } from '../guardAct';
import { checkReplicas } from '../validation/replicas';
import { singleFrame } from '../vscodeQuickUi';
import { watchServices } from '../watchServices';
import { SwarmscopeError } from '../../common/errors';
import { blastLines, listed } from './blastText';
import { changeMany } from './changeMany';
import { checkScale } from './checkScale';
import { listText } from './listText';
import { selectedObjects, type Selection } from './selection';
import { changeByAct } from './serviceChange';

/** Asks for a number of tasks, for one service or for all that are selected. */
export async function scaleService(
  context: CommandContext,
  argument?: unknown,
  selection?: unknown,
): Promise<void> {
  const title = l10n.t('Scale');
  const chosen = await selectedObjects(context, argument, selection, {
    title,
    toChange: true,
    kinds: ['service'],
    fits: ({ id }, snapshot) => isScalable(snapshot, id),
  });
  if (chosen === undefined) {
    return;
  }
  const { swarm } = chosen;
  const [service, ...others] = chosen.objects.filter(({ id }) => isScalable(swarm.snapshot, id));
  if (service === undefined) {
    const [first] = chosen.objects;
    const text = l10n.t('"{0}" has no number of tasks: it runs one on every node.', first.name);
    void vscode.window.showErrorMessage(toPlainLine(text));
    return;
  }
  if (others.length > 0) {
    await scaleMany(context, { swarm, objects: [service, ...others] }, title);
    return;
  }
  await changeByAct<number>(
    context,
    { swarm, service },
    {
      title,
      form: 'scale',
      keeps: (replicas) => replicas,
      restore: (replicas) => (typeof replicas === 'number' ? replicas : undefined),
      ask: async ({ frame, base, draft, kept, problem }) => {
        const present = replicasOf(base.spec);
        return await draft.ui.input(frame, {
          key: 'replicas',
          prompt: l10n.t('Number of tasks of "{0}", now {1}', service.name, present),
          value: String(kept ?? present),
          check: (text) => checkScale(text, sameSwarm(context, swarm)?.snapshot, [service.id]),
          command: (text) => scaleCommand(text, [service]),
          ...(problem === undefined ? {} : { problem }),
        });
      },
      apply: withReplicas,
      command: (replicas) => scaleCommand(String(replicas), [service]) ?? '',
      confirm: (replicas, round) =>
        replicas === 0
          ? stopQuestion([service], round.swarm.snapshot, swarm.connection.name)
          : undefined,
    },
  );
}

async function scaleMany(
  context: CommandContext,
  { swarm, objects }: Selection,
  title: string,
): Promise<void> {
  const ids = objects.map(({ id }) => id);
  const names = listText(objects.map(({ name }) => name));
  const answer = await context.ui.input(singleFrame(titleFor(context, title, swarm)), {
    prompt: l10n.t('Number of tasks of each: {0}', names),
    value: '',
    check: (text) => checkScale(text, sameSwarm(context, swarm)?.snapshot, ids),
    command: (text) => scaleCommand(text, objects),
  });
  if (answer.kind !== 'value') {
    return;
  }
  const replicas = answer.value;
  const command = scaleCommand(String(replicas), objects) ?? '';
  if (replicas === 0) {
    const asked = stopQuestion(objects, swarm.snapshot, swarm.connection.name);
    const word = swarm.connection.name;
    if (!(await confirmed(context, swarm, { ...asked, title, word, command }))) {
      return;
    }
  }
  const before = sameSwarm(context, swarm) ?? swarm;
  // Of none there is nothing to wait for, nor to probe.
  const probed = replicas > 0 ? ids : [];
  await guarded(context, before, probed, async (guard) => {
    const done = await changeMany(context, swarm, {
      objects,
      doing: l10n.t('Scaling {0} services…', objects.length),
      change: async (now, { id, name }) => {
        const base = await now.engine.serviceState(id);
        const wanted = withReplicas(base.spec, replicas);
        const outcome = await changeService(now, { id, name, base, wanted });
        if (outcome.kind === 'conflict') {
          throw new SwarmscopeError('out-of-sequence', { name });
        }
      },
    });
    if (done !== undefined && done.length > 0 && replicas > 0) {
      const watched = {
        services: done,
        title: l10n.t('Scaling {0} services', done.length),
        told: (ends: string) => l10n.t('Scaled on "{0}": {1}', swarm.connection.name, ends),
      };
      await watchServices(context, before, watched, guard);
    }
  });
}

function stopQuestion(
  services: readonly ObjectReference[],
  snapshot: SwarmSnapshot,
  swarm: string,
): Pick<Confirmation, 'question' | 'consequence'> {
  const lines = blastLines(
    radiusOfStopping(
      snapshot,
      services.map(({ id }) => id),
    ),
  );
  const [first] = services;
  return {
    question: toPlainLine(
      services.length === 1
        ? l10n.t('Scale "{0}" of "{1}" to 0?', first?.name ?? '', swarm)
        : l10n.t('Scale {0} services of "{1}" to 0?', services.length, swarm),
    ),
    consequence: listed([
      ...(services.length > 1
        ? [
            `${listText(
              services.map(({ name }) => name),
              12,
            )}.`,
          ]
        : []),
      ...lines,
      l10n.t('Nothing runs until it is scaled up again.'),
    ]),
  };
}

function scaleCommand(text: string, services: readonly ObjectReference[]): string | undefined {
  const verdict = checkReplicas(text);
  return verdict.ok
    ? shellCommand([
        'docker',
        'service',
        'scale',
        ...services.map(({ name }) => `${name}=${verdict.value}`),
      ])
    : undefined;
}

function isScalable({ services }: SwarmSnapshot, id: string): boolean {
  const kind = services.get(id)?.mode.kind;
  return kind === 'replicated' || kind === 'replicated-job';
}

function replicasOf({ Mode: mode }: ServiceBody): number {
  return mode?.ReplicatedJob?.TotalCompletions ?? mode?.Replicated?.Replicas ?? 1;
}

function withReplicas(spec: ServiceBody, replicas: number): ServiceBody {
  const job = spec.Mode?.ReplicatedJob;
  return {
    ...spec,
    Mode:
      job === undefined
        ? { Replicated: { ...spec.Mode?.Replicated, Replicas: replicas } }
        : { ReplicatedJob: { ...job, TotalCompletions: replicas } },
  };
}
