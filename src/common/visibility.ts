import type { Disposable } from './disposable';

/** Joins several sources of visibility (sidebar, panel, documents) into one: visible while any is. */
export class Visibility {
  private readonly visible = new Set<string>();

  constructor(private readonly onChange: (visible: boolean) => void) {}

  /** Says whether `source` is visible now; the listener hears only changes of the whole. */
  set(source: string, visible: boolean): void {
    const before = this.visible.size > 0;
    if (visible) {
      this.visible.add(source);
    } else {
      this.visible.delete(source);
    }
    const after = this.visible.size > 0;
    if (before !== after) {
      this.onChange(after);
    }
  }

  /** Counts `source` as visible until the returned handle is disposed. */
  hold(source: string): Disposable {
    this.set(source, true);
    return { dispose: () => this.set(source, false) };
  }
}
