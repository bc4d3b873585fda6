import type { InfoRecord } from '../docker/records/info';

/** What engines told of themselves when they were last looked at, by the id of their connection. */
export class Acquaintances {
  private readonly known = new Map<string, InfoRecord>();

  note(connectionId: string, info: InfoRecord): void {
    this.known.set(connectionId, info);
  }

  find(connectionId: string): InfoRecord | undefined {
    return this.known.get(connectionId);
  }
}
