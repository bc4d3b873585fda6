import * as l10n from '@vscode/l10n';

/** What is compared of one service. Lists are sorted. */
export interface ServicePicture {
  /** Its name in the file, without the stack's. */
  readonly name: string;
  readonly image: string;
  /** `replicated`, `global`, `replicated-job` or `global-job`. */
  readonly mode: string;
  /** Of the replicated modes. */
  readonly replicas?: number;
  /** Such as `8080→80/tcp ingress`. */
  readonly ports: readonly string[];
  /** Names in the swarm. */
  readonly networks: readonly string[];
  /** Names of variables, never their values. */
  readonly environment: readonly string[];
  readonly secrets: readonly string[];
  readonly configs: readonly string[];
}

/** The services of a stack, by their name in the file. */
export type StackPicture = ReadonlyMap<string, ServicePicture>;

/** A published port in words. */
export function portText(
  published: number | string | undefined,
  target: number | string,
  { protocol, mode }: { readonly protocol: string; readonly mode: string },
): string {
  return `${published ?? l10n.t('any')}→${target}/${protocol} ${mode}`;
}

/** Sorted, each once. */
export function sortedUnique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted();
}

/** An image in one spelling: docker.io's own prefix left out, `latest` written. */
export function imageName(image: string): string {
  const short = image.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, '');
  return short === '' || /[@:][^/]*$/.test(short) ? short : `${short}:latest`;
}

/** An image without the digest that was looked up when it was deployed. */
export function withoutDigest(image: string): string {
  return imageName(image.replace(/@[\w+.-]+:[0-9a-f]+$/i, ''));
}
