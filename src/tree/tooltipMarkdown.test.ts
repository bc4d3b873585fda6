import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMarkdown, tooltipMarkdown } from './tooltipMarkdown';

describe('escapeMarkdown', () => {
  it.each([
    ['<img src=x onerror=alert(1)>', '\\<img src\\=x onerror\\=alert\\(1\\)\\>'],
    ['[a](command:x)', '\\[a\\]\\(command\\:x\\)'],
    ['$(trash) **b** `c`', '\\$\\(trash\\) \\*\\*b\\*\\* \\`c\\`'],
    ['&lt;b&gt;', '&amp;lt\\;b&amp;gt\\;'],
    ['# h\n- item\r\n\u2028| t |', '\\# h \\- item \\| t \\|'],
    ['https://evil.example', 'https\\:\\/\\/evil\\.example'],
  ])('takes the power from %j', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  it('leaves no sign of Markdown or HTML unescaped, and loses none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        const escaped = escapeMarkdown(text);
        const rest = escaped.replaceAll('&amp;', '').replaceAll(/\\[!-/:-@[-`{-~]/g, '');
        expect(rest).toMatch(/^[A-Za-z0-9 ]*$/);
        const back = escaped.replaceAll('&amp;', '\\&').replaceAll(/\\(.)/g, '$1');
        expect(back).toBe(text.replaceAll(/[\p{Cc}]+/gu, ' ').trim());
      }),
    );
  });
});

describe('tooltipMarkdown', () => {
  it('sets a line for each value', () => {
    expect(tooltipMarkdown([{ name: 'Image', value: 'a:1' }, { value: 'b*' }])).toBe(
      '**Image:** a\\:1  \nb\\*',
    );
  });
});
