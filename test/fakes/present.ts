/**
 * What a test takes for granted to be there.
 * @throws Error when it is not.
 */
export function present<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error('The test expected something that is not there');
  }
  return value;
}
