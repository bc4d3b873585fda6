import * as l10n from '@vscode/l10n';
import { field, type ServiceField } from './serviceField';

/** When tasks end, start and are replaced. */
export function policyFields(): readonly ServiceField[] {
  return [
    field('restart', 'group', undefined, l10n.t('When tasks start anew.'), {
      fields: [
        field('condition', 'choice', '--restart-condition', l10n.t('After which ends.'), {
          values: ['any', 'on-failure', 'none'],
        }),
        field('delay', 'text', '--restart-delay', l10n.t('Wait before.'), { example: '5s' }),
        field('maxAttempts', 'number', '--restart-max-attempts', l10n.t('Most attempts.'), {
          example: '3',
        }),
        field('window', 'text', '--restart-window', l10n.t('Time in which attempts count.'), {
          example: '2m',
        }),
      ],
    }),
    field('update', 'group', undefined, l10n.t('How an update goes.'), {
      fields: updateFields('update', ['pause', 'continue', 'rollback']),
    }),
    field('rollback', 'group', undefined, l10n.t('How a rollback goes.'), {
      fields: updateFields('rollback', ['pause', 'continue']),
    }),
  ];
}

function updateFields(
  flag: 'update' | 'rollback',
  actions: readonly string[],
): readonly ServiceField[] {
  return [
    field(
      'parallelism',
      'number',
      `--${flag}-parallelism`,
      l10n.t('Tasks at a time; 0 means all.'),
      {
        example: '1',
      },
    ),
    field('delay', 'text', `--${flag}-delay`, l10n.t('Wait between them.'), { example: '10s' }),
    field('failureAction', 'choice', `--${flag}-failure-action`, l10n.t('After a failure.'), {
      values: actions,
    }),
    field('monitor', 'text', `--${flag}-monitor`, l10n.t('How long each new task is watched.'), {
      example: '5s',
    }),
    field(
      'maxFailureRatio',
      'number',
      `--${flag}-max-failure-ratio`,
      l10n.t('Share of failures that is put up with, 0 to 1.'),
      { example: '0.2' },
    ),
    field('order', 'choice', `--${flag}-order`, l10n.t('Which comes first.'), {
      values: ['stop-first', 'start-first'],
    }),
  ];
}

/** What few services need. */
export function systemFields(): readonly ServiceField[] {
  return [
    field('capAdd', 'list', '--cap-add', l10n.t('Capabilities that are added.'), {
      example: 'NET_ADMIN',
    }),
    field('capDrop', 'list', '--cap-drop', l10n.t('Capabilities that are taken away.'), {
      example: 'ALL',
    }),
    field('sysctls', 'map', '--sysctl', l10n.t('Kernel settings of the tasks.')),
    field('ulimits', 'list', '--ulimit', l10n.t('Limits of processes.'), {
      example: 'nofile=1024:2048',
    }),
    field(
      'oomScoreAdj',
      'number',
      '--oom-score-adj',
      l10n.t('Who is killed first, −1000 to 1000.'),
      {
        example: '0',
      },
    ),
    field('isolation', 'choice', '--isolation', l10n.t('How Windows isolates the tasks.'), {
      values: ['default', 'process', 'hyperv'],
    }),
    field('credentialSpec', 'text', '--credential-spec', l10n.t('Windows accounts of the tasks.'), {
      example: 'config://credspec',
    }),
    field('logDriver', 'group', undefined, l10n.t('Where the output of tasks goes.'), {
      fields: [
        field('name', 'text', '--log-driver', l10n.t('Name of the driver.'), {
          example: 'json-file',
        }),
        field('options', 'map', '--log-opt', l10n.t('Options of the driver.')),
      ],
    }),
  ];
}

/** Where tasks run, and what they may use. */
export function placementFields(): readonly ServiceField[] {
  return [
    field('constraints', 'list', '--constraint', l10n.t('Nodes that may run tasks.'), {
      example: 'node.labels.zone==a',
      source: 'constraints',
    }),
    field('spread', 'list', '--placement-pref', l10n.t('What tasks are spread over evenly.'), {
      example: 'node.labels.zone',
      source: 'spread',
    }),
    field(
      'replicasMaxPerNode',
      'number',
      '--replicas-max-per-node',
      l10n.t('Most tasks on one node.'),
      { example: '1' },
    ),
    field('limits', 'group', undefined, l10n.t('What one task may use at most.'), {
      fields: [
        ...resourceFields('limit'),
        field('pids', 'number', '--limit-pids', l10n.t('Processes.'), { example: '100' }),
      ],
    }),
    field('reservations', 'group', undefined, l10n.t('What a node must have free for one task.'), {
      fields: [
        ...resourceFields('reserve'),
        field('generic', 'list', '--generic-resource', l10n.t('Other resources of nodes.'), {
          example: 'gpu=1',
        }),
      ],
    }),
  ];
}

function resourceFields(flag: 'limit' | 'reserve'): readonly ServiceField[] {
  return [
    field('cpus', 'number', `--${flag}-cpu`, l10n.t('CPUs; 0.5 is half of one.'), {
      example: '0.5',
    }),
    field('memory', 'text', `--${flag}-memory`, l10n.t('Memory.'), { example: '256M' }),
  ];
}
