/** The address for people: without user and password, without control characters, capped. */
export function shownAddress(address: string): string {
  return address
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1')
    .slice(0, 200)
    .replaceAll(/[\p{Cc}]/gu, ' ');
}
