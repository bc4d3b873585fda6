import type { Clock } from '../common/clock';
import type { Disposable } from '../common/disposable';
import { chooseManagerEngine, type ManagerShell } from './managerEngine';
import type { ProbeEngine, Vantage } from './probe';

/** What leads to the manager; loaded when it is first wanted. */
export interface ManagerHost extends Disposable, Pick<ManagerShell, 'open'> {}

/** Guards at a door count those who come in vain: the next try waits this long, then twice as long. */
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 600_000;

/** Probes that start at a swarm's manager, until it is disposed. */
export class ManagerVantage implements Vantage, Disposable {
  private host: Promise<ManagerHost> | undefined;
  private failed:
    { readonly error: unknown; readonly waitMs: number; readonly until: number } | undefined;
  private disposed = false;

  constructor(
    readonly name: string,
    private readonly parts: {
      readonly load: () => Promise<ManagerHost>;
      readonly productVersion: string;
      readonly clock: Clock;
    },
  ) {}

  /** Rejects with the last failure, without another try, while its wait lasts. */
  readonly chooseEngine = async (): Promise<ProbeEngine> => {
    const { load, productVersion, clock } = this.parts;
    const { failed } = this;
    if (failed !== undefined && clock.now() < failed.until) {
      throw failed.error;
    }
    try {
      // The settings of ssh may have changed since.
      this.letGo();
      this.host = load();
      const host = await this.host;
      if (this.disposed) {
        host.dispose();
      }
      const engine = await chooseManagerEngine(
        { name: this.name, open: host.open },
        productVersion,
      );
      this.failed = undefined;
      return engine;
    } catch (error) {
      const waitMs = Math.min(
        LONGEST_WAIT_MS,
        failed === undefined ? FIRST_WAIT_MS : failed.waitMs * 2,
      );
      this.failed = { error, waitMs, until: clock.now() + waitMs };
      throw error;
    }
  };

  dispose(): void {
    this.disposed = true;
    this.letGo();
  }

  private letGo(): void {
    void this.host?.then(
      (host) => host.dispose(),
      () => undefined,
    );
  }
}
