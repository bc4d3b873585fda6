import * as l10n from '@vscode/l10n';
import { SwarmscopeError } from '../common/errors';
import { errorLine } from '../common/errorText';
import { toPlainLine } from '../common/text';
import type { OpenSwarm } from '../store/swarms';
import type { SwarmState } from '../store/swarmState';

/** Why a swarm cannot be used so; undefined when it can. */
export function refusal(
  { store: { state } }: Pick<OpenSwarm, 'store'>,
  { toChange }: { readonly toChange: boolean },
): string | undefined {
  if (state.phase !== 'connected') {
    return toPlainLine(l10n.t('"{0}" is not connected.', nameOf(state)), 600);
  }
  if (toChange && state.connection.readOnly === true) {
    return errorLine(new SwarmscopeError('read-only', { name: state.connection.name }));
  }
  if (toChange && state.lost !== undefined) {
    const cause = errorLine(state.lost.error, { swarm: state.connection.name });
    return toPlainLine(
      l10n.t('"{0}" cannot be changed now. {1}', state.connection.name, cause),
      1_000,
    );
  }
  return undefined;
}

/** What a swarm's connection is called. */
export function nameOf(state: SwarmState): string {
  return state.phase === 'disconnected' ? '' : state.connection.name;
}
