import type { Clock } from '../common/clock';
import type { Disposable } from '../common/disposable';
import type { ProbeHistory } from '../probe/probeHistory';
import type { HistorySubject, HistoryView } from '../shared/historyView';
import type { HistoryRequest } from '../shared/protocol';
import type { RoutingView } from '../shared/routingView';

/** The page is told no more often than this. */
const TELL_EVERY_MS = 1_000;

/** Gives the page the history that it looks at, whole, and again when it has grown. */
export class HistoryFeed implements Disposable {
  private asked: HistoryRequest | undefined;
  private timer: Disposable | undefined;

  constructor(
    private readonly history: ProbeHistory,
    private readonly parts: {
      readonly clock: Clock;
      readonly view: () => RoutingView | undefined;
      readonly tell: (view: HistoryView) => void;
    },
  ) {}

  /** What the page looks at from now on; undefined when at none. */
  watch(asked: HistoryRequest | undefined): void {
    this.asked = asked;
    this.history.want(asked?.subject);
    this.timer?.dispose();
    this.timer = undefined;
    this.tell();
  }

  /** Something of an entry or a task was added, or of all of them. */
  grown(...ids: readonly (string | undefined)[]): void {
    const { asked } = this;
    if (asked !== undefined && (ids.length === 0 || ids.includes(asked.subject.id))) {
      this.timer ??= this.parts.clock.after(TELL_EVERY_MS, () => {
        this.timer = undefined;
        this.tell();
      });
    }
  }

  dispose(): void {
    this.watch(undefined);
  }

  private tell(): void {
    const { asked } = this;
    if (asked === undefined) {
      return;
    }
    const { clock, view, tell } = this.parts;
    const { subject, rangeMs, most } = asked;
    const serviceId = serviceOf(subject, view());
    tell(
      this.history.view(subject, {
        rangeMs,
        most,
        now: clock.now(),
        ...(serviceId === undefined ? {} : { serviceId }),
      }),
    );
  }
}

/** The service that an entry or a task belongs to, while it is shown. */
function serviceOf(
  { kind, id }: HistorySubject,
  view: RoutingView | undefined,
): string | undefined {
  return view?.routes.find(({ entries, backends }) =>
    kind === 'entry'
      ? entries.some((entry) => entry.id === id)
      : backends.some(({ taskId }) => taskId === id),
  )?.serviceId;
}
