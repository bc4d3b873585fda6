// ECMA-48: control strings (OSC, DCS, PM, APC, SOS), control sequences (CSI), other escapes; written as
// strings, since the linter takes control characters in expressions for mistakes.
const ESC = String.raw`\u001B`;
const CONTROL_STRING = new RegExp(
  String.raw`(?:${ESC}[\]PX^_]|[\u009D\u0090\u0098\u009E\u009F])[^\u0007${ESC}\u009C]*(?:\u0007|${ESC}\\|\u009C)?`,
  'gu',
);
const CONTROL_SEQUENCE = new RegExp(String.raw`(?:${ESC}\[|\u009B)[0-?]*[ -\/]*[@-~]?`, 'gu');
const ESCAPE = new RegExp(String.raw`${ESC}[ -\/]*[0-~]?`, 'gu');
// Controls but the tab, separators of lines, and the marks that reorder text.
const UNSAFE = /[^\P{Cc}\t]|[\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

/** Makes one line of a log harmless: escape sequences vanish, other controls become `·`. */
export function toLogText(text: string): string {
  return text
    .replaceAll(CONTROL_STRING, '')
    .replaceAll(CONTROL_SEQUENCE, '')
    .replaceAll(ESCAPE, '')
    .replaceAll(UNSAFE, '·');
}
