/** Closes a switch over a union: a forgotten case does not compile, an unknown value at run time throws. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
