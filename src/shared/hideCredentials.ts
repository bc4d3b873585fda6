/** Takes user and password out of every address in a text. */
export function hideCredentials(text: string): string {
  return text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)\S*@/gi, '$1');
}
