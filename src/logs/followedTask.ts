/** A task as far as reading its log goes. */
export interface FollowedTask {
  readonly id: string;
  /** `web.2`; a global service's name alone. */
  readonly name: string;
  /** Host name of its node. */
  readonly node: string;
  /** False while the swarm says that its node is down. */
  readonly answers: boolean;
  /** Its container has ended for good. */
  readonly ended: boolean;
  /** How it ended, in the engine's words; empty while it runs. */
  readonly outcome: string;
  /** It has a terminal, so that its log has no frames. */
  readonly hasTerminal: boolean;
}
