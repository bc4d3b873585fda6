import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ErrorCode, ErrorDetails } from '../../../src/common/errors';
import type { HostKeyQuestion, SecretQuestion } from '../../../src/docker/secrets';
import type { SshOptions } from '../../../src/docker/sshCommand';
import type { ConnectionEntry } from '../../../src/docker/target';
import type { Lab } from '../../lab/lab';
import type { Followed } from './followLogs';
import { run } from '../../lab/processes';

/** What is to be opened, and what a person answers in turn; nobody is there to ask when omitted. */
export interface OpenRequest {
  readonly entry: ConnectionEntry;
  /** Null: the person gives up. */
  readonly answers?: readonly (string | null)[];
  /** True: the person says that an unknown host is the right one. */
  readonly trusts?: boolean;
  readonly ssh?: SshOptions;
  /**
   * `exercise`: follows events, creates a network and removes it. `hold`: stays connected. `logs`:
   * follows the logs of the service named `service` until every task shown has written line 40, and
   * asks for other things meanwhile.
   */
  readonly act?: 'exercise' | 'hold' | 'logs';
  readonly service?: string;
}

/** What came of it. */
export type OpenResult = {
  readonly asked: readonly (SecretQuestion | HostKeyQuestion)[];
  /** Every line that was logged, at every level. */
  readonly log: readonly string[];
} & (
  | {
      readonly ok: true;
      readonly info: {
        readonly engineName: string;
        readonly nodeId: string;
        readonly apiVersion: string;
      };
      /** What the exercise heard. */
      readonly events: readonly string[];
      /** What came of following logs. */
      readonly followed?: Followed;
      /** Names of programs that were still running soon after everything was disposed. */
      readonly left: readonly string[];
    }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly details: ErrorDetails;
      readonly message: string;
      readonly nextStep: string;
    }
);

const script = path.resolve(fileURLToPath(import.meta.url), '../openConnection.ts');

/** How the script is run. */
export interface OpenPlace {
  readonly env?: Readonly<Record<string, string>>;
  /** Id of the user and group to run as; root's when omitted. */
  readonly uid?: number;
}

/** Opens a connection in a process of its own inside a lab's client namespace. */
export async function openInside(
  lab: Lab,
  request: OpenRequest,
  { env = {}, uid }: OpenPlace = {},
): Promise<OpenResult> {
  const [program, ...args] = openCommand(lab, uid);
  const input = JSON.stringify(request);
  const { stdout } = await run(program, args, { input, env: { ...env }, timeout: 90_000 });
  return JSON.parse(stdout) as OpenResult;
}

/** The program that does it; each part becomes the next one, so that its pid is that of the last. */
export function openCommand(lab: Lab, uid?: number): [program: string, ...args: string[]] {
  const tsx = createRequire(import.meta.url).resolve('tsx');
  // nsenter wants root, so the user is changed inside.
  const user =
    uid === undefined ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
  const node = [process.execPath, '--import', tsx, script];
  return ['nsenter', `--net=${lab.clientNetns}`, ...user, ...node];
}
