import * as l10n from '@vscode/l10n';
import type { ServiceBody } from '../../docker/bodies';
import type { ServiceState } from '../../docker/engine';
import type { Pinned } from '../pinnedImage';

/** The image that a service has, without its digest. */
export function presentImage({ spec }: Pick<ServiceState, 'spec'>): string {
  const image = imageOf(spec);
  return image.replace(/@sha256:[0-9a-f]+$/i, '') || image;
}

/** A spec with another image. */
export function withImage(spec: ServiceBody, image: string): ServiceBody {
  const template = spec.TaskTemplate ?? {};
  return {
    ...spec,
    TaskTemplate: { ...template, ContainerSpec: { ...template.ContainerSpec, Image: image } },
  };
}

/**
 * What comes of asking the registry: where it did not say what the tag is that a service has already, the
 * service stays as it is, with the digest that it has.
 */
export function unlessUnknown(
  base: Pick<ServiceState, 'spec'>,
  { body, warnings }: Pinned,
): Pinned {
  const present = presentImage(base);
  if (imageOf(body) !== present) {
    return { body, warnings };
  }
  const keepsDigest = warnings.length > 0 && imageOf(base.spec) !== present;
  return {
    body: base.spec,
    warnings: keepsDigest
      ? [
          l10n.t(
            'The registry did not say what "{0}" is now: the service keeps the image that it has.',
            present,
          ),
        ]
      : warnings,
  };
}

function imageOf(spec: ServiceBody): string {
  return spec.TaskTemplate?.ContainerSpec?.Image ?? '';
}
