import * as l10n from '@vscode/l10n';
import { hasTagOrDigest, imageProblem } from '../../spec/imageName';
import { accept, refuse, type Verdict } from './verdict';

/** Checks an image reference as the engine will (distribution/reference grammar). */
export function checkImage(text: string): Verdict<string> {
  const image = text.trim();
  const problem = imageProblem(image);
  if (problem !== undefined) {
    return refuse(problem);
  }
  return accept(
    image,
    hasTagOrDigest(image) ? undefined : l10n.t('Without a tag this means "{0}:latest".', image),
  );
}
