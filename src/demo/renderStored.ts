import { toIso } from './identity';
import type { JsonObject, Stored } from './swarmTypes';

/** What every object of the cluster store begins with. */
export function renderStored(object: Stored): JsonObject {
  return {
    ID: object.id,
    Version: { Index: object.version },
    CreatedAt: toIso(object.createdAt),
    UpdatedAt: toIso(object.updatedAt),
  };
}
