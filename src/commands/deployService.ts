import * as l10n from '@vscode/l10n';
import { toSwarmscopeError, type SwarmscopeError } from '../common/errors';
import { errorLine } from '../common/errorText';
import { connected, type CommandContext } from './commandContext';
import { emptyAnswers, toServiceSpec, type DeployAnswers, type DeployField } from './deployAnswers';
import { DEPLOY_FIELDS, deploySteps } from './deploySteps';
import { runSteps } from './multiStep';
import { objectFromArgument } from './pickObject';
import { showError } from './showError';
import { watchDeploy } from './watchDeploy';

/** Asks for a service, creates it once and follows it until it converged or why it does not. */
export async function deployService(context: CommandContext, argument?: unknown): Promise<void> {
  const object = objectFromArgument(argument);
  let answers: DeployAnswers = emptyAnswers(object?.kind === 'network' ? object.id : undefined);
  let lastSnapshot = connected(context)?.snapshot;
  for (;;) {
    const given = await runSteps(context.ui, {
      title: l10n.t('Deploy Service'),
      steps: deploySteps(() => {
        lastSnapshot = connected(context)?.snapshot ?? lastSnapshot;
        if (lastSnapshot === undefined) {
          throw new Error('The deploy form was opened without a connection');
        }
        return lastSnapshot;
      }),
      initial: answers,
      startAt: Math.max(0, DEPLOY_FIELDS.indexOf(answers.problem?.field ?? 'image')),
    });
    const swarm = connected(context);
    if (given === undefined || swarm === undefined) {
      return;
    }
    try {
      const created = await swarm.engine.createService(toServiceSpec(given));
      await watchDeploy(context, { id: created.id, name: given.name }, created.warnings);
      return;
    } catch (thrown) {
      const error = toSwarmscopeError(thrown);
      showError(context, error, { swarm: swarm.swarm, object: given.name });
      if (error.code === 'cancelled' || error.code === 'outcome-unknown') {
        return;
      }
      const text = errorLine(error, { object: given.name });
      answers = { ...given, problem: { field: fieldOf(error), text } };
    }
  }
}

/** The step that can mend a refusal. */
function fieldOf(error: SwarmscopeError): DeployField {
  switch (error.code) {
    case 'name-taken':
      return 'name';
    case 'port-taken':
      return 'ports';
    case 'not-found':
      return 'networks';
    default:
      return 'review';
  }
}
