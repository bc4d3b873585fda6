import * as l10n from '@vscode/l10n';
import type { ServiceBody } from '../../docker/bodies';
import type { CommandContext } from '../commandContext';
import { objectOrPick } from '../pickObject';
import { pinned } from '../pinnedImage';
import { checkImage } from '../validation/image';
import { replacement } from './forceUpdate';
import { changeByAct, updateCommand } from './serviceChange';

/** Asks for another image and updates a service to it. */
export async function updateImage(context: CommandContext, argument?: unknown): Promise<void> {
  const title = l10n.t('Update Image');
  const chosen = await objectOrPick(context, argument, {
    title,
    toChange: true,
    kinds: ['service'],
  });
  if (chosen === undefined) {
    return;
  }
  const { object: service, swarm } = chosen;
  const command = (image: string): string => updateCommand(['--image', image], service);
  await changeByAct<string>(
    context,
    { swarm, service },
    {
      title,
      ask: async ({ frame, base, kept, problem }) =>
        await context.ui.input(frame, {
          prompt: l10n.t('Image that the tasks of "{0}" run', service.name),
          placeholder: 'nginx:1.27',
          value: kept ?? withoutDigest(imageOf(base.spec)),
          check: checkImage,
          command: (text) => {
            const verdict = checkImage(text);
            return verdict.ok ? command(verdict.value) : undefined;
          },
          ...(problem === undefined ? {} : { problem }),
        }),
      apply: withImage,
      // The tag may have moved: the registry says what it is now, as for the docker CLI.
      complete: async (wanted, { base, swarm: { engine } }) => {
        const { body, warnings } = await pinned(engine, wanted, undefined);
        const isUnknown = imageOf(body) === withoutDigest(imageOf(base.spec));
        return { body: isUnknown ? base.spec : body, warnings };
      },
      command,
      // Elsewhere the image that was typed is confirmation enough.
      confirm: (image, { base, swarm: { connection, snapshot } }) =>
        connection.production === true
          ? {
              question: l10n.t(
                'Update "{0}" of "{1}" to {2}?',
                service.name,
                connection.name,
                image,
              ),
              consequence: replacement(base.spec, snapshot.services.get(service.id)?.running ?? 0),
            }
          : undefined,
    },
  );
}

function imageOf(spec: ServiceBody): string {
  return spec.TaskTemplate?.ContainerSpec?.Image ?? '';
}

function withImage(spec: ServiceBody, image: string): ServiceBody {
  const template = spec.TaskTemplate ?? {};
  return {
    ...spec,
    TaskTemplate: { ...template, ContainerSpec: { ...template.ContainerSpec, Image: image } },
  };
}

function withoutDigest(image: string): string {
  return image.replace(/@sha256:[0-9a-f]+$/i, '') || image;
}
