import type { DraftProblem, ServiceDraft } from './serviceDraft';

/** A path of a draft: keys, and numbers for members of lists. */
export type DraftPath = readonly (string | number)[];

/** The value at a path; undefined when there is none. */
export function valueAt(draft: ServiceDraft, path: DraftPath): unknown {
  let value: unknown = draft;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
      return undefined;
    }
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}

/** A draft with another value at a path; undefined takes it away, and what is empty then with it. */
export function withValue(draft: ServiceDraft, path: DraftPath, value: unknown): ServiceDraft {
  const { name, image } = draft;
  // Name and image stay, however empty.
  return { name, image, ...(put(draft, path, value) as Partial<ServiceDraft> | undefined) };
}

/** Whether a problem is about a path, or about something within. */
export function isAbout({ path: about }: DraftProblem, path: DraftPath): boolean {
  return about.length >= path.length && path.every((step, index) => about[index] === step);
}

function put(container: unknown, path: DraftPath, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) {
    return value;
  }
  if (typeof step === 'number') {
    const rows: unknown[] = Array.isArray(container) ? [...(container as unknown[])] : [];
    const row = put(rows[step], rest, value);
    if (row === undefined) {
      rows.splice(step, 1);
    } else {
      rows[step] = row;
    }
    return rows.length === 0 ? undefined : rows;
  }
  const members = new Map<string, unknown>(Object.entries(container ?? {}));
  const member = put(members.get(step), rest, value);
  if (member === undefined) {
    members.delete(step);
  } else {
    members.set(step, member);
  }
  return members.size === 0 ? undefined : Object.fromEntries(members);
}
