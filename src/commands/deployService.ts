import * as l10n from '@vscode/l10n';
import { toSwarmscopeError, type SwarmscopeError } from '../common/errors';
import { errorLine } from '../common/errorText';
import { buildServiceBody } from '../docker/requestBodies';
import { chooseSwarm, refusal, titleFor } from './chooseSwarm';
import { sameSwarm, type CommandContext } from './commandContext';
import { emptyAnswers, toServiceSpec, type DeployAnswers, type DeployField } from './deployAnswers';
import { DEPLOY_FIELDS, deploySteps } from './deploySteps';
import { createOnce } from './lostAnswer';
import { runSteps } from './multiStep';
import { objectFromArgument } from './pickObject';
import { showError, tellDisconnected, tellNotDone } from './showError';
import { watchDeploy } from './watchDeploy';

/** Asks for a service, creates it once and follows it until it converged or why it does not. */
export async function deployService(context: CommandContext, argument?: unknown): Promise<void> {
  const title = l10n.t('Deploy Service');
  const object = objectFromArgument(argument);
  const start = await chooseSwarm(context, argument, { title, toChange: true });
  if (start === undefined) {
    return;
  }
  let answers: DeployAnswers = emptyAnswers(object?.kind === 'network' ? object.id : undefined);
  let { snapshot } = start;
  for (;;) {
    const given = await runSteps(context.ui, {
      title: titleFor(context, title, start),
      steps: deploySteps(() => (snapshot = sameSwarm(context, start)?.snapshot ?? snapshot)),
      initial: answers,
      startAt: Math.max(0, DEPLOY_FIELDS.indexOf(answers.problem?.field ?? 'image')),
    });
    if (given === undefined) {
      return;
    }
    const about = { swarm: start.connection.name, object: given.name };
    const swarm = sameSwarm(context, start);
    const why = swarm && refusal(swarm, { toChange: true });
    if (swarm === undefined || why !== undefined) {
      const text = why === undefined ? tellDisconnected(context, about) : tellNotDone(context, why);
      answers = { ...given, problem: { field: 'review', text } };
      continue;
    }
    try {
      const created = await createOnce(
        swarm,
        given.name,
        ({ services }) => services,
        (engine) => engine.createService(buildServiceBody(toServiceSpec(given))),
      );
      await watchDeploy(context, start, { id: created.id, name: given.name }, created.warnings);
      return;
    } catch (thrown) {
      const error = toSwarmscopeError(thrown);
      // What is missing is a network, not the service that is to be made.
      const missing = error.code === 'not-found' ? String(error.details['id'] ?? '') : undefined;
      const named =
        missing === undefined
          ? about
          : { ...about, object: snapshot.networks.get(missing)?.name ?? missing };
      showError(context, error, named);
      if (error.code === 'outcome-unknown') {
        return;
      }
      answers = { ...given, problem: { field: fieldOf(error), text: errorLine(error, named) } };
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
