import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import type { Disposable } from '../common/disposable';
import { toDisposable } from '../common/disposable';
import { shellCommand } from '../common/shellQuote';
import { ASKPASS_SOCKET, ASKPASS_TOKEN, type AskpassReply } from './askpassProtocol';

/**
 * Answers one prompt of one ssh; undefined refuses it. `signal` aborts when ssh does not wait for it
 * any more.
 */
export type AskpassHandler = (
  prompt: { readonly text: string; readonly hint: string },
  signal: AbortSignal,
) => Promise<string | undefined>;

/** What an ssh needs so that its prompts come here, until it is disposed. */
export interface AskpassTicket extends Disposable {
  readonly env: Readonly<Record<string, string>>;
}

/** Longest question that is read, in bytes. */
const QUESTION_LIMIT = 64 * 1024;

const requestSchema = v.object({ token: v.string(), prompt: v.string(), hint: v.string() });

/**
 * Where the askpass programs of ssh ask: a unix socket in a private folder, beside the little script
 * that ssh runs. Whoever asks shows the token of one running ssh. Nothing secret is in an argument,
 * in the environment or on disk.
 */
export class AskpassServer implements Disposable {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'swarmscope-ssh-'));
  private readonly socket = path.join(this.folder, 'ask');
  private readonly launcher = path.join(this.folder, 'askpass');
  private readonly handlers = new Map<string, AskpassHandler>();
  private readonly connections = new Set<net.Socket>();
  private readonly server = net.createServer((connection) => this.serve(connection));

  /** `script` is the path of the built `askpassMain.ts`. */
  constructor(script: string, onError: (error: Error) => void) {
    const command = shellCommand([process.execPath, script]);
    // VS Code's own runtime runs it, for machines without a `node`.
    writeFileSync(this.launcher, `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec ${command} "$@"\n`, {
      mode: 0o700,
    });
    // The umask may have taken the bit away.
    chmodSync(this.launcher, 0o700);
    this.server.on('error', onError);
    this.server.listen(this.socket);
    this.server.unref();
  }

  /** Sends the prompts of one ssh, which runs with the ticket's environment, to `handler`. */
  admit(handler: AskpassHandler): AskpassTicket {
    const token = randomBytes(32).toString('hex');
    this.handlers.set(token, handler);
    const env = {
      SSH_ASKPASS: this.launcher,
      // OpenSSH 8.4 and later; older ones ask this way when there is a display and no terminal.
      SSH_ASKPASS_REQUIRE: 'force',
      DISPLAY: process.env['DISPLAY'] ?? ':0',
      [ASKPASS_SOCKET]: this.socket,
      [ASKPASS_TOKEN]: token,
    };
    return { env, ...toDisposable(() => this.handlers.delete(token)) };
  }

  dispose(): void {
    this.handlers.clear();
    for (const connection of this.connections) {
      connection.destroy();
    }
    this.server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private serve(connection: net.Socket): void {
    const gone = new AbortController();
    let text = '';
    this.connections.add(connection);
    connection.setEncoding('utf8');
    connection.on('error', () => undefined);
    connection.on('close', () => {
      this.connections.delete(connection);
      gone.abort();
    });
    const read = (chunk: string): void => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) {
        connection.off('data', read);
        connection.resume();
        void this.answer(text.slice(0, end), gone.signal).then((reply) =>
          connection.end(`${JSON.stringify(reply)}\n`),
        );
      } else if (text.length > QUESTION_LIMIT) {
        connection.destroy();
      }
    };
    connection.on('data', read);
  }

  private async answer(line: string, signal: AbortSignal): Promise<AskpassReply> {
    try {
      const { token, prompt, hint } = v.parse(requestSchema, JSON.parse(line));
      const answer = await this.handlers.get(token)?.({ text: prompt, hint }, signal);
      return answer === undefined ? {} : { answer };
    } catch {
      return {};
    }
  }
}
