import * as l10n from '@vscode/l10n';

/** The grammar of distribution/reference: optional domain, lower-case path, tag, digest. */
const DOMAIN =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::\d+)?$/;
const PATH_PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[a-z][a-z0-9]*(?:[-_+.][a-z][a-z0-9]*)*:[0-9a-f]{32,}$/i;

/** Why a text is no image reference; undefined when it is one (distribution/reference grammar). */
export function imageProblem(image: string): string | undefined {
  if (image === '') {
    return l10n.t('Enter an image, such as nginx:1.27.');
  }
  if (/\s/.test(image)) {
    return l10n.t('An image has no spaces in it.');
  }
  const [named = '', digest] = splitAt(image, '@');
  if (digest !== undefined && !DIGEST.test(digest)) {
    return l10n.t('After "@" stands a digest, such as sha256: and 64 hexadecimal digits.');
  }
  const slash = named.lastIndexOf('/');
  const [lastPart = '', tag] = splitAt(named.slice(slash + 1), ':');
  if (tag !== undefined && !TAG.test(tag)) {
    return l10n.t('"{0}" is not a tag: letters, digits, "_", "." and "-", at most 128.', tag);
  }
  const parts = [...(slash < 0 ? [] : named.slice(0, slash).split('/')), lastPart];
  const first = parts[0] ?? '';
  const hasDomain = parts.length > 1 && (/[.:]/.test(first) || first === 'localhost');
  if (hasDomain && !DOMAIN.test(first)) {
    return l10n.t('"{0}" is not the address of a registry.', first);
  }
  const wrong = parts.slice(hasDomain ? 1 : 0).find((part) => !PATH_PART.test(part));
  if (wrong !== undefined) {
    return /[A-Z]/.test(wrong)
      ? l10n.t(
          'The name of an image is lower case: "{0}" should be "{1}".',
          wrong,
          wrong.toLowerCase(),
        )
      : l10n.t('"{0}" cannot be part of an image’s name.', wrong);
  }
  return undefined;
}

/** Whether a reference names a tag or a digest. */
export function hasTagOrDigest(image: string): boolean {
  return image.slice(image.lastIndexOf('/') + 1).includes(':') || image.includes('@');
}

/** The reference as the docker CLI sends it: with a tag, and without the address of Docker Hub. */
export function taggedImage(image: string): string {
  const familiar = image.replace(/^(?:index\.)?docker\.io\/(?:library\/(?=[^/]+$))?/, '');
  return familiar === '' || hasTagOrDigest(familiar) ? familiar : `${familiar}:latest`;
}

function splitAt(text: string, sign: string): [string, string?] {
  const at = text.indexOf(sign);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + sign.length)];
}
