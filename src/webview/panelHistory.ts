import type { Disposable } from '../common/disposable';
import type { KeptHistory } from '../probe/keptHistory';
import type { TakenSample } from '../probe/probeScheduler';
import type { HistoryMark } from '../shared/historyView';
import type { HistoryRequest } from '../shared/protocol';
import { HistoryFeed } from './historyFeed';

/** The history that a panel keeps and shows: one of each vantage, so that they never mix. */
export class PanelHistory implements Disposable {
  private kept: KeptHistory;
  private feed: HistoryFeed;
  private asked: HistoryRequest | undefined;

  /** `begin` gives the history that is kept under a name. */
  constructor(
    private readonly begin: (name: string) => KeptHistory,
    private readonly parts: ConstructorParameters<typeof HistoryFeed>[1],
    name: string,
  ) {
    this.kept = begin(name);
    this.feed = this.show();
  }

  /** Goes on with another one. */
  use(name: string): void {
    this.dispose();
    this.kept = this.begin(name);
    this.feed = this.show();
  }

  /** What the page looks at from now on. */
  watch(asked: HistoryRequest | undefined): void {
    this.asked = asked;
    this.feed.watch(asked);
  }

  take({ id, sample }: TakenSample, intervalMs: number): void {
    this.kept.take(id, sample, intervalMs);
    this.feed.grown(id, sample.answeredBy);
  }

  mark(marks: readonly HistoryMark[]): void {
    this.kept.mark(marks);
    this.feed.grown();
  }

  /** Nothing is probed from now on. */
  pause(): void {
    this.kept.pause();
    this.feed.grown();
  }

  dispose(): void {
    this.feed.dispose();
    this.kept.dispose();
  }

  private show(): HistoryFeed {
    const feed = new HistoryFeed(this.kept.history, this.parts);
    void this.kept.loaded.then(() => feed.grown());
    feed.watch(this.asked);
    return feed;
  }
}
