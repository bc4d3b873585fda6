import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { toSwarmscopeError, type ErrorCode } from '../common/errors';
import type { ServiceBody } from '../docker/bodies';
import type { Engine } from '../docker/engine';
import { pinImage } from '../spec/buildServiceBody';
import type { ActWarning } from './actWarning';

/** So long a registry may take to say what an image is, in milliseconds. */
const REGISTRY_MS = 5_000;

/** A body whose image is pinned, or why it is not. */
export interface Pinned {
  readonly body: ServiceBody;
  readonly warnings: readonly ActWarning[];
}

/**
 * Pins the image of a body as the docker CLI does, with a progress that can be skipped. A registry
 * that does not answer costs the pin, nothing else.
 */
export async function pinned(
  engine: Pick<Engine, 'imageFacts'>,
  body: ServiceBody,
  registryAuth: string | undefined,
): Promise<Pinned> {
  const image = body.TaskTemplate?.ContainerSpec?.Image ?? '';
  if (image.includes('@')) {
    return { body, warnings: [] };
  }
  return await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: l10n.t('Asking the registry about "{0}"', image),
      cancellable: true,
    },
    async (_progress, token) => {
      const stop = new AbortController();
      const timer = setTimeout(() => stop.abort(), REGISTRY_MS);
      token.onCancellationRequested(() => stop.abort());
      try {
        const facts = await engine.imageFacts(image, registryAuth, stop.signal);
        return { body: pinImage(body, facts), warnings: [] };
      } catch (thrown) {
        return { body, warnings: [{ ofImage: notPinned(image, toSwarmscopeError(thrown).code) }] };
      } finally {
        clearTimeout(timer);
      }
    },
  );
}

function notPinned(image: string, code: ErrorCode): string {
  switch (code) {
    case 'cancelled':
      return l10n.t(
        'The registry of "{0}" was not waited for: nodes may run different images.',
        image,
      );
    case 'not-found':
      return l10n.t('The registry has no "{0}": each node takes the image that it has.', image);
    default:
      return l10n.t(
        'The registry of "{0}" gives no answer: nodes may run different images.',
        image,
      );
  }
}
