import type { DraftProblem } from './serviceDraft';

type Path = DraftProblem['path'];

/** Something that must be mended before a draft is sent. */
export function wrong(path: Path, text: string): DraftProblem {
  return { path, severity: 'error', text };
}

/** Something that a draft can be sent with. */
export function doubtful(path: Path, text: string): DraftProblem {
  return { path, severity: 'warning', text };
}
