import { SwarmscopeError } from '../common/errors';
import { describeError } from '../common/errorText';
import { describe, expect, it } from 'vitest';
import { brokeSession, readSshFailure, readSshPrompt, type SshFailure } from './sshText';

const changed = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
Someone could be eavesdropping on you right now (man-in-the-middle attack)!
It is also possible that a host key has just been changed.
The fingerprint for the ED25519 key sent by the remote host is
SHA256:eZ0pG5PIpvKbL2cTgL8mEzsdFMn4mJrmYJrBIsCU3Hk.
Please contact your system administrator.
Add correct host key in /home/me/.ssh/known_hosts to get rid of this message.
Offending ED25519 key in /home/me/.ssh/known_hosts:3
  remove with:
  ssh-keygen -f "/home/me/.ssh/known_hosts" -R "[manager]:2222"
Host key for [manager]:2222 has changed and you have requested strict checking.
Host key verification failed.
`;

const tooOpen = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
Permissions 0644 for '/home/me/.ssh/id_ed25519' are too open.
It is required that your private key files are NOT accessible by others.
This private key will be ignored.
Load key "/home/me/.ssh/id_ed25519": bad permissions
me@manager: Permission denied (publickey).
`;

type Row = readonly [
  what: string,
  stderr: string,
  exitCode: number | null,
  failure: { code: SshFailure['code']; details: Record<string, unknown> },
];

const rows: readonly Row[] = [
  [
    'a changed host key',
    changed,
    255,
    {
      code: 'ssh-host-key-changed',
      details: {
        host: '[manager]:2222',
        fingerprint: 'SHA256:eZ0pG5PIpvKbL2cTgL8mEzsdFMn4mJrmYJrBIsCU3Hk',
        file: '/home/me/.ssh/known_hosts',
      },
    },
  ],
  [
    'an unknown host key, without anybody to ask',
    'Host key verification failed.\r\n',
    255,
    { code: 'ssh-host-unknown', details: { host: 'manager' } },
  ],
  [
    'an unknown host key with strict checking',
    'No ED25519 host key is known for 10.0.0.1 and you have requested strict checking.\nHost key verification failed.\n',
    255,
    { code: 'ssh-host-unknown', details: { host: '10.0.0.1' } },
  ],
  [
    'a refused key',
    'me@manager: Permission denied (publickey,password).\r\n',
    255,
    {
      code: 'ssh-denied',
      details: { user: 'me', host: 'manager', methods: 'publickey, password' },
    },
  ],
  [
    'a refused key, OpenSSH before 7.7',
    'Permission denied (publickey).\n',
    255,
    { code: 'ssh-denied', details: { host: 'manager', methods: 'publickey' } },
  ],
  [
    'too many keys',
    'Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures\nDisconnected from 10.0.0.1 port 22\n',
    255,
    { code: 'ssh-denied', details: { host: 'manager' } },
  ],
  [
    'a key that others can read',
    tooOpen,
    255,
    {
      code: 'ssh-key',
      details: {
        path: '/home/me/.ssh/id_ed25519',
        reason: 'permissions',
        file: '/home/me/.ssh/id_ed25519',
      },
    },
  ],
  [
    'a key that is not there',
    'no such identity: /k: No such file or directory\nme@h: Permission denied (publickey).\n',
    255,
    { code: 'ssh-key', details: { path: '/k', reason: 'missing' } },
  ],
  [
    'a wrong passphrase',
    'Load key "/k": incorrect passphrase supplied to decrypt private key\nme@h: Permission denied (publickey).\n',
    255,
    { code: 'ssh-key', details: { path: '/k', reason: 'passphrase' } },
  ],
  [
    'a file that is no key',
    'Load key "/k": error in libcrypto\nme@h: Permission denied (publickey).\n',
    255,
    { code: 'ssh-key', details: { path: '/k', reason: 'format' } },
  ],
  [
    'a key that cannot be read',
    'Load key "/k": Permission denied\nme@h: Permission denied (publickey).\n',
    255,
    { code: 'ssh-key', details: { path: '/k', reason: 'unreadable' } },
  ],
  [
    'an agent that refuses',
    'sign_and_send_pubkey: signing failed for ED25519 "/k" from agent: agent refused operation\nme@h: Permission denied (publickey).\n',
    255,
    { code: 'ssh-key', details: { path: '/k', reason: 'agent' } },
  ],
  [
    'an unknown name',
    'ssh: Could not resolve hostname manager: Name or service not known\r\n',
    255,
    { code: 'ssh-unreachable', details: { host: 'manager', reason: 'unknown' } },
  ],
  [
    'a closed port',
    'ssh: connect to host 10.0.0.1 port 22: Connection refused\r\n',
    255,
    { code: 'ssh-unreachable', details: { host: '10.0.0.1', reason: 'refused' } },
  ],
  [
    'silence',
    'ssh: connect to host 10.0.0.1 port 22: Connection timed out\r\n',
    255,
    { code: 'ssh-unreachable', details: { host: '10.0.0.1', reason: 'silent' } },
  ],
  [
    'silence on macOS',
    'ssh: connect to host 10.0.0.1 port 22: Operation timed out\r\n',
    255,
    { code: 'ssh-unreachable', details: { host: '10.0.0.1', reason: 'silent' } },
  ],
  [
    'something that listens and is no sshd',
    'Connection timed out during banner exchange\nConnection to 10.0.0.1 port 22 timed out\n',
    255,
    { code: 'ssh-unreachable', details: { host: 'manager', reason: 'silent' } },
  ],
  [
    'no way there',
    'ssh: connect to host 10.0.0.1 port 22: No route to host\r\n',
    255,
    { code: 'ssh-unreachable', details: { host: '10.0.0.1', reason: 'no-route' } },
  ],
  [
    'a jump host that is down',
    'ssh: connect to host jump port 22: Connection refused\r\nConnection closed by UNKNOWN port 65535\r\n',
    255,
    { code: 'ssh-unreachable', details: { host: 'jump', reason: 'refused', jump: 1 } },
  ],
  [
    'a host behind a jump host that is down',
    'channel 0: open failed: connect failed: Connection refused\r\nstdio forwarding failed\r\nConnection closed by UNKNOWN port 65535\r\n',
    255,
    { code: 'ssh-unreachable', details: { host: 'manager', reason: 'refused' } },
  ],
  [
    'a host that a jump host does not know',
    'channel 0: open failed: connect failed: Name or service not known\nstdio forwarding failed\nConnection closed by UNKNOWN port 65535\n',
    255,
    { code: 'ssh-unreachable', details: { host: 'manager', reason: 'unknown' } },
  ],
  [
    'a bad option in the configuration',
    '/home/me/.ssh/config: line 3: Bad configuration option: hosst\r\n/home/me/.ssh/config: terminating, 1 bad configuration options\r\n',
    255,
    {
      code: 'ssh-config',
      details: { message: '/home/me/.ssh/config: line 3: Bad configuration option: hosst' },
    },
  ],
  [
    'a configuration file that is not there',
    "Can't open user config file /nowhere: No such file or directory\r\n",
    255,
    {
      code: 'ssh-config',
      details: { message: "Can't open user config file /nowhere: No such file or directory" },
    },
  ],
  [
    'a configuration file of somebody else',
    'Bad owner or permissions on /home/me/.ssh/config\r\n',
    255,
    {
      code: 'ssh-config',
      details: { message: 'Bad owner or permissions on /home/me/.ssh/config' },
    },
  ],
  ...[
    'bash: line 1: docker: command not found',
    'bash: docker: command not found',
    'sh: 1: docker: not found',
    'zsh:1: command not found: docker',
    'ash: docker: not found',
    'fish: Unknown command: docker',
    'bash: /opt/docker: No such file or directory',
  ].map((line): Row => [
    line,
    `${line}\n`,
    127,
    { code: 'ssh-no-docker', details: { host: 'manager' } },
  ]),
  [
    'cmd.exe without docker',
    "'docker' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n",
    1,
    { code: 'ssh-no-docker', details: { host: 'manager' } },
  ],
  ...[
    'failed to open the raw stream connection: dial unix /var/run/docker.sock: connect: permission denied',
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar": dial unix /var/run/docker.sock: connect: permission denied',
    'permission denied while trying to connect to the docker API at unix:///var/run/docker.sock',
  ].map((line): Row => [
    line,
    `${line}\n`,
    1,
    { code: 'ssh-socket-denied', details: { host: 'manager' } },
  ]),
  ...[
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    'failed to open the raw stream connection: dial unix /var/run/docker.sock: connect: no such file or directory',
    'failed to open the raw stream connection: dial unix /var/run/docker.sock: connect: connection refused',
    'failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct',
  ].map((line): Row => [
    line,
    `${line}\n`,
    1,
    { code: 'ssh-no-engine', details: { host: 'manager', message: line } },
  ]),
  ...[
    '"docker system" accepts no argument(s).\nSee \'docker system --help\'.',
    "docker: 'system' is not a docker command.\nSee 'docker --help'",
    'unknown command "dial-stdio" for "docker system"',
    'Error: unrecognized command `podman system dial-stdio`',
  ].map((line): Row => [
    line,
    `${line}\n`,
    1,
    { code: 'ssh-docker-old', details: { host: 'manager' } },
  ]),
  [
    'no algorithm in common',
    'Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-rsa\n',
    255,
    {
      code: 'ssh-failed',
      details: {
        message:
          'Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-rsa',
      },
    },
  ],
  [
    'a hang-up',
    'kex_exchange_identification: Connection closed by remote host\nConnection closed by 10.0.0.1 port 22\n',
    255,
    {
      code: 'ssh-failed',
      details: { message: 'Connection closed by 10.0.0.1 port 22' },
    },
  ],
  ['nothing at all', '', null, { code: 'ssh-failed', details: { message: '' } }],
];

describe('readSshFailure', () => {
  it.each(rows)('%s', (_, stderr, exitCode, failure) => {
    expect(readSshFailure({ stderr, exitCode }, 'manager')).toEqual({
      code: failure.code,
      details: { host: 'manager', ...failure.details },
    });
  });

  it('passes on what a login says instead of docker', () => {
    const ending = {
      stderr: '',
      stdout: 'This account is currently not available.\n',
      exitCode: 1,
    };
    expect(readSshFailure(ending, 'h').details).toMatchObject({
      message: 'This account is currently not available.',
    });
  });

  it('makes nothing of a banner that plays docker, while ssh itself failed', () => {
    const stderr = 'docker: command not found\nme@h: Permission denied (publickey).\n';
    expect(readSshFailure({ stderr, exitCode: 255 }, 'h').code).toBe('ssh-denied');
  });

  it('takes no word from a host into a command that could run something', () => {
    const stderr = changed
      .replaceAll('[manager]:2222', '$(id)')
      .replace('/home/me/.ssh/known_hosts:3', '/x";id;":3');
    const { details } = readSshFailure({ stderr, exitCode: 255 }, 'manager');
    expect(JSON.stringify(details)).not.toMatch(/id[;)]/);
    expect(details).toMatchObject({ host: 'manager' });
  });

  it('makes no command of a path that could run something, and still shows it', () => {
    const path = '$(touch /tmp/x)';
    const stderr = `Permissions 0644 for '${path}' are too open.\nme@h: Permission denied (publickey).\n`;
    const { code, details } = readSshFailure({ stderr, exitCode: 255 }, 'h');
    expect(details).toMatchObject({ path, reason: 'permissions' });
    expect(details).not.toHaveProperty('file');
    expect(describeError(new SwarmscopeError(code, details)).nextStep).not.toContain('touch');
  });

  it.each([
    ['Timeout, server manager not responding.\r\n', true],
    ['client_loop: send disconnect: Broken pipe\r\n', true],
    ['Connection to manager closed by remote host.\r\n', true],
    ['me@manager: Permission denied (publickey).\r\n', false],
    ['ssh: connect to host manager port 22: Connection timed out\r\n', false],
  ])('knows of a session that was up: %j', (stderr, wasUp) => {
    expect(brokeSession({ stderr, exitCode: 255 })).toBe(wasUp);
  });

  it('strips control characters and caps', () => {
    const stderr = `\u001B[31mred${'x'.repeat(5_000)}\n`;
    const message = String(readSshFailure({ stderr, exitCode: 255 }, 'h').details['message']);
    expect(message.length).toBeLessThanOrEqual(300);
    expect(message).not.toMatch(/\p{Cc}/u);
  });
});

const unknownHost = `The authenticity of host '[10.0.0.1]:2222 ([10.0.0.1]:2222)' can't be established.
ED25519 key fingerprint is SHA256:eZ0pG5PIpvKbL2cTgL8mEzsdFMn4mJrmYJrBIsCU3Hk.
This key is not known by any other names.
Are you sure you want to continue connecting (yes/no/[fingerprint])? `;

describe('readSshPrompt', () => {
  it.each([
    ["Enter passphrase for key '/home/me/.ssh/id ed': ", 'ssh-passphrase', '/home/me/.ssh/id ed'],
    ["Enter passphrase for RSA key '/k': ", 'ssh-passphrase', '/k'],
    ["me@10.0.0.1's password: ", 'ssh-password', 'me@10.0.0.1'],
    ['(me@10.0.0.1) Password: ', 'ssh-password', 'me@10.0.0.1'],
    ['(me@h) Verification code: ', 'ssh-prompt', '(me@h) Verification code:'],
    [
      "(me@h) Enter passphrase for key '/k': ",
      'ssh-prompt',
      "(me@h) Enter passphrase for key '/k':",
    ],
    ['Enter PIN for \u001Btoken: ', 'ssh-prompt', 'Enter PIN for  token:'],
  ])('%j asks for a secret', (prompt, kind, subject) => {
    expect(readSshPrompt(prompt, 'h')).toEqual({ kind: 'secret', question: { kind, subject } });
  });

  it('tells the question for a host key', () => {
    const question = {
      host: '[10.0.0.1]:2222',
      keyType: 'ED25519',
      fingerprint: 'SHA256:eZ0pG5PIpvKbL2cTgL8mEzsdFMn4mJrmYJrBIsCU3Hk',
    };
    expect(readSshPrompt(unknownHost, 'h')).toEqual({ kind: 'host-key', question });
    const old = unknownHost.replace('/[fingerprint]', '').replaceAll('\n', '\r\n');
    expect(readSshPrompt(old, 'h')).toEqual({ kind: 'host-key', question });
  });

  it.each(["Please type 'yes', 'no' or the fingerprint: ", 'Accept updated hostkeys? (yes/no): '])(
    'says no to %j',
    (prompt) => {
      expect(readSshPrompt(prompt, 'h')).toEqual({ kind: 'other-choice' });
    },
  );
});
