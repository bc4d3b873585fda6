import * as l10n from '@vscode/l10n';
import { homedir } from 'node:os';
import type { ConnectionEntry } from '../docker/target';
import { cliEnvironment, connectionFlags } from '../stacks/dockerCli';
import { runCli } from '../stacks/runCli';
import type { ConnectedSwarm } from './commandContext';
import { dockerProgram } from './dockerProgram';

/** So long the CLI may take to say which swarm it gets to, in milliseconds. */
const ASK_MS = 20_000;

/**
 * Why the docker CLI must not deploy: it reads contexts and ssh settings by itself, and may get to
 * another swarm than the connection does. Where it does not say which, nothing is deployed either.
 * Undefined when it gets to the same.
 */
export async function elsewhereText(
  { snapshot, connection }: Pick<ConnectedSwarm, 'snapshot' | 'connection'>,
  way: ConnectionEntry,
  signal: AbortSignal,
): Promise<string | undefined> {
  const end = await runCli({
    program: dockerProgram(),
    args: [...connectionFlags(way), 'info', '--format={{.Swarm.Cluster.ID}}'],
    env: cliEnvironment(process.env, way),
    cwd: homedir(),
    signal: AbortSignal.any([AbortSignal.timeout(ASK_MS), signal]),
  });
  if (end.kind === 'missing') {
    // Deploying will say so, with what can be done.
    return undefined;
  }
  if (end.kind !== 'ended' || end.code !== 0) {
    return l10n.t(
      'Nothing was deployed: the docker CLI does not say whether it gets to "{0}". {1}',
      connection.name,
      end.kind === 'ended' && end.tail !== ''
        ? end.tail
        : l10n.t('It did not answer within {0} s.', ASK_MS / 1000),
    );
  }
  return end.stdout.trim() === snapshot.info.swarm.cluster?.id
    ? undefined
    : l10n.t(
        'Nothing was deployed: the docker CLI gets to another swarm than "{0}". It reads docker contexts and ssh settings by itself.',
        connection.name,
      );
}
