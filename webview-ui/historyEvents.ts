import type { HistoryPoint, HistoryRange, HistoryView } from '../src/shared/historyView';
import type { PageState } from '../src/shared/protocol';

/** What the page knows of the history that it shows. */
export interface HistoryState {
  /** A task of the route, instead of the open entry. */
  readonly taskId?: string;
  readonly view?: HistoryView;
  /** The point that the person looks at; the newest when there is none. It stays while time goes on. */
  readonly held?: HistoryPoint;
  readonly isTable: boolean;
}

/** What happens to it, from the host or from the person. */
export type HistoryEvent =
  | { readonly type: 'history'; readonly view: HistoryView }
  | { readonly type: 'historyTask'; readonly taskId: string | undefined }
  | { readonly type: 'historyRange'; readonly rangeMs: HistoryRange }
  | { readonly type: 'historyHold'; readonly point: HistoryPoint | undefined }
  | { readonly type: 'historyTable'; readonly isTable: boolean };

/** The next state; pure. */
export function reduceHistory<
  Model extends { readonly history: HistoryState; readonly saved: PageState },
>(model: Model, event: HistoryEvent): Model {
  const { held, isTable } = model.history;
  switch (event.type) {
    case 'history':
      return { ...model, history: { ...model.history, view: event.view } };
    case 'historyTask':
      return {
        ...model,
        history: event.taskId === undefined ? { isTable } : { isTable, taskId: event.taskId },
      };
    case 'historyRange':
      return {
        ...model,
        history: withoutHeld(model.history),
        saved: { ...model.saved, historyRange: event.rangeMs },
      };
    case 'historyHold':
      return event.point === undefined
        ? held === undefined
          ? model
          : { ...model, history: withoutHeld(model.history) }
        : { ...model, history: { ...model.history, held: event.point } };
    case 'historyTable':
      return { ...model, history: { ...model.history, isTable: event.isTable } };
  }
}

function withoutHeld({ held: _held, ...rest }: HistoryState): HistoryState {
  return rest;
}
