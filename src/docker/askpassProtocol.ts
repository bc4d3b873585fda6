/** Environment variable with the path of the socket that the extension host listens on. */
export const ASKPASS_SOCKET = 'SWARMSCOPE_ASKPASS_SOCKET';

/** Environment variable with what proves that a question comes from an ssh of ours. */
export const ASKPASS_TOKEN = 'SWARMSCOPE_ASKPASS_TOKEN';

/** One line of JSON from the askpass program. */
export interface AskpassRequest {
  readonly token: string;
  /** In ssh's words. */
  readonly prompt: string;
  /** SSH_ASKPASS_PROMPT: `none` when nothing is asked and it is only to be shown, else something else. */
  readonly hint: string;
}

/** One line of JSON to it; without an answer ssh is refused. */
export interface AskpassReply {
  readonly answer?: string;
}
