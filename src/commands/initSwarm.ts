import * as l10n from '@vscode/l10n';
import { isSwarmscopeError, toSwarmscopeError } from '../common/errors';
import { errorLine } from '../common/errorText';
import { hostOfAddress } from '../docker/parseAddress';
import type { ConnectionEntry } from '../docker/target';
import { atEngine, brokenSwarm } from './brokenSwarm';
import type { CommandContext } from './commandContext';
import { confirmed } from './confirm';
import { withoutIcons } from './quickUi';
import { showError } from './showError';
import { accept, refuse } from './validation/verdict';
import { singleFrame } from './vscodeQuickUi';

/** Makes an engine outside any swarm the first manager of a new one (`docker swarm init`). */
export async function initSwarm(context: CommandContext, argument?: unknown): Promise<void> {
  const title = l10n.t('Start a Swarm');
  const swarm = await brokenSwarm(context, argument, title, 'inactive');
  if (swarm === undefined || swarm.store.state.phase !== 'failed') {
    return;
  }
  const { connection } = swarm.store.state;
  const host = hostOfAddress(connection.address);
  let candidates = host === undefined ? [] : [host];
  let problem: string | undefined;
  for (;;) {
    const address = await askAdvertiseAddress(context, title, candidates, problem);
    if (address === undefined || !(await confirmInit(context, connection, address.value))) {
      return;
    }
    try {
      await atEngine(context, connection, (engine) => engine.initSwarm(address.value));
      await context.swarms.connect(connection);
      return;
    } catch (thrown) {
      const error = toSwarmscopeError(thrown);
      if (!isSwarmscopeError(error, 'address-ambiguous', 'invalid')) {
        showError(context, error, { swarm: connection.name });
        return;
      }
      problem = errorLine(error, { swarm: connection.name });
      const named = String(error.details['addresses'] ?? '').split(' ');
      candidates = [...new Set([...named, ...candidates])].filter((one) => one !== '');
    }
  }
}

/** Where the others reach the new manager; `value` undefined lets the engine choose. */
async function askAdvertiseAddress(
  context: CommandContext,
  title: string,
  candidates: readonly string[],
  problem: string | undefined,
): Promise<{ readonly value: string | undefined } | undefined> {
  const answer = await context.ui.pick<AddressChoice>(singleFrame(title), {
    placeholder: problem ?? l10n.t('Address at which the other nodes will reach this manager'),
    choices: [
      ...candidates.map((address) => ({
        label: `$(broadcast) ${withoutIcons(address)}`,
        value: { kind: 'address' as const, address },
      })),
      {
        label: `$(wand) ${l10n.t('Let the engine choose')}`,
        description: l10n.t('works where it has one address'),
        value: { kind: 'engine' },
      },
      {
        label: `$(edit) ${l10n.t('Enter an address or a network interface…')}`,
        value: { kind: 'enter' },
      },
    ],
  });
  if (answer.kind !== 'value') {
    return undefined;
  }
  if (answer.value.kind !== 'enter') {
    return { value: answer.value.kind === 'address' ? answer.value.address : undefined };
  }
  const entered = await context.ui.input<string>(singleFrame(title), {
    prompt: l10n.t('Address or network interface of that machine, optionally with a port'),
    placeholder: '10.0.0.11',
    value: candidates[0] ?? '',
    check: (text) =>
      /^[\w.:[\]-]{1,255}$/.test(text.trim())
        ? accept(text.trim())
        : refuse(l10n.t('Write an IP address such as 10.0.0.11 or an interface such as eth0.')),
  });
  return entered.kind === 'value' ? { value: entered.value } : undefined;
}

type AddressChoice =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'engine' }
  | { readonly kind: 'enter' };

function confirmInit(
  context: CommandContext,
  connection: ConnectionEntry,
  address: string | undefined,
): Promise<boolean> {
  return confirmed(
    context,
    { connection },
    {
      title: l10n.t('Start a Swarm'),
      question: l10n.t(
        'Make the engine of "{0}" the first manager of a new swarm?',
        connection.name,
      ),
      consequence:
        address === undefined
          ? l10n.t('It will listen on ports 2377, 7946 and 4789, at an address that it chooses.')
          : l10n.t('It will listen on ports 2377, 7946 and 4789 and be reached at {0}.', address),
      word: connection.name,
    },
  );
}
