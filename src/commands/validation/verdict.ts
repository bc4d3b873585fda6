/** What a check says of an input: usable, usable with a word of warning, or not and why. */
export type Verdict<T> =
  | { readonly ok: true; readonly value: T; readonly warning?: string }
  | { readonly ok: false; readonly error: string };

/** A usable value. */
export function accept<T>(value: T, warning?: string): Verdict<T> {
  return warning === undefined ? { ok: true, value } : { ok: true, value, warning };
}

/** An unusable input with the sentence that says what is wrong and what to do. */
export function refuse<T>(error: string): Verdict<T> {
  return { ok: false, error };
}
