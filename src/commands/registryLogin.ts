import * as l10n from '@vscode/l10n';
import { homedir } from 'node:os';
import { findRegistryAuth } from '../docker/registryAuth';

/** What the nodes pull an image with. */
export interface RegistryLogin {
  /** `X-Registry-Auth`; undefined when there is none. */
  readonly header?: string;
  /** Why there is none. */
  readonly warnings: readonly string[];
}

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
