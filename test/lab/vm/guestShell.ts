import { request } from 'node:http';
import type { CommandResult } from '../processes';
import { commandPath } from './guestScripts';

/** Runs a shell script inside the VM as root; rejects when the VM does not answer within the deadline. */
export async function runInGuest(
  socketPath: string,
  script: string,
  timeoutMs: number,
): Promise<CommandResult> {
  return await new Promise((resolve, reject) => {
    const sent = request(
      {
        socketPath,
        method: 'POST',
        path: commandPath,
        agent: false,
        headers: { 'content-length': Buffer.byteLength(script) },
      },
      (answer) => {
        let stdout = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => (stdout += part));
        answer.on('error', reject);
        answer.on('end', () => {
          const exitCode = Number(answer.headers['exit-status'] ?? NaN);
          resolve({ stdout, stderr: '', exitCode, failed: exitCode !== 0 });
        });
      },
    );
    sent.on('error', reject);
    const late = setTimeout(
      () => sent.destroy(new Error(`The VM did not answer within ${timeoutMs / 1000} s.`)),
      timeoutMs,
    );
    sent.on('close', () => clearTimeout(late));
    sent.end(script);
  });
}
