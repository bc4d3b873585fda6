import { spawn, type ChildProcess } from 'node:child_process';
import { Duplex } from 'node:stream';
import { MANAGER_COMMAND } from '../../src/probe/managerScript';
import type { ManagerShell } from '../../src/probe/managerEngine';

/** A manager that is this machine: what would run behind ssh runs here, in whichever shell. */
export class LocalShell implements ManagerShell {
  readonly name = 'manager1';
  readonly children: ChildProcess[] = [];
  private readonly connections: Duplex[] = [];

  constructor(
    private readonly env: NodeJS.ProcessEnv = {},
    private readonly command = MANAGER_COMMAND,
    private readonly login = 'sh',
  ) {}

  /** Connections that nobody has ended. */
  get held(): number {
    return this.connections.filter(({ destroyed }) => !destroyed).length;
  }

  readonly open = (): Duplex => {
    const child = spawn(this.login, ['-c', this.command], {
      env: { ...process.env, ...this.env },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.children.push(child);
    child.stdin.on('error', () => undefined);
    const connection = Duplex.from({ writable: child.stdin, readable: child.stdout });
    this.connections.push(connection);
    return connection;
  };
}
