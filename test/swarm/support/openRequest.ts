import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ErrorCode, ErrorDetails } from '../../../src/common/errors';
import type { SecretQuestion } from '../../../src/docker/secrets';
import type { ConnectionEntry } from '../../../src/docker/target';
import type { Lab } from '../../lab/lab';
import { run } from '../../lab/processes';

/** What is to be opened, and what a person answers in turn; nobody is there to ask when omitted. */
export interface OpenRequest {
  readonly entry: ConnectionEntry;
  /** Null: the person gives up. */
  readonly answers?: readonly (string | null)[];
}

/** What came of it. */
export type OpenResult = {
  readonly asked: readonly SecretQuestion[];
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
  const tsx = createRequire(import.meta.url).resolve('tsx');
  // nsenter wants root, so the user is changed inside.
  const user =
    uid === undefined ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
  const { stdout } = await run(
    'nsenter',
    [`--net=${lab.clientNetns}`, ...user, process.execPath, '--import', tsx, script],
    { input: JSON.stringify(request), env: { ...env }, timeout: 90_000 },
  );
  return JSON.parse(stdout) as OpenResult;
}
