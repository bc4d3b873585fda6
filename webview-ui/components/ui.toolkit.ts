import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';

import { icon, type IconName } from './icon';

/** Registers the custom elements; once per page, before the first draw. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
}

/** A push button; with an icon alone the label becomes its accessible name and tooltip. */
export function button(options: {
  readonly label: string;
  readonly icon?: IconName;
  readonly look: 'primary' | 'secondary' | 'icon';
  readonly disabled?: boolean;
  readonly onClick: () => void;
}): TemplateResult {
  const { label, look } = options;
  return look === 'icon'
    ? html`<vscode-button
        appearance="icon"
        aria-label=${label}
        title=${label}
        ?disabled=${options.disabled ?? false}
        @click=${options.onClick}
        >${icon(options.icon ?? 'circle')}</vscode-button
      >`
    : html`<vscode-button
        appearance=${look}
        ?disabled=${options.disabled ?? false}
        @click=${options.onClick}
        >${
          options.icon === undefined
            ? nothing
            : html`<span slot="start" class="button-icon">${icon(options.icon)}</span>`
        }${label}</vscode-button
      >`;
}

/** A small label in the theme's badge colours; the toolkit's own sets a style attribute, which the page's policy forbids. */
export function badge(text: string, title: string): TemplateResult {
  return html`<span class="badge" title=${title}>${text}</span>`;
}

interface DropdownElement extends HTMLElement {
  value: string;
  readonly options: readonly unknown[];
}

/** A choice of one out of few. */
export function select(options: {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly { readonly value: string; readonly text: string }[];
  onChange(value: string): void;
}): TemplateResult {
  const follow = (element: Element | undefined): void => {
    const dropdown = element as DropdownElement | undefined;
    if (dropdown?.options.length && dropdown.value !== options.value) {
      dropdown.value = options.value;
    }
  };
  return html`<vscode-dropdown
    aria-label=${options.label}
    title=${options.label}
    position="below"
    ${ref(follow)}
    @change=${(event: Event) => options.onChange((event.target as DropdownElement).value)}
    >${repeat(
      options.choices,
      (choice) => choice.value,
      (choice) =>
        html`<vscode-option value=${choice.value} ?selected=${choice.value === options.value}
          >${choice.text}</vscode-option
        >`,
    )}</vscode-dropdown
  >`;
}

/** A one-line text field that reports while typing. */
export function textField(options: {
  readonly label: string;
  readonly value: string;
  /** Shown while it is empty, where the label is too long for that. */
  readonly placeholder?: string;
  readonly icon?: IconName;
  onInput(value: string): void;
}): TemplateResult {
  // The field calls itself "Text field" when it is connected, whatever it was called before.
  const name = (element: Element | undefined): void => {
    queueMicrotask(() => element?.setAttribute('aria-label', options.label));
  };
  return html`<vscode-text-field
    ${ref(name)}
    placeholder=${options.placeholder ?? options.label}
    title=${options.label}
    .value=${options.value}
    @input=${(event: Event) => options.onInput((event.target as HTMLInputElement).value)}
    >${
      options.icon === undefined
        ? nothing
        : html`<span slot="start" class="button-icon">${icon(options.icon)}</span>`
    }</vscode-text-field
  >`;
}

/** A box to tick. */
export function checkbox(options: {
  readonly label: string;
  readonly checked: boolean;
  onChange(checked: boolean): void;
}): TemplateResult {
  return html`<vscode-checkbox
    ?checked=${options.checked}
    @change=${(event: Event) => options.onChange((event.target as HTMLInputElement).checked)}
    >${options.label}</vscode-checkbox
  >`;
}

/** Tabs drawn as one segmented control; arrow keys move between them. Panels carry `panel-<id>`. */
export function tabs<Id extends string>(options: {
  readonly label: string;
  readonly selected: Id;
  readonly choices: readonly {
    readonly id: Id;
    readonly text: string;
    readonly icon: IconName;
    readonly title: string;
  }[];
  onSelect(id: Id): void;
}): TemplateResult {
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) {
      return;
    }
    event.preventDefault();
    const at = options.choices.findIndex((choice) => choice.id === options.selected);
    const next = options.choices.at((at + step) % options.choices.length);
    if (next !== undefined) {
      options.onSelect(next.id);
      document.getElementById(`tab-${next.id}`)?.focus();
    }
  };
  return html`<div class="tabs" role="tablist" aria-label=${options.label} @keydown=${move}>
    ${options.choices.map(
      (choice) =>
        html`<button
          type="button"
          role="tab"
          id="tab-${choice.id}"
          aria-selected=${choice.id === options.selected ? 'true' : 'false'}
          aria-controls="panel"
          title=${choice.title}
          tabindex=${choice.id === options.selected ? 0 : -1}
          @click=${() => options.onSelect(choice.id)}
        >
          ${icon(choice.icon)}${choice.text}
        </button>`,
    )}
  </div>`;
}

/** A turning ring with a name. */
export function busy(label: string): TemplateResult {
  // The ring names itself "Loading" and calls out; only its look is wanted.
  return html`<span role="progressbar" aria-label=${label}
    ><vscode-progress-ring aria-hidden="true"></vscode-progress-ring
  ></span>`;
}
