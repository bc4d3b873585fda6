import * as l10n from '@vscode/l10n';
import type { ErrorDescription, Facts } from './errorText';

/** Says that a unix socket or named pipe does not exist. */
export function socketMissing(of: Facts): ErrorDescription {
  const others = of.detail('others');
  return {
    title: l10n.t('There is no engine at {0}.', of.where),
    detail: l10n.t('The socket does not exist: Docker does not run, or listens elsewhere.'),
    nextStep:
      others === ''
        ? startDocker(of.detail('platform'))
        : l10n.t('Start Docker there, or connect to {0}, which is there.', others),
  };
}

function startDocker(platform: string): string {
  switch (platform) {
    case 'linux':
      return l10n.t(
        'Start Docker ("sudo systemctl start docker") or Docker Desktop, or choose another connection. Rootless Docker listens at $XDG_RUNTIME_DIR/docker.sock.',
      );
    case 'darwin':
    case 'win32':
      return l10n.t('Start Docker Desktop, or choose another connection.');
    default:
      return l10n.t('Start Docker there, or choose another connection.');
  }
}

/** Says that the person's user may not use a unix socket or named pipe, and how it may. */
export function socketDenied(of: Facts): ErrorDescription {
  const group = of.detail('group');
  const title = l10n.t('You may not use {0}.', of.where);
  if (group === '') {
    return {
      title,
      detail: l10n.t('The socket exists, but your user has no permission for it.'),
      nextStep: l10n.t('Ask whoever runs Docker there for access, or choose another connection.'),
    };
  }
  if (of.detail('platform') === 'win32') {
    return {
      title,
      detail: l10n.t('The members of the group {0} may use it.', group),
      nextStep: l10n.t(
        'Run "net localgroup {0} %USERNAME% /add" as administrator and sign in again, or choose another connection.',
        group,
      ),
    };
  }
  return { title, ...byMembership(group, of.detail('member')) };
}

function byMembership(group: string, member: string): Omit<ErrorDescription, 'title'> {
  switch (member) {
    case 'now':
      return {
        detail: l10n.t(
          'It belongs to the group {0}, which you are in, but it or a folder above it keeps that group out.',
          group,
        ),
        nextStep: l10n.t('Check its permissions with "ls -l", or choose another connection.'),
      };
    case 'later':
      return {
        detail: l10n.t(
          'It belongs to the group {0}. You were added to it after you signed in.',
          group,
        ),
        nextStep: l10n.t('Sign out and in again; in a remote window restart its VS Code Server.'),
      };
    default:
      return {
        detail: l10n.t('It belongs to the group {0}, which you are not in.', group),
        nextStep: l10n.t(
          'Run "sudo usermod -aG {0} $USER" and sign in again, or choose another connection.',
          group,
        ),
      };
  }
}

/** Says that the engine speaks no API version as old or new as ours. */
export function apiTooOld(of: Facts): ErrorDescription {
  const [engine, ours] = [of.detail('engine'), of.detail('ours')];
  return (
    pinnedApi(of, l10n.t('It speaks API {0} and earlier.', engine)) ?? {
      title: l10n.t('The engine at {0} is too old.', of.where),
      detail: l10n.t('It speaks API {0}, Swarmscope needs {1}.', engine, ours),
      nextStep: l10n.t('Update the engine.'),
    }
  );
}

/** Says that the engine speaks no API version as old as ours any more. */
export function apiTooNew(of: Facts): ErrorDescription {
  const [engine, ours] = [of.detail('engine'), of.detail('ours')];
  return (
    pinnedApi(of, l10n.t('It speaks API {0} and later.', engine)) ?? {
      title: l10n.t('The engine at {0} is newer than this version of Swarmscope.', of.where),
      detail: l10n.t('It no longer speaks API {0}, only {1} and later.', ours, engine),
      nextStep: l10n.t('Update Swarmscope.'),
    }
  );
}

/** Undefined where no version was pinned. */
function pinnedApi(of: Facts, detail: string): ErrorDescription | undefined {
  const pinned = of.detail('pinned');
  return pinned === ''
    ? undefined
    : {
        title: l10n.t('The engine at {0} does not speak API {1}.', of.where, pinned),
        detail,
        nextStep:
          of.detail('pinnedBy') === 'setting'
            ? l10n.t('Correct "apiVersion" of this connection in the settings, or take it out.')
            : l10n.t(
                'Correct DOCKER_API_VERSION in the environment that VS Code starts in, or take it out.',
              ),
      };
}
