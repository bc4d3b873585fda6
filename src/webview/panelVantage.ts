import type { Disposable } from '../common/disposable';
import type { Vantage } from '../probe/probe';
import type { VantageChoice, VantageKind } from '../shared/routingView';

/** A vantage that waits after a failure. */
export interface PatientVantage extends Vantage, Disposable {
  /** The person wants another try, or changed what it depends on: waits no longer. */
  readonly retry: () => void;
}

/** A manager from which can be probed, too. */
export interface ManagerAccess {
  /** What tells it from another one. */
  readonly address: string;
  /** For people. */
  readonly name: string;
  readonly createVantage: () => PatientVantage;
  /** The command line by which a person runs a command there. */
  readonly commandLine: (command: string) => string;
}

/** Where the probes of a panel start: at the window's host, or where the person chose. */
export class PanelVantage implements Disposable {
  private chosen: VantageKind = 'window';
  private manager: PatientVantage | undefined;
  private access: ManagerAccess | undefined;

  /** `wanted` is what the person chose in an earlier window. */
  constructor(
    private readonly here: Vantage,
    private wanted: VantageKind,
    /** Hears of every other vantage, before the one until then is disposed. */
    private readonly onDidChange: (vantage: Vantage) => void,
  ) {}

  get kind(): VantageKind {
    return this.chosen;
  }

  /** What tells the manager that probes from other ones; undefined at the window's host. */
  get address(): string | undefined {
    return this.chosen === 'manager' ? this.access?.address : undefined;
  }

  /** What the page offers; undefined where there is no choice. */
  get choice(): VantageChoice | undefined {
    return this.access === undefined
      ? undefined
      : { chosen: this.chosen, window: this.here.name, manager: this.access.name };
  }

  choose(kind: VantageKind): void {
    this.wanted = kind;
    this.follow(this.access);
  }

  /** See {@link PatientVantage.retry}. */
  retry(): void {
    this.manager?.retry();
  }

  /** Hears which manager the connection leads to now. */
  follow(access: ManagerAccess | undefined): void {
    const isOther = access?.address !== this.access?.address;
    this.access = access;
    const kind = access === undefined ? 'window' : this.wanted;
    if (kind === this.chosen && (kind === 'window' || !isOther)) {
      return;
    }
    const before = this.manager;
    this.chosen = kind;
    this.manager = kind === 'manager' ? access?.createVantage() : undefined;
    this.onDidChange(this.manager ?? this.here);
    before?.dispose();
  }

  /** A command as a person runs it from where the probes start. */
  commandLine(command: string): string {
    return this.chosen === 'manager' ? (this.access?.commandLine(command) ?? command) : command;
  }

  dispose(): void {
    this.manager?.dispose();
  }
}
