import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { DEFAULT_LOG_OPTIONS, type LogAddress, type LogViewOptions } from '../../logs/logAddress';
import { definedOnly } from '../../common/definedOnly';
import { LINE_CAP } from '../../logs/logBuffer';
import { titleFor } from '../chooseSwarm';
import { sameSwarm, type CommandContext } from '../commandContext';
import { runSteps, type Step } from '../multiStep';
import { objectOrPick } from '../pickObject';
import { accept, refuse, type Verdict } from '../validation/verdict';
import { checkSince } from './sinceText';

/** Shows the newest logs of a service or task and follows them; asks nothing. */
export async function showLogs(context: CommandContext, argument?: unknown): Promise<void> {
  const address = await chooseLogs(context, argument, l10n.t('Show Logs'));
  if (address !== undefined) {
    await (await context.logs()).open(address);
  }
}

/** The same, after asking which part of the logs is wanted. */
export async function showLogsWithOptions(
  context: CommandContext,
  argument?: unknown,
): Promise<void> {
  const title = l10n.t('Show Logs with Options');
  const logs = await context.logs();
  const address = logs.find(argument)?.address ?? (await chooseLogs(context, argument, title));
  if (address === undefined) {
    return;
  }
  const swarm = context.swarms.find(address.connectionId);
  const state = swarm?.state;
  const options = await runSteps(context.ui, {
    title:
      state?.phase === 'connected'
        ? titleFor(context, `${title}: ${address.name}`, { connection: state.connection })
        : title,
    steps: STEPS,
    initial: address.options,
  });
  if (options !== undefined) {
    await logs.open({ ...address, options });
  }
}

/** The service or task whose logs are wanted; plain containers are no tasks of the swarm's. */
export async function chooseLogs(
  context: CommandContext,
  argument: unknown,
  title: string,
): Promise<LogAddress | undefined> {
  const row = argument instanceof vscode.Uri ? undefined : argument;
  const chosen = await objectOrPick(context, row, {
    title,
    toChange: false,
    kinds: ['service', 'task'],
    fits: ({ kind, id }, { tasks }) => kind !== 'task' || tasks.get(id)?.isAttachment === false,
  });
  if (chosen === undefined || sameSwarm(context, chosen.swarm) === undefined) {
    return undefined;
  }
  const { kind, id, name } = chosen.object;
  return kind === 'service' || kind === 'task'
    ? { connectionId: chosen.swarm.connection.id, kind, id, name, options: DEFAULT_LOG_OPTIONS }
    : undefined;
}

const STEPS: readonly Step<LogViewOptions>[] = [
  {
    ask: async (options, frame, ui) => {
      const answer = await ui.input(frame, {
        prompt: l10n.t('From when on: 10m, 1h30m, 2d or 2026-11-26 13:30; empty for everything'),
        placeholder: l10n.t('everything'),
        value: options.since ?? '',
        check: (text) => checkSince(text, Date.now()),
      });
      return answer.kind === 'value'
        ? { kind: 'value', value: withSince(options, answer.value) }
        : answer;
    },
  },
  {
    ask: async (options, frame, ui) => {
      const answer = await ui.input(frame, {
        prompt: l10n.t('How many of the newest lines: a number, or all'),
        value: String(options.tail ?? 'all'),
        check: checkTail,
      });
      return answer.kind === 'value'
        ? { kind: 'value', value: withTail(options, answer.value) }
        : answer;
    },
  },
  {
    ask: async (options, frame, ui) => {
      const answer = await ui.pickMany(frame, {
        placeholder: l10n.t('How they are shown'),
        choices: [
          {
            label: l10n.t('Follow'),
            description: l10n.t('new lines appear as they are written'),
            value: 'follow' as const,
            picked: options.follow,
          },
          {
            label: l10n.t('Timestamps'),
            value: 'timestamps' as const,
            picked: options.timestamps,
          },
          {
            label: l10n.t('Errors only'),
            description: l10n.t('what the tasks write to stderr'),
            value: 'stderrOnly' as const,
            picked: options.stderrOnly,
          },
        ],
      });
      if (answer.kind !== 'value') {
        return answer;
      }
      const has = (name: (typeof answer.value)[number]): boolean => answer.value.includes(name);
      return {
        kind: 'value',
        value: {
          ...options,
          follow: has('follow'),
          timestamps: has('timestamps'),
          stderrOnly: has('stderrOnly'),
        },
      };
    },
  },
];

function checkTail(text: string): Verdict<number | 'all'> {
  const wanted = text.trim().toLowerCase();
  const count = Number(wanted);
  if (wanted === 'all') {
    return accept('all', l10n.t('The newest {0} lines are kept', LINE_CAP));
  }
  return /^\d+$/.test(wanted) && count >= 1 && count <= LINE_CAP
    ? accept(count)
    : refuse(l10n.t('Write a number from 1 to {0}, or all', LINE_CAP));
}

function withSince(options: LogViewOptions, since: string | undefined): LogViewOptions {
  const { follow, tail, timestamps, stderrOnly } = options;
  return definedOnly({ follow, tail, since, timestamps, stderrOnly });
}

function withTail(options: LogViewOptions, tail: number | 'all'): LogViewOptions {
  const { follow, since, timestamps, stderrOnly } = options;
  return definedOnly({
    follow,
    tail: tail === 'all' ? undefined : tail,
    since,
    timestamps,
    stderrOnly,
  });
}
