import type { Disposable } from '../common/disposable';
import { Emitter, type Event } from '../common/emitter';
import type { Engine } from '../docker/engine';
import type { ConnectionEntry } from '../docker/target';
import { SwarmStore, type SwarmStoreDependencies } from './swarmStore';
import type { RefreshReason, SwarmState } from './swarmState';

/** One connection as its views see it, whether it is open now or not. */
export interface WatchedSwarm {
  /** `disconnected` while it is not open. */
  readonly state: SwarmState;
  readonly engine: Engine | undefined;
  /** Fires after {@link state} changed. */
  readonly onDidChange: Event<SwarmState>;
}

/** An open connection. */
export interface OpenSwarm {
  /** Id of its {@link ConnectionEntry}. */
  readonly connectionId: string;
  readonly store: SwarmStore;
}

/** A view that shows one swarm, or all of them when it names none. */
interface Viewer {
  readonly connectionId: string | undefined;
}

/** Every connection that is open, in the order in which they were opened. */
export class Swarms implements Disposable {
  private readonly changeEmitter = new Emitter<string>();
  private readonly stores = new Map<string, SwarmStore>();
  private readonly viewers = new Map<string, Viewer>();

  /** Fires with the connection's id after its state changed, or after it was opened or closed. */
  readonly onDidChange = this.changeEmitter.event;

  constructor(private readonly dependencies: SwarmStoreDependencies) {}

  get open(): readonly OpenSwarm[] {
    return [...this.stores].map(([connectionId, store]) => ({ connectionId, store }));
  }

  /** The states of all open connections, in their order. */
  get states(): readonly SwarmState[] {
    return [...this.stores.values()].map(({ state }) => state);
  }

  /** The store of an open connection. */
  find(connectionId: string): SwarmStore | undefined {
    return this.stores.get(connectionId);
  }

  /**
   * Opens a connection beside the others, or tries an open one anew. Resolves when its first
   * snapshot or its failure is in its state; never rejects for an engine's sake.
   */
  async connect(entry: ConnectionEntry): Promise<void> {
    await (this.stores.get(entry.id) ?? this.add(entry.id)).connect(entry);
  }

  /** Leaves a connection; its views are told that it is disconnected. */
  close(connectionId: string): void {
    const store = this.stores.get(connectionId);
    if (store !== undefined) {
      this.stores.delete(connectionId);
      store.disconnect();
      store.dispose();
      this.changeEmitter.fire(connectionId);
    }
  }

  /** A full look at every open swarm, or at one. */
  async refresh(reason: RefreshReason, connectionId?: string): Promise<void> {
    const wanted = this.open.filter(
      (swarm) => connectionId === undefined || swarm.connectionId === connectionId,
    );
    await Promise.all(wanted.map(({ store }) => store.refresh(reason)));
  }

  /** One connection for a view that stays while it comes and goes. */
  watch(connectionId: string): WatchedSwarm {
    const { stores } = this;
    return {
      get state(): SwarmState {
        return stores.get(connectionId)?.state ?? { phase: 'disconnected' };
      },
      get engine(): Engine | undefined {
        return stores.get(connectionId)?.engine;
      },
      onDidChange: (listener) =>
        this.onDidChange((changedId) => {
          if (changedId === connectionId) {
            listener(stores.get(connectionId)?.state ?? { phase: 'disconnected' });
          }
        }),
    };
  }

  /**
   * Says whether `viewer` shows the swarm of a connection, or all swarms when it names none; a swarm
   * that nothing shows is not polled.
   */
  setVisible(viewer: string, visible: boolean, connectionId?: string): void {
    if (visible) {
      this.viewers.set(viewer, { connectionId });
    } else {
      this.viewers.delete(viewer);
    }
    for (const [id, store] of this.stores) {
      store.setVisible(this.isVisible(id));
    }
  }

  dispose(): void {
    for (const store of this.stores.values()) {
      store.dispose();
    }
    this.stores.clear();
    this.changeEmitter.dispose();
  }

  private add(connectionId: string): SwarmStore {
    const store = new SwarmStore(this.dependencies);
    this.stores.set(connectionId, store);
    store.setVisible(this.isVisible(connectionId));
    // Its emitter ends with it.
    store.onDidChange(() => {
      if (this.stores.get(connectionId) === store) {
        this.changeEmitter.fire(connectionId);
      }
    });
    return store;
  }

  private isVisible(connectionId: string): boolean {
    return [...this.viewers.values()].some(
      (viewer) => viewer.connectionId === undefined || viewer.connectionId === connectionId,
    );
  }
}
