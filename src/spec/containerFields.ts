import * as l10n from '@vscode/l10n';
import { field, type ServiceField } from './serviceField';

/** What is inside the tasks. */
export function containerFields(): readonly ServiceField[] {
  return [
    field('env', 'map', '--env', l10n.t('Environment variables, as name: value.')),
    field('entrypoint', 'list', '--entrypoint', l10n.t('Replaces the image’s entrypoint.')),
    field('args', 'list', undefined, l10n.t('Arguments of the command.')),
    field('workdir', 'text', '--workdir', l10n.t('Folder in which the command starts.'), {
      example: '/app',
    }),
    field('user', 'text', '--user', l10n.t('User and group that the command runs as.'), {
      example: '1000:1000',
    }),
    field('groups', 'list', '--group', l10n.t('Further groups of the user.')),
    field('healthcheck', 'group', undefined, l10n.t('How the engine sees whether a task works.'), {
      fields: healthFields(),
    }),
    field('stopSignal', 'text', '--stop-signal', l10n.t('Signal that stops a task.'), {
      example: 'SIGTERM',
    }),
    field(
      'stopGracePeriod',
      'text',
      '--stop-grace-period',
      l10n.t('How long a task may take to stop before it is killed.'),
      { example: '30s' },
    ),
    field('init', 'switch', '--init', l10n.t('Runs an init process that reaps children.')),
    field('tty', 'switch', '--tty', l10n.t('Gives the tasks a terminal.')),
    field('readOnly', 'switch', '--read-only', l10n.t('Makes the container’s files read-only.')),
    field('containerLabels', 'map', '--container-label', l10n.t('Labels of the containers.')),
  ];
}

function healthFields(): readonly ServiceField[] {
  return [
    field('command', 'text', '--health-cmd', l10n.t('A shell command; 0 means healthy.'), {
      example: 'curl -fsS http://localhost/ || exit 1',
    }),
    field('exec', 'list', undefined, l10n.t('Instead of command: words that run without a shell.')),
    field('interval', 'text', '--health-interval', l10n.t('Time between two checks.'), {
      example: '30s',
    }),
    field('timeout', 'text', '--health-timeout', l10n.t('How long one check may take.'), {
      example: '5s',
    }),
    field('retries', 'number', '--health-retries', l10n.t('Failures until unhealthy.'), {
      example: '3',
    }),
    field(
      'startPeriod',
      'text',
      '--health-start-period',
      l10n.t('Time after the start in which failures do not count.'),
      { example: '10s' },
    ),
    field(
      'startInterval',
      'text',
      '--health-start-interval',
      l10n.t('Time between checks during the start period (Docker 25 and later).'),
      { example: '2s' },
    ),
    field(
      'disable',
      'switch',
      '--no-healthcheck',
      l10n.t('Switches the image’s own check off; leave the rest out then.'),
    ),
  ];
}

/** What the tasks see as files. */
export function fileFields(): readonly ServiceField[] {
  return [
    field('mounts', 'rows', '--mount', l10n.t('Volumes and folders in the tasks.'), {
      fields: mountFields(),
    }),
    field('secrets', 'rows', '--secret', l10n.t('Secrets, as files below /run/secrets.'), {
      fields: storedFields('secrets'),
    }),
    field('configs', 'rows', '--config', l10n.t('Configs, as files.'), {
      fields: storedFields('configs'),
    }),
  ];
}

function mountFields(): readonly ServiceField[] {
  return [
    field('type', 'choice', 'type=', l10n.t('What is mounted.'), {
      values: ['volume', 'bind', 'tmpfs', 'npipe'],
    }),
    field('source', 'text', 'source=', l10n.t('Volume name, or a path of the node.'), {
      example: 'data',
    }),
    field('target', 'text', 'target=', l10n.t('Path in the tasks.'), { example: '/data' }),
    field('readOnly', 'switch', 'readonly', l10n.t('Tasks may not write.')),
    field('bind', 'group', undefined, l10n.t('Of a bind mount.'), {
      fields: [
        field('propagation', 'choice', 'bind-propagation=', l10n.t('How mounts spread.'), {
          values: ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'],
        }),
        field('nonRecursive', 'switch', 'bind-nonrecursive', l10n.t('Leaves mounts below out.')),
      ],
    }),
    field('volume', 'group', undefined, l10n.t('Of a volume.'), {
      fields: [
        field('nocopy', 'switch', 'volume-nocopy', l10n.t('Does not copy the image’s files.')),
        field('subpath', 'text', 'volume-subpath=', l10n.t('Path within the volume.')),
        field('driver', 'text', 'volume-driver=', l10n.t('Driver that makes the volume.')),
        field('driverOpts', 'map', 'volume-opt=', l10n.t('Options for the driver.')),
        field('labels', 'map', 'volume-label=', l10n.t('Labels of the volume.')),
      ],
    }),
    field('tmpfs', 'group', undefined, l10n.t('Of a folder in memory.'), {
      fields: [
        field('size', 'text', 'tmpfs-size=', l10n.t('Largest size.'), { example: '64M' }),
        field('mode', 'text', 'tmpfs-mode=', l10n.t('Permissions, octal.'), { example: '1777' }),
      ],
    }),
  ];
}

function storedFields(source: 'secrets' | 'configs'): readonly ServiceField[] {
  return [
    field(
      'source',
      'text',
      'source=',
      source === 'secrets' ? l10n.t('Name of the secret.') : l10n.t('Name of the config.'),
      { source },
    ),
    field(
      'target',
      'text',
      'target=',
      source === 'secrets'
        ? l10n.t('File name; the secret’s name when left out.')
        : l10n.t('Path in the tasks; /NAME when left out.'),
    ),
    field('uid', 'text', 'uid=', l10n.t('Number of the owner.'), { example: '0' }),
    field('gid', 'text', 'gid=', l10n.t('Number of the group.'), { example: '0' }),
    field('mode', 'text', 'mode=', l10n.t('Permissions, octal.'), { example: '0444' }),
  ];
}
