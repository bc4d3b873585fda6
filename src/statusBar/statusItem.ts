/** What the status bar shows, as plain data; drawn by whoever holds the item. */
export interface StatusItem {
  /** With codicons, `$(server-environment) lab`. */
  readonly text: string;
  /** One line per swarm. */
  readonly lines: readonly StatusLine[];
  readonly severity: 'normal' | 'warning' | 'error';
  /** The whole item in words. */
  readonly accessibleLabel: string;
}

/** One swarm in the tooltip. */
export interface StatusLine {
  readonly name: string;
  readonly facts: readonly string[];
}
