import * as l10n from '@vscode/l10n';
import type { CommandContext } from '../commandContext';
import { pinned } from '../pinnedImage';
import type { Answer } from '../quickUi';
import { askLogin } from '../registryLogin';
import { checkImage } from '../validation/image';
import { presentImage, unlessUnknown, withImage } from './imageSpec';
import { replacement } from './replacement';
import { actOnService, type Round } from './serviceChange';
import { updateCommand } from './updateCommand';

/** An image, and what the tasks pull it with. */
interface ImageAnswers {
  readonly image: string;
  /** `X-Registry-Auth`, when the person wants this machine's login to be sent. Never kept. */
  readonly login?: string;
}

/** Asks for another image and updates a service to it. */
export async function updateImage(context: CommandContext, argument?: unknown): Promise<void> {
  await actOnService<ImageAnswers>(
    context,
    argument,
    { title: l10n.t('Update Image') },
    ({ service }) => ({
      form: 'image',
      keeps: ({ image }) => image,
      restore: (image) => (typeof image === 'string' ? { image } : undefined),
      ask: askImage,
      apply: (spec, { image }) => withImage(spec, image),
      registryAuth: ({ login }) => login,
      // The tag may have moved: the registry says what it is now, as for the docker CLI.
      complete: async (wanted, { login }, { base, swarm: { engine } }) => {
        return unlessUnknown(base, await pinned(engine, wanted, login));
      },
      command: (answers, round) => imageCommand(answers, round),
      // Elsewhere the image that was typed is confirmation enough.
      confirm: ({ image, login }, { base, swarm: { connection, snapshot } }) =>
        connection.production === true
          ? {
              question:
                login === undefined
                  ? l10n.t('Update "{0}" of "{1}" to {2}?', service.name, connection.name, image)
                  : l10n.t(
                      'Update "{0}" of "{1}" to {2}, and send this machine’s login with it?',
                      service.name,
                      connection.name,
                      image,
                    ),
              consequence: [
                replacement(base.spec, snapshot.services.get(service.id)?.running ?? 0),
                ...(login !== undefined && image === presentImage(base)
                  ? [
                      // Seen on 20.10: another login alone makes no task anew.
                      l10n.t('If the registry has nothing newer there, only the login changes.'),
                    ]
                  : []),
              ].join(' '),
            }
          : undefined,
    }),
  );
}

/** Asks for the image, and where this machine has a login for its registry whether to send it. */
async function askImage(round: Round<ImageAnswers>): Promise<Answer<ImageAnswers>> {
  const { frame, base, service, draft, kept } = round;
  let { problem } = round;
  let typed = kept?.image ?? presentImage(base);
  for (;;) {
    const answer = await draft.ui.input(frame, {
      key: 'image',
      prompt: l10n.t('Image that the tasks of "{0}" run', service.name),
      placeholder: 'nginx:1.27',
      value: typed,
      check: checkImage,
      command: (text) => {
        const verdict = checkImage(text);
        return verdict.ok ? imageCommand({ image: verdict.value }, round) : undefined;
      },
      ...(problem === undefined ? {} : { problem }),
    });
    if (answer.kind !== 'value') {
      return answer;
    }
    const image = answer.value;
    draft.keep(image === presentImage(base) ? undefined : image);
    const login = await askLogin(draft.ui, { ...frame, canGoBack: true }, image);
    if (login.kind === 'cancel') {
      return login;
    }
    if (login.kind === 'value') {
      const header = login.value;
      return {
        kind: 'value',
        value: { image, ...(header === undefined ? {} : { login: header }) },
      };
    }
    typed = image;
    problem = undefined;
  }
}

function imageCommand({ image, login }: ImageAnswers, { service }: Round<ImageAnswers>): string {
  const flags = login === undefined ? [] : ['--with-registry-auth'];
  return updateCommand(['--image', image, ...flags], service);
}
