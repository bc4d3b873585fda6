import type { Created } from '../docker/engine';
import { toServiceBody } from '../spec/buildServiceBody';
import type { DraftNames, ServiceDraft } from '../spec/serviceDraft';
import type { ActWarning } from './actWarning';
import type { ConnectedSwarm } from './commandContext';
import { createOnce } from './lostAnswer';
import { pinned } from './pinnedImage';
import { registryLogin } from './registryLogin';

/**
 * Creates the service of a draft once; its warnings tell when the image could not be pinned, and when
 * the login that was wanted is not there.
 */
export async function createFromDraft(
  swarm: ConnectedSwarm,
  draft: ServiceDraft,
  names: DraftNames,
  withLogin: boolean,
): Promise<Omit<Created, 'warnings'> & { readonly warnings: readonly ActWarning[] }> {
  const { header, warnings: missing } = await registryLogin(draft.image, withLogin);
  const { body, warnings } = await pinned(swarm.engine, toServiceBody(draft, names), header);
  const created = await createOnce(
    swarm,
    draft.name,
    ({ services }) => services,
    (engine) => engine.createService(body, header),
  );
  return { ...created, warnings: [...missing, ...warnings, ...created.warnings] };
}
