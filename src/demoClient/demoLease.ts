import { once } from 'node:events';
import * as http from 'node:http';
import { createInterface } from 'node:readline';
import { Emitter } from '../common/emitter';
import { SwarmscopeError } from '../common/errors';
import { DEMO_PROTOCOL } from '../shared/demoProtocol';

/** A lease on a running demo swarm: it lives while any is held, and tells where it listens. */
export class DemoLease {
  private readonly changeEmitter = new Emitter<void>();
  private readonly endEmitter = new Emitter<void>();
  private current: Readonly<Record<string, string>> = {};
  private disposed = false;
  /** Fires after {@link addresses} changed. */
  readonly onDidChangeAddresses = this.changeEmitter.event;
  /** Fires once when the demo swarm is gone without having been released. */
  readonly onDidEnd = this.endEmitter.event;

  private constructor(private readonly message: http.IncomingMessage) {}

  /** Takes a lease; undefined when no demo swarm answers at `socket`. */
  static async take(socket: string, signal: AbortSignal): Promise<DemoLease | undefined> {
    const request = http.get({ socketPath: socket, path: '/_demo/lease', agent: false });
    const timeout = AbortSignal.timeout(3_000);
    const cancel = (): void => void request.destroy();
    const either = AbortSignal.any([signal, timeout]);
    try {
      const [message] = (await once(request, 'response', { signal: either })) as [
        http.IncomingMessage,
      ];
      const lease = new DemoLease(message);
      await lease.read(message, either);
      return lease;
    } catch (error) {
      cancel();
      if (signal.aborted) {
        throw new SwarmscopeError('cancelled');
      }
      if (error instanceof SwarmscopeError) {
        throw error;
      }
      return undefined;
    } finally {
      // What breaks later ends the lease by `close`.
      request.on('error', () => undefined);
    }
  }

  /** Loopback addresses in the form of the setting `swarmscope.nodeAddresses`. */
  get addresses(): Readonly<Record<string, string>> {
    return this.current;
  }

  dispose(): void {
    this.disposed = true;
    this.message.destroy();
    this.changeEmitter.dispose();
    this.endEmitter.dispose();
  }

  private async read(message: http.IncomingMessage, signal: AbortSignal): Promise<void> {
    const lines = createInterface({ input: message });
    // The reader passes errors of the stream on; the lease ends by `close`.
    lines.on('error', () => undefined);
    message.on('error', () => undefined);
    message.once('close', () => this.end());
    const [first] = (await once(lines, 'line', { signal })) as [string];
    const hello = parse(first);
    if (message.statusCode !== 200 || hello['protocol'] !== DEMO_PROTOCOL) {
      throw new SwarmscopeError('engine-failed', {
        message: 'A demo swarm of another version of Swarmscope runs; close its windows first',
      });
    }
    this.adopt(hello);
    lines.on('line', (line) => this.adopt(parse(line)));
  }

  private adopt(line: Readonly<Record<string, unknown>>): void {
    const { addresses } = line;
    if (typeof addresses !== 'object' || addresses === null) {
      return;
    }
    this.current = Object.fromEntries(
      Object.entries(addresses).filter(
        // Probes go nowhere but to this machine, whatever answers here.
        ([, to]) => typeof to === 'string' && /^127\.0\.0\.1:\d{1,5}$/.test(to),
      ) as [string, string][],
    );
    this.changeEmitter.fire();
  }

  private end(): void {
    this.current = {};
    if (!this.disposed) {
      this.endEmitter.fire();
    }
  }
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
