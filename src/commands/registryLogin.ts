import * as l10n from '@vscode/l10n';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { toPlainLine } from '../common/text';
import { findRegistryAuth, type RegistryAuth } from '../docker/registryAuth';
import type { Answer, QuickFrame, QuickUi } from './quickUi';

/** What the nodes pull an image with. */
export interface RegistryLogin {
  /** `X-Registry-Auth`; undefined when there is none. */
  readonly header?: string;
  /** Why there is none. */
  readonly warnings: readonly string[];
}

/** A login of this machine that may be sent. */
export type FoundLogin = Extract<RegistryAuth, { kind: 'found' }>;

/** A credential helper that takes longer than this, in milliseconds, is waited for in sight. */
const SHOWN_AFTER_MS = 400;

/** The login of this machine's docker for an image's registry, when it is wanted. */
export async function registryLogin(image: string, isWanted: boolean): Promise<RegistryLogin> {
  if (!isWanted) {
    return { warnings: [] };
  }
  const found = await findRegistryAuth(image, { env: process.env, home: homedir() });
  switch (found.kind) {
    case 'found':
      return { header: found.header, warnings: [] };
    case 'none':
      return {
        warnings: [
          l10n.t(
            'This machine’s docker has no login for "{0}": pulls go without one.',
            found.registry,
          ),
        ],
      };
    case 'failed':
      return {
        warnings: [
          l10n.t('The login for "{0}" could not be read: pulls go without one.', found.registry),
        ],
      };
  }
}

/**
 * The login of this machine's docker that an update may send. One that cannot be read is told, and the
 * update goes on without it, as when nobody waits for it.
 */
export async function loginForUpdate(image: string): Promise<FoundLogin | undefined> {
  const stop = new AbortController();
  const options = { env: process.env, home: homedir() };
  const search = findRegistryAuth(image, options, stop.signal).catch(() => undefined);
  const found = await shownWhenSlow(image, search, stop);
  if (found?.kind === 'failed') {
    const text = l10n.t(
      'This machine’s login for "{0}" cannot be used: {1} Without it the tasks keep the login that the service has, if it has one.',
      found.registry,
      failureText(found),
    );
    void vscode.window.showWarningMessage(toPlainLine(text, 600));
  }
  return found?.kind === 'found' ? found : undefined;
}

async function shownWhenSlow<T>(
  image: string,
  search: Promise<T>,
  stop: AbortController,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const slow = new Promise<'slow'>((resolve) => {
    timer = setTimeout(() => resolve('slow'), SHOWN_AFTER_MS);
  });
  const first = await Promise.race([search.then((found) => ({ found })), slow]);
  clearTimeout(timer);
  if (first !== 'slow') {
    return first.found;
  }
  return await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: l10n.t('Looking for this machine’s login to the registry of "{0}"', image),
      cancellable: true,
    },
    async (_progress, token) => {
      token.onCancellationRequested(() => stop.abort());
      return await search;
    },
  );
}

function failureText({ helper, reason }: Extract<RegistryAuth, { kind: 'failed' }>): string {
  if (helper === '') {
    return l10n.t('docker’s config.json is not readable.');
  }
  switch (reason) {
    case 'missing':
      return l10n.t('"{0}" cannot be started.', helper);
    case 'slow':
      return l10n.t('"{0}" gives no answer.', helper);
    case 'refused':
      return l10n.t('"{0}" reports an error.', helper);
    case 'garbled':
      return l10n.t('"{0}" answers what is not understood.', helper);
  }
}

/**
 * Asks whether an update sends this machine's login, where there is one for the image's registry. Gives
 * `X-Registry-Auth`, or undefined for none, as the docker CLI does unless told otherwise.
 */
export async function askLogin(
  ui: QuickUi,
  frame: QuickFrame,
  image: string,
): Promise<Answer<string | undefined>> {
  const found = await loginForUpdate(image);
  if (found === undefined) {
    return { kind: 'value', value: undefined };
  }
  const answer = await ui.pick<'without' | 'with'>(frame, {
    placeholder: l10n.t('Send this machine’s login for "{0}" with the update?', found.registry),
    choices: [
      {
        label: `$(circle-slash) ${l10n.t('Without a Login')}`,
        detail: l10n.t('The tasks keep the login that the service has, if it has one.'),
        value: 'without',
      },
      {
        label: `$(key) ${l10n.t('With the Login of This Machine')}`,
        description: '--with-registry-auth',
        detail: l10n.t('The swarm keeps it in the service, and every node pulls with it.'),
        value: 'with',
      },
    ],
    active: 'without',
  });
  return answer.kind === 'value'
    ? { kind: 'value', value: answer.value === 'with' ? found.header : undefined }
    : answer;
}
