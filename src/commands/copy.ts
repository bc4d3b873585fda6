import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toPlainLine } from '../common/text';
import type { ObjectReference } from '../model/objectReference';
import type { SwarmSnapshot } from '../model/snapshot';
import type { CommandContext } from './commandContext';
import { networkCreateCommand, serviceCreateCommand } from './dockerCommand';
import { omittedParts } from './omittedParts';
import { objectOrPick } from './pickObject';

const TOLD_MS = 3_000;

/** Copies the full id of an object. */
export async function copyId(context: CommandContext, argument?: unknown): Promise<void> {
  const chosen = await objectOrPick(context, argument, {
    title: l10n.t('Copy ID'),
    toChange: false,
    kinds: ['network', 'service', 'node', 'task'],
  });
  if (chosen !== undefined) {
    await copy(chosen.object.id, l10n.t('Copied the ID of {0}', chosen.object.name));
  }
}

/** Copies the `docker … create` for an object, environment values masked. */
export function copyDockerCommand(context: CommandContext, argument?: unknown): Promise<void> {
  return copyCommand(context, argument, false);
}

/** Copies the `docker service create` for a service, environment values included. */
export function copyDockerCommandWithValues(
  context: CommandContext,
  argument?: unknown,
): Promise<void> {
  return copyCommand(context, argument, true);
}

async function copyCommand(
  context: CommandContext,
  argument: unknown,
  withValues: boolean,
): Promise<void> {
  const title = withValues
    ? l10n.t('Copy as Docker Command with Values')
    : l10n.t('Copy as Docker Command');
  const chosen = await objectOrPick(context, argument, {
    title,
    toChange: false,
    kinds: withValues ? ['service'] : ['network', 'service'],
  });
  if (chosen === undefined) {
    return;
  }
  const {
    object,
    swarm: { snapshot },
  } = chosen;
  const command = commandFor(object, snapshot, withValues);
  if (command === undefined) {
    return;
  }
  await copy(
    command,
    withValues
      ? l10n.t('Copied the docker command for {0}, environment values included', object.name)
      : l10n.t('Copied the docker command for {0}', object.name),
  );
  const omitted =
    object.kind === 'service' ? omittedParts(snapshot.services.get(object.id)?.raw) : [];
  if (omitted.length > 0) {
    const parts = omitted.join(', ');
    void vscode.window.showWarningMessage(
      toPlainLine(l10n.t('The copied command for "{0}" lacks its {1}.', object.name, parts), 600),
    );
  }
}

function commandFor(
  { kind, id }: ObjectReference,
  snapshot: SwarmSnapshot,
  withValues: boolean,
): string | undefined {
  const network = kind === 'network' ? snapshot.networks.get(id) : undefined;
  const service = kind === 'service' ? snapshot.services.get(id) : undefined;
  if (network !== undefined) {
    return networkCreateCommand(network);
  }
  return service === undefined
    ? undefined
    : serviceCreateCommand(service, {
        networks: snapshot.networks.values(),
        withValues,
      });
}

async function copy(text: string, told: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(told, TOLD_MS);
}
