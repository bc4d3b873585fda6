import { DisposableStore, type Disposable } from '../common/disposable';
import { Emitter } from '../common/emitter';
import { SwarmscopeError } from '../common/errors';
import { startDemoSwarm, type DemoSwarm, type DemoSwarmOptions } from './demoSwarm';

/** What every start of the demo swarm has in common. */
export type DemoConnectionOptions = Omit<DemoSwarmOptions, 'signal'>;

/** Milliseconds it must have run to be worth another start. */
const MIN_LIFE_MS = 1_000;

/** This window's lease on the demo swarm: taken when a connection wants it, given back afterwards. */
export class DemoConnection implements Disposable {
  private readonly changeEmitter = new Emitter<void>();
  private held: { readonly swarm: DemoSwarm; readonly watching: DisposableStore } | undefined;
  private disposed = false;
  private startedAt = 0;
  /** Fires after {@link addresses} changed. */
  readonly onDidChangeAddresses = this.changeEmitter.event;

  constructor(private readonly options: DemoConnectionOptions) {}

  /**
   * Makes sure that the demo swarm runs and gives its address.
   * @throws SwarmscopeError as {@link startDemoSwarm} does.
   */
  async open(signal: AbortSignal): Promise<{ readonly address: string }> {
    if (this.held !== undefined) {
      return { address: this.held.swarm.address };
    }
    const swarm = await startDemoSwarm({ ...this.options, signal });
    if (this.disposed || signal.aborted) {
      swarm.dispose();
      throw new SwarmscopeError('cancelled');
    }
    this.release();
    const watching = new DisposableStore();
    this.held = { swarm, watching };
    this.startedAt = performance.now();
    watching.add(swarm.onDidChangeAddresses(() => this.changeEmitter.fire()));
    watching.add(swarm.onDidEnd(() => this.restart()));
    this.changeEmitter.fire();
    return { address: swarm.address };
  }

  /** Where the demo swarm listens; empty while none is held. */
  addresses(): Readonly<Record<string, string>> {
    return this.held?.swarm.addresses() ?? {};
  }

  /** Gives the lease back; the process ends when nobody else holds one. */
  release(): void {
    const { held } = this;
    this.held = undefined;
    held?.watching.dispose();
    held?.swarm.dispose();
  }

  dispose(): void {
    this.disposed = true;
    this.release();
    this.changeEmitter.dispose();
  }

  /** The process was ended from outside: one more is started, at the same address. */
  private restart(): void {
    this.release();
    if (performance.now() - this.startedAt < MIN_LIFE_MS) {
      this.options.logger.error('The demo swarm ends as soon as it runs; not started again');
      this.changeEmitter.fire();
      return;
    }
    this.options.logger.warn('The demo swarm ended; starting it again');
    this.open(AbortSignal.timeout(15_000)).catch((error: unknown) =>
      this.options.logger.error(`The demo swarm did not start again: ${String(error)}`),
    );
  }
}
