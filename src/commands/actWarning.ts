/** What a registry did not say of an image: nothing new where tasks fail as no node finds the image. */
interface ImageWarning {
  readonly ofImage: string;
}

/** A word of warning that an act's end tells. */
export type ActWarning = string | ImageWarning;

/** The sentence of a warning. */
export function warningText(warning: ActWarning): string {
  return typeof warning === 'string' ? warning : warning.ofImage;
}

/** The sentences of those warnings that tell more than the reasons why tasks fail. */
export function warningTexts(
  warnings: readonly ActWarning[],
  isImageMissing: boolean,
): readonly string[] {
  return warnings
    .filter((warning) => !isImageMissing || typeof warning === 'string')
    .map(warningText);
}
