import { toSwarmscopeError } from '../common/errors';
import type { StoredFileRecord } from '../docker/records/storedFile';
import type { Engine } from '../docker/engine';
import type { SwarmSnapshot } from '../model/snapshot';
import type { SwarmNames } from '../serviceYaml/completeServiceYaml';
import { namesOf } from '../spec/buildServiceBody';
import { checkContextOf } from '../spec/checkContext';
import { checkService } from '../spec/checkService';
import { parseServiceDraft } from '../spec/serviceSchema';
import type { DraftNames, DraftProblem, ServiceDraft } from '../spec/serviceDraft';

/** What a swarm has that drafts name: its snapshot, and the secrets and configs that it does not hold. */
export class SwarmLists {
  secrets: readonly StoredFileRecord[] | undefined;
  configs: readonly StoredFileRecord[] | undefined;

  constructor(
    /** Undefined while the swarm is not connected: then only the form of drafts is checked. */
    private readonly snapshotNow: () => SwarmSnapshot | undefined,
    /** The service that is being changed. */
    private readonly serviceId?: string,
  ) {}

  /** Asks for secrets and configs; what cannot be read stays as it was. */
  async refresh(engine: Pick<Engine, 'secrets' | 'configs'>, signal?: AbortSignal): Promise<void> {
    const [secrets, configs] = await Promise.all([
      engine.secrets(signal).catch(unlessCancelled),
      engine.configs(signal).catch(unlessCancelled),
    ]);
    this.secrets = secrets ?? this.secrets;
    this.configs = configs ?? this.configs;
  }

  get names(): DraftNames {
    const snapshot = this.snapshotNow();
    return namesOf({
      networks: [...(snapshot?.networks.values() ?? []), ...(snapshot?.localNetworks ?? [])],
      secrets: this.secrets ?? [],
      configs: this.configs ?? [],
    });
  }

  get offered(): SwarmNames {
    const snapshot = this.snapshotNow();
    return {
      ...(snapshot === undefined ? {} : { snapshot }),
      secrets: (this.secrets ?? []).map(({ name }) => name),
      configs: (this.configs ?? []).map(({ name }) => name),
    };
  }

  /** What is wrong with a draft; its form first, and what it means when that is right. */
  check(value: ServiceDraft): readonly DraftProblem[] {
    const { draft, problems } = parseServiceDraft(value);
    const snapshot = this.snapshotNow();
    if (draft === undefined || snapshot === undefined) {
      return problems;
    }
    const { secrets, configs, serviceId } = this;
    return checkService(
      draft,
      checkContextOf(snapshot, {
        ...(secrets === undefined ? {} : { secrets }),
        ...(configs === undefined ? {} : { configs }),
        ...(serviceId === undefined ? {} : { serviceId }),
      }),
    );
  }
}

function unlessCancelled(thrown: unknown): undefined {
  const error = toSwarmscopeError(thrown);
  if (error.code === 'cancelled') {
    throw error;
  }
}
