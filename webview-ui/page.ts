import * as l10n from '@vscode/l10n';
import { render } from 'lit/html.js';

import type { HostMessage, PageMessage } from '../src/shared/protocol';
import { Announcer } from './announce';
import { wantedHistory } from './historyState';
import type { Host } from './host';
import { measureMatrix } from './matrixMeasure';
import { pageTemplate, pageTitle } from './pageTemplate';
import { pulseAnswers } from './pulse';
import {
  initialModel,
  reduce,
  type Actions,
  type LaterPart,
  type PageEvent,
  type PageModel,
} from './state';

/** How often ages and pending announcements are looked at, in milliseconds. */
const TICK_MS = 1000;

/** Holds the model, draws it at most once a frame, and carries messages both ways. */
export class Page implements Actions {
  later: LaterPart | undefined;
  private model: PageModel;
  private drawRequested = false;
  /** The history that the host was asked for last, as JSON. */
  private watchedHistory: string | undefined;
  private readonly announcer = new Announcer();
  private readonly watched = new WeakSet<Element>();
  /** The chip that was scrolled to last. */
  private shownChip: HTMLElement | undefined;
  private readonly resizes = new ResizeObserver((changes) => {
    if (changes.some(({ target }) => target === this.root)) {
      this.showChoice(true);
    }
    this.measure();
  });

  constructor(
    private readonly root: HTMLElement,
    private readonly liveRegion: HTMLElement,
    private readonly host: Host,
  ) {
    this.model = initialModel(host.restore(), Date.now());
  }

  /** Begins to listen, draws, and tells the host that the page can take values. */
  start(): void {
    this.host.onMessage((message) => this.receive(message));
    window.addEventListener('scroll', () => this.measure(), { passive: true });
    document.addEventListener('keydown', (event) => this.closeOnEscape(event));
    setInterval(() => this.tick(), TICK_MS);
    this.resizes.observe(this.root);
    this.draw();
    this.send({ type: 'ready' });
    void this.loadLater();
  }

  current(): PageModel {
    return this.model;
  }

  dispatch(event: PageEvent): void {
    const before = this.model;
    this.model = reduce(before, event);
    if (this.model === before) {
      return;
    }
    if (event.type === 'openEntry' && event.id === undefined) {
      this.focusOpener(before.saved.openEntry ?? before.saved.openPart);
    }
    if (this.model.saved !== before.saved) {
      this.host.save(this.model.saved);
    }
    this.askForHistory();
    this.requestDraw();
  }

  send(message: PageMessage): void {
    this.host.send(message);
  }

  saveMap(): void {
    if (this.model.saved.tab !== 'map') {
      this.dispatch({ type: 'showTab', tab: 'map' });
    }
    void this.loadLater().then(({ afterFrames, readMap }) =>
      // The first frame draws the map, the second draws it as wide as there is room.
      afterFrames(3, () => this.send({ type: 'saveMap', svg: readMap(this.root, this.model) })),
    );
  }

  private async loadLater(): Promise<LaterPart> {
    const later = await import('./later');
    if (this.later === undefined) {
      later.registerMenuButton();
      this.later = later;
      this.requestDraw();
    }
    return later;
  }

  private receive(message: HostMessage): void {
    if (message.type === 'drawMap') {
      this.saveMap();
      return;
    }
    if (message.type === 'strings') {
      l10n.config({ contents: { ...message.contents } });
    }
    const before = this.model;
    this.dispatch(message);
    this.announce();
    if (message.type === 'burst' && message.view !== undefined) {
      const news = this.later?.burstNews(before.answers.burst, message.view);
      this.liveRegion.textContent = news ?? this.liveRegion.textContent;
    }
    if (message.type === 'probes') {
      // After the draw that shows the new answers.
      requestAnimationFrame(() => pulseAnswers(this.root, before.cells, this.model.cells));
    }
  }

  private askForHistory(): void {
    const history = wantedHistory(this.model);
    const asked = history && JSON.stringify(history);
    if (asked !== this.watchedHistory) {
      this.watchedHistory = asked;
      this.send({ type: 'watchHistory', ...(history && { history }) });
    }
  }

  private tick(): void {
    if (this.model.routing?.staleSince !== undefined) {
      this.dispatch({ type: 'tick', now: Date.now() });
    }
    this.announce();
  }

  private announce(): void {
    if (this.model.unavailable !== undefined || this.model.routing?.routes.length === 0) {
      // What was said of ports that are gone must not be read again.
      this.liveRegion.textContent = '';
    }
    const sentence = this.announcer.next(this.model, Date.now());
    if (sentence !== undefined) {
      this.liveRegion.textContent = sentence;
    }
  }

  private requestDraw(): void {
    if (!this.drawRequested) {
      this.drawRequested = true;
      requestAnimationFrame(() => this.draw());
    }
  }

  private draw(): void {
    this.drawRequested = false;
    document.title = pageTitle(this.model.routing);
    render(pageTemplate(this.model, this), this.root);
    this.watchScrollers();
    this.showChoice();
    this.measure();
  }

  /** Scrolls to the chosen port once, and again where its room has changed. */
  private showChoice(isMoved = false): void {
    const chip = this.root.querySelector<HTMLElement>('.chip[aria-checked="true"]') ?? undefined;
    if (chip !== this.shownChip || isMoved) {
      this.shownChip = chip;
      reveal(chip);
    }
  }

  private watchScrollers(): void {
    for (const scroller of this.root.querySelectorAll('.scroller, .matrix-frame')) {
      if (!this.watched.has(scroller)) {
        this.watched.add(scroller);
        scroller.addEventListener('scroll', () => this.measure(), { passive: true });
        this.resizes.observe(scroller);
      }
    }
  }

  private measure(): void {
    const view = measureMatrix(this.root);
    if (view !== undefined) {
      this.dispatch({ type: 'matrix', change: { view } });
    }
    const scroller = this.root.querySelector('.scroller');
    const frame = this.root.querySelector('.map-frame');
    if (scroller === null || frame === null) {
      return;
    }
    const outer = scroller.getBoundingClientRect();
    const inner = frame.getBoundingClientRect();
    const seenTop = Math.max(outer.top, 0);
    const seenBottom = Math.min(outer.bottom, window.innerHeight);
    const fontSize = Number.parseFloat(getComputedStyle(document.body).fontSize);
    this.dispatch({
      type: 'viewport',
      viewport: {
        width: frame.clientWidth,
        top: Math.max(0, Math.round(seenTop - inner.top)),
        height: Math.max(200, Math.round(seenBottom - seenTop)),
        scale: Math.min(2, Math.max(1, (Number.isFinite(fontSize) ? fontSize : 13) / 13)),
      },
    });
  }

  private closeOnEscape(event: KeyboardEvent): void {
    const open = this.model.saved.openEntry ?? this.model.saved.openPart;
    const isDrawn = this.root.querySelector('.details') !== null;
    if (event.key !== 'Escape' || event.defaultPrevented || open === undefined || !isDrawn) {
      return;
    }
    this.dispatch({ type: 'openEntry', id: undefined });
  }

  /** Gives the focus back to what opened the details that are closed now, else to the client. */
  private focusOpener(id: string | undefined): void {
    // A task comes after the text on the line to it, which opens the same.
    const openers = [
      ...this.root.querySelectorAll<HTMLElement>(
        'button[data-entry], td[data-entry], button[data-part]',
      ),
    ];
    const opener = openers.findLast(({ dataset }) => (dataset['entry'] ?? dataset['part']) === id);
    const other = this.root.querySelector<HTMLElement>(
      '.map button, [role="tab"][aria-selected="true"]',
    );
    (opener ?? other)?.focus();
  }
}

/** Scrolls what holds an element until it shows the whole of it; the page itself stays where it is. */
function reveal(element: HTMLElement | undefined): void {
  const frame = element?.parentElement;
  if (element === undefined || frame === null || frame === undefined) {
    return;
  }
  const [inner, outer] = [element.getBoundingClientRect(), frame.getBoundingClientRect()];
  const by = (from: number, to: number): number => (from < 0 ? from : Math.max(0, to));
  frame.scrollBy(
    by(inner.left - outer.left, inner.right - outer.right),
    by(inner.top - outer.top, inner.bottom - outer.bottom),
  );
}
