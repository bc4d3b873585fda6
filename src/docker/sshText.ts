import type { ErrorDetails, SshErrorCode } from '../common/errors';
import { toPlainLine } from '../common/text';
import type { HostKeyQuestion, SecretQuestion } from './secrets';

/**
 * The only reader of what ssh, the shell on the other side and the docker command there write: it
 * gives codes and details. The texts are those of OpenSSH 7.6 to 10 in the C locale and of the docker
 * command 17 to 29. A host can write anything to stderr (its banner), so details that go into a
 * command for people are taken only when they are plain words.
 */

/** How an ssh program ended. */
export interface SshEnding {
  /** The last of what it wrote to stderr. */
  readonly stderr: string;
  /** What came instead of an answer of the engine, such as a login shell's chatter. */
  readonly stdout?: string;
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
}

/** The name that a failure is given. */
export interface SshFailure {
  readonly code: SshErrorCode;
  readonly details: ErrorDetails;
}

/** What ssh writes only of a session that was up, whatever else stands there. */
const BROKEN_SESSION =
  /^(?:Timeout, server |client_loop: |packet_write_(?:wait|poll): |Read from remote host |Connection to \S+ closed by remote host)/m;

/** Whether a session was up before ssh ended, so that a request may have reached the engine. */
export function brokeSession({ stderr }: SshEnding): boolean {
  return BROKEN_SESSION.test(stderr.replaceAll('\r', ''));
}

/** Tells why ssh ended. `host` is that of the address; another one in a message is a jump host. */
export function readSshFailure(ending: SshEnding, host: string): SshFailure {
  const text = ending.stderr.replaceAll('\r', '');
  const found =
    readConfigProblem(text) ??
    readHostKey(text) ??
    readUnreachable(text, host) ??
    readDenied(text) ??
    (ending.exitCode === 255 ? undefined : readRemote(text));
  const { code, details } = found ?? {
    code: 'ssh-failed',
    details: { message: lastWords(text) || lastWords(ending.stdout ?? '') },
  };
  return { code, details: { host, ...details } };
}

function readConfigProblem(text: string): SshFailure | undefined {
  const line =
    /^(?:.*: line \d+: )?(?:Bad (?:owner or permissions on|configuration option)|Can't open user config file|terminating, \d+ bad configuration options?|unknown option --|unknown key type|Unsupported option).*$/m.exec(
      text,
    )?.[0];
  return line === undefined
    ? undefined
    : { code: 'ssh-config', details: { message: toPlainLine(line) } };
}

function readHostKey(text: string): SshFailure | undefined {
  const changed = text.includes('REMOTE HOST IDENTIFICATION HAS CHANGED');
  const unknown =
    /^No (\S+) host key is known for (\S+) and you have requested strict checking/m.exec(text);
  if (!changed && unknown === null && !/^Host key verification failed\.?$/m.test(text)) {
    return undefined;
  }
  const file = /^Offending (?:\S+ )?key in (.+):\d+$/m.exec(text)?.[1] ?? '';
  const host =
    /^Host key for (\S+) has changed/m.exec(text)?.[1] ??
    /^\s*ssh-keygen .*-R "?([^"\s]+)"?$/m.exec(text)?.[1] ??
    unknown?.[2];
  return {
    code: changed ? 'ssh-host-key-changed' : 'ssh-host-unknown',
    details: defined({
      host: plainWord(host),
      fingerprint: plainWord(/\b(SHA256:[\w+/=]+)/.exec(text)?.[1]),
      file: changed ? plainPath(file) : undefined,
    }),
  };
}

const REASONS: readonly (readonly [reason: string, words: RegExp])[] = [
  ['refused', /refused/i],
  ['silent', /timed out|timeout/i],
  ['no-route', /no route to host|unreachable/i],
];

function readUnreachable(text: string, target: string): SshFailure | undefined {
  const unnamed = /^ssh: Could not resolve hostname (\S+?):/m.exec(text);
  const failed = /^ssh: connect to host (\S+) port \d+: (.+)$/m.exec(text);
  // What a jump host says of the host behind it.
  const forwarded = /^channel \d+: open failed: connect failed: (.+)$/m.exec(text)?.[1];
  const slow = /^(?:Connection timed out during banner exchange|Timeout, server .*)$/m.test(text);
  const why = failed?.[2] ?? forwarded ?? (slow ? 'timed out' : undefined);
  if (unnamed === null && why === undefined) {
    return undefined;
  }
  const host = plainWord((unnamed ?? failed)?.[1]) ?? target;
  const unknown = unnamed !== null || /could not resolve|not known|resolution/i.test(why ?? '');
  const reason = unknown ? 'unknown' : REASONS.find(([, words]) => words.test(why ?? ''))?.[0];
  // Behind a jump the outer ssh ends with a host that has no name for it.
  const jump = /^Connection closed by UNKNOWN port 65535$/m.test(text) && forwarded === undefined;
  return {
    code: 'ssh-unreachable',
    details: { host, reason: reason ?? 'no-route', ...(jump ? { jump: 1 } : {}) },
  };
}

function readDenied(text: string): SshFailure | undefined {
  const denied = /^(?:(\S+?)@(\S+): )?Permission denied \(([\w,@.-]+)\)\.?$/m.exec(text);
  const tooMany = /Too many authentication failures/.test(text);
  if (denied === null && !tooMany) {
    return undefined;
  }
  const key = readKeyProblem(text);
  return (
    key ?? {
      code: 'ssh-denied',
      details: defined({
        user: plainWord(denied?.[1]),
        host: plainWord(denied?.[2]),
        methods: denied?.[3]?.replaceAll(',', ', '),
      }),
    }
  );
}

const KEY_PROBLEMS: readonly (readonly [reason: string, words: RegExp])[] = [
  ['permissions', /^Permissions \d+ for '(.+)' are too open\.?$/m],
  ['missing', /^no such identity: (.+): No such file or directory$/m],
  ['passphrase', /^Load key "(.+)": incorrect passphrase supplied to decrypt private key$/m],
  ['permissions', /^Load key "(.+)": bad permissions$/m],
  ['unreadable', /^(?:Load key "(.+)"|no such identity: .+): Permission denied$/m],
  ['format', /^Load key "(.+)": (?:invalid format|error in libcrypto|unknown or unsupported .*)$/m],
  ['agent', /^sign_and_send_pubkey: signing failed .*"(.+)".*agent refused operation/m],
];

function readKeyProblem(text: string): SshFailure | undefined {
  for (const [reason, words] of KEY_PROBLEMS) {
    const path = words.exec(text)?.[1];
    if (path !== undefined) {
      const file = reason === 'permissions' ? plainPath(path) : undefined;
      return { code: 'ssh-key', details: defined({ path: toPlainLine(path), reason, file }) };
    }
  }
  return undefined;
}

/** What the shell or the docker command on the host says; ssh passes its exit code on. */
const REMOTE: readonly (readonly [code: SshErrorCode, words: RegExp])[] = [
  [
    'ssh-socket-denied',
    /permission denied while trying to connect to the docker|dial unix .*: connect: permission denied/i,
  ],
  [
    'ssh-no-engine',
    /cannot connect to the docker daemon|failed to connect to the docker API|dial (?:unix|tcp) .*: (?:connect: )?(?:no such file|connection refused)|open .*pipe.*docker.*cannot find the file/i,
  ],
  [
    'ssh-docker-old',
    /is not a docker command|unknown command:? .*dial-stdio|accepts no argument|unrecognized command.*dial-stdio/i,
  ],
  [
    'ssh-no-docker',
    /docker.*(?:not found|not recognized|no such file)|command not found: docker|unknown command:? '?docker'?$/im,
  ],
];

function readRemote(text: string): SshFailure | undefined {
  const code = REMOTE.find(([, words]) => words.test(text))?.[0];
  return code === undefined
    ? undefined
    : { code, details: code === 'ssh-no-engine' ? { message: lastWords(text) } : {} };
}

/** The last line that says something; ssh's own parting words say nothing. */
function lastWords(text: string): string {
  const lines = text.split('\n').map((line) => toPlainLine(line));
  const said = lines.filter(
    (line) =>
      line !== '' &&
      !/^(?:Warning: Permanently added|Connection to \S+ closed\.?$|kex_exchange_identification: $|Connection closed by UNKNOWN port|See ')/.test(
        line,
      ),
  );
  return said.at(-1) ?? lines.findLast((line) => line !== '') ?? '';
}

/** What ssh asks through its askpass program. */
export type SshPrompt =
  | { readonly kind: 'secret'; readonly question: Omit<SecretQuestion, 'again'> }
  | { readonly kind: 'host-key'; readonly question: HostKeyQuestion }
  /** A yes or no that is no host key: always no. */
  | { readonly kind: 'other-choice' };

/** Reads a prompt; `host` stands in where it names none. */
export function readSshPrompt(prompt: string, host: string): SshPrompt {
  const text = prompt.replaceAll('\r', '');
  if (/\((?:yes\/no(?:\/\[fingerprint\])?)\)[?:]? *$/.test(text)) {
    return readHostKeyPrompt(text, host);
  }
  if (text.startsWith("Please type 'yes'")) {
    return { kind: 'other-choice' };
  }
  // What the host itself asks begins with `(user@host) `, so it cannot pose as one of these.
  const key = /^Enter passphrase for (?:\S+ )?key '?(.+?)'?: ?$/.exec(text)?.[1];
  const owner =
    /^(\S+@\S+)'s password: ?$/.exec(text)?.[1] ?? /^\((\S+@\S+)\) Password: ?$/i.exec(text)?.[1];
  if (key !== undefined) {
    return secret('ssh-passphrase', key);
  }
  return owner === undefined ? secret('ssh-prompt', text) : secret('ssh-password', owner);
}

function secret(kind: SecretQuestion['kind'], subject: string): SshPrompt {
  return { kind: 'secret', question: { kind, subject: toPlainLine(subject, 200) } };
}

function readHostKeyPrompt(text: string, target: string): SshPrompt {
  const key = /^(\S+) key fingerprint is (\S+?)\.?$/m.exec(text);
  if (key === null) {
    return { kind: 'other-choice' };
  }
  const host = /^The authenticity of host '(.+?)(?: \(.*\))?' can't be established/m.exec(text);
  const [, keyType = '', fingerprint = ''] = key;
  return {
    kind: 'host-key',
    question: {
      host: toPlainLine(host?.[1] ?? target, 200),
      keyType: toPlainLine(keyType, 40),
      fingerprint: toPlainLine(fingerprint, 100),
    },
  };
}

/** A word that is harmless in a command for people. */
function plainWord(word: string | undefined): string | undefined {
  return word !== undefined && /^[\w.:@[\]+/=-]{1,255}$/.test(word) ? word : undefined;
}

/** A path that is harmless between double quotes in a command for people. */
function plainPath(path: string): string | undefined {
  return /^[\w./\\:@+~ -]{1,500}$/.test(path) ? path : undefined;
}

function defined(details: ErrorDetails): ErrorDetails {
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}
