import * as l10n from '@vscode/l10n';
import type { SshErrorCode } from './errors';
import type { ErrorDescription, Facts } from './errorText';

/** The sentences of `errorText.ts` for ssh. */
export const SSH_SENTENCES: Readonly<Record<SshErrorCode, (of: Facts) => ErrorDescription>> = {
  'ssh-missing': (of) => ({
    title: l10n.t('The program "{0}" cannot be started here.', of.detail('program')),
    detail: l10n.t('An address with ssh:// is reached through it.'),
    nextStep: l10n.t('Install OpenSSH, or set "swarmscope.ssh.path" to where it is.'),
  }),
  'ssh-config': (of) => ({
    title: l10n.t('ssh cannot use its configuration.'),
    detail: sshSaid(of),
    nextStep: l10n.t('Correct that file, or "swarmscope.ssh.configFile" where it names another.'),
  }),
  'ssh-unreachable': (of) => ({
    title:
      of.detail('jump') === '1'
        ? l10n.t('The jump host {0} cannot be reached.', hostOf(of))
        : l10n.t('{0} cannot be reached by ssh.', hostOf(of)),
    detail: unreachable(of.detail('reason')),
    nextStep: reachIt(of.detail('reason')),
  }),
  'ssh-host-unknown': (of) => ({
    title: l10n.t('The host key of {0} is not known here.', hostOf(of)),
    detail:
      of.detail('fingerprint') === ''
        ? l10n.t('Nobody has confirmed yet that it is the right host.')
        : l10n.t('Nobody has confirmed yet that {0} is the right one.', of.detail('fingerprint')),
    nextStep: l10n.t(
      'Connect and compare the fingerprint, or do so once in a terminal with "ssh {0}".',
      of.detail('target') || hostOf(of),
    ),
  }),
  'ssh-host-key-changed': (of) => ({
    title: l10n.t('{0} has another host key than the one that is known.', hostOf(of)),
    detail: l10n.t('It may be another machine that pretends to be it, or it was set up anew.'),
    nextStep: l10n.t(
      'Ask who runs it. If the new key{0} is right, run: ssh-keygen{1} -R "{2}"',
      of.detail('fingerprint') === '' ? '' : ` ${of.detail('fingerprint')}`,
      of.detail('file') === '' ? '' : ` -f "${of.detail('file')}"`,
      hostOf(of),
    ),
  }),
  'ssh-denied': (of) => ({
    title:
      of.detail('user') === ''
        ? l10n.t('{0} does not let you in.', hostOf(of))
        : l10n.t('{0} does not let "{1}" in.', hostOf(of), of.detail('user')),
    detail:
      of.detail('methods') === ''
        ? l10n.t('It refused everything that was offered.')
        : l10n.t('It accepts {0}, and refused what was offered.', of.detail('methods')),
    nextStep: l10n.t(
      'Check the user name, and that your public key is in ~/.ssh/authorized_keys there.',
    ),
  }),
  'ssh-key': (of) => ({
    title: l10n.t('The ssh key {0} cannot be used.', of.detail('path')),
    detail: keyProblem(of.detail('reason')),
    nextStep: mendKey(of.detail('reason'), of.detail('file')),
  }),
  'ssh-no-docker': (of) => ({
    title: l10n.t('There is no docker command on {0}.', hostOf(of)),
    detail: l10n.t('The engine there is reached through "docker system dial-stdio".'),
    nextStep: l10n.t(
      'Install Docker’s command line there, or put it into the PATH of sessions without a terminal.',
    ),
  }),
  'ssh-docker-old': (of) => ({
    title: l10n.t('The docker command on {0} is too old.', hostOf(of)),
    detail: l10n.t('It does not know "docker system dial-stdio".'),
    nextStep: l10n.t('Update Docker there to 18.09 or later.'),
  }),
  'ssh-socket-denied': (of) => ({
    title: l10n.t('You may not use the engine on {0}.', hostOf(of)),
    detail: l10n.t('The user that ssh signs in as has no permission for its socket.'),
    nextStep: l10n.t(
      'Run "sudo usermod -aG docker {0}" there, or connect as another user.',
      of.detail('user') || '$USER',
    ),
  }),
  'ssh-no-engine': (of) => ({
    title: l10n.t('No Docker Engine answers on {0}.', hostOf(of)),
    detail: sshSaid(of),
    nextStep: l10n.t('Start Docker there, or add the path of its socket to the address.'),
  }),
  'ssh-failed': (of) => ({
    title: l10n.t('The connection to {0} by ssh failed.', hostOf(of)),
    detail: sshSaid(of),
    nextStep: l10n.t(
      'Try it in a terminal: ssh {0} docker system dial-stdio',
      of.detail('target') || hostOf(of),
    ),
  }),
};

function hostOf(of: Facts): string {
  return of.detail('host') || of.where;
}

function sshSaid(of: Facts): string {
  const message = of.detail('message');
  return message === '' ? l10n.t('It gave no reason.') : l10n.t('It says: {0}', message);
}

function unreachable(reason: string): string {
  switch (reason) {
    case 'unknown':
      return l10n.t('Its name could not be looked up.');
    case 'refused':
      return l10n.t('No ssh server listens at this port.');
    case 'no-route':
      return l10n.t('There is no way to it in this network.');
    default:
      return l10n.t('It does not answer.');
  }
}

function reachIt(reason: string): string {
  switch (reason) {
    case 'unknown':
      return l10n.t('Check the spelling, or add the host to your ssh configuration.');
    case 'refused':
      return l10n.t('Check the port, and that sshd runs there.');
    default:
      return l10n.t('Check that the machine is up and that no firewall is in between.');
  }
}

function keyProblem(reason: string): string {
  switch (reason) {
    case 'missing':
      return l10n.t('The file does not exist.');
    case 'unreadable':
      return l10n.t('The file cannot be read.');
    case 'permissions':
      return l10n.t('Others can read the file, so ssh does not trust it.');
    case 'passphrase':
      return l10n.t('The passphrase does not open it.');
    case 'agent':
      return l10n.t('The ssh agent refused to sign with it.');
    default:
      return l10n.t('The file is no key that ssh can read.');
  }
}

/** `file` is the key's path where it is harmless in a command. */
function mendKey(reason: string, file: string): string {
  switch (reason) {
    case 'permissions':
      return file === ''
        ? l10n.t('Take the right to read it from everybody but yourself.')
        : l10n.t('Run: chmod 600 "{0}"', file);
    case 'passphrase':
      return l10n.t('Connect again and enter the passphrase of this key.');
    case 'agent':
      return l10n.t('Unlock the agent or the security key, and connect again.');
    default:
      return l10n.t('Correct IdentityFile in your ssh configuration, or choose another key.');
  }
}
