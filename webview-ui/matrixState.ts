/** The part of the matrix that can be seen, in pixels from its own first row and column. */
export interface MatrixView {
  readonly top: number;
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

/** Where the matrix's one tab stop is; without a node or a port it is on the other's header. */
export interface MatrixPlace {
  readonly node?: string;
  readonly port?: string;
}

/** In which order rows and columns stand, and whether ports stand by their stacks. */
export interface MatrixOrder {
  readonly sort: 'name' | 'problems';
  readonly group: 'stack' | 'none';
}

/** What of the matrix is not worth keeping across a reload. */
export interface MatrixState {
  readonly view: MatrixView;
  readonly place: MatrixPlace;
  /** Ids in the order that stays while pointer or focus are inside, so that nothing moves under them. */
  readonly held:
    { readonly nodes: readonly string[]; readonly ports: readonly string[] } | undefined;
}

/** The matrix before it is measured. */
export const INITIAL_MATRIX: MatrixState = {
  view: { top: 0, left: 0, width: 900, height: 600 },
  place: {},
  held: undefined,
};

/** Takes a change; the same object when it brings nothing new. */
export function changeMatrix(state: MatrixState, change: Partial<MatrixState>): MatrixState {
  const same =
    (change.view === undefined || sameView(state.view, change.view)) &&
    (change.place === undefined || samePlace(state.place, change.place)) &&
    (!('held' in change) || state.held === change.held);
  return same ? state : { ...state, ...change };
}

function sameView(a: MatrixView, b: MatrixView): boolean {
  return a.top === b.top && a.left === b.left && a.width === b.width && a.height === b.height;
}

function samePlace(a: MatrixPlace, b: MatrixPlace): boolean {
  return a.node === b.node && a.port === b.port;
}
