import { html, nothing, render, type TemplateResult } from 'lit/html.js';

import { icon, type IconName } from './icon';

/** One act of a menu. */
export interface MenuChoice {
  readonly text: string;
  readonly icon: IconName;
  onChoose(): void;
}

/** Registers the element; once per page. */
export function registerMenuButton(): void {
  customElements.define('menu-button', MenuButton);
}

/**
 * A button with a menu (WAI-ARIA "menu button"): arrow keys, Home, End and first letters move, Escape
 * and Tab close, the focus goes back to the button. It keeps by itself whether it is open.
 */
class MenuButton extends HTMLElement {
  private shownLabel = '';
  private shownChoices: readonly MenuChoice[] = [];
  private isOpen = false;
  private readonly closeOutside = (event: PointerEvent): void => {
    if (!event.composedPath().includes(this)) {
      this.show(false);
    }
  };

  set label(text: string) {
    this.shownLabel = text;
  }

  set choices(choices: readonly MenuChoice[]) {
    this.shownChoices = choices;
    this.draw();
  }

  disconnectedCallback(): void {
    this.show(false);
  }

  private show(open: boolean): void {
    this.isOpen = open;
    if (open) {
      document.addEventListener('pointerdown', this.closeOutside);
    } else {
      document.removeEventListener('pointerdown', this.closeOutside);
    }
    this.draw();
  }

  private draw(): void {
    render(this.template(), this);
  }

  private template(): TemplateResult {
    return html`<button
        type="button"
        class="menu-opener"
        aria-haspopup="menu"
        aria-expanded=${this.isOpen ? 'true' : 'false'}
        @click=${() => this.toggle()}
        @keydown=${(event: KeyboardEvent) => this.openByKey(event)}
      >
        ${icon('export')}${this.shownLabel}
      </button>
      ${
        this.isOpen
          ? html`<div
              class="menu"
              role="menu"
              aria-label=${this.shownLabel}
              @keydown=${(event: KeyboardEvent) => this.move(event)}
            >
              ${this.shownChoices.map(
                (choice) =>
                  html`<button
                    type="button"
                    role="menuitem"
                    tabindex="-1"
                    @click=${() => this.choose(choice)}
                    @pointerenter=${focusTarget}
                  >
                    ${icon(choice.icon)}${choice.text}
                  </button>`,
              )}
            </div>`
          : nothing
      }`;
  }

  private toggle(): void {
    this.show(!this.isOpen);
    this.focusItem(0);
  }

  private openByKey(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      this.show(true);
      this.focusItem(event.key === 'ArrowDown' ? 0 : -1);
    } else if (event.key === 'Escape' && this.isOpen) {
      event.preventDefault();
      this.show(false);
    }
  }

  private move(event: KeyboardEvent): void {
    const items = this.items();
    const at = items.indexOf(document.activeElement as HTMLElement);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: at <= 0 ? -1 : at - 1,
      Home: 0,
      End: -1,
    };
    const next = steps[event.key] ?? this.byLetter(event.key, at);
    if (event.key === 'Escape') {
      event.preventDefault();
      this.leave();
    } else if (event.key === 'Tab') {
      // The focus moves on from the button, as it would without the menu.
      this.leave();
    } else if (next !== undefined) {
      event.preventDefault();
      this.focusItem(next);
    }
  }

  /** The next item that begins with the letter. */
  private byLetter(key: string, at: number): number | undefined {
    const { length } = this.shownChoices;
    if (key.length !== 1 || key === ' ') {
      return undefined;
    }
    for (let step = 1; step <= length; step += 1) {
      const index = (at + step) % length;
      if (this.shownChoices[index]?.text.toLowerCase().startsWith(key.toLowerCase()) === true) {
        return index;
      }
    }
    return undefined;
  }

  private choose(choice: MenuChoice): void {
    this.leave();
    choice.onChoose();
  }

  private leave(): void {
    this.show(false);
    this.querySelector<HTMLElement>('.menu-opener')?.focus();
  }

  private focusItem(index: number): void {
    this.items().at(index)?.focus();
  }

  private items(): readonly HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('[role=menuitem]')];
  }
}

function focusTarget(event: Event): void {
  (event.currentTarget as HTMLElement).focus();
}
