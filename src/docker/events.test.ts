import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from './events';

describe('LineSplitter', () => {
  it('gives the same lines wherever the bytes are cut', () => {
    const line = fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => JSON.stringify(text));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat()), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length];
        at.sort((a, b) => a - b);
        const splitter = new LineSplitter();
        const got = at.flatMap((start, index) =>
          splitter.push(bytes.subarray(start, at[index + 1] ?? bytes.length)),
        );
        expect(got).toEqual(lines);
      }),
    );
  });

  it('skips a line beyond the limit and goes on with the next', () => {
    const splitter = new LineSplitter(10);
    expect(splitter.push(Buffer.from('short\n01234'))).toEqual(['short']);
    expect(splitter.push(Buffer.from('56789ab'))).toEqual([]);
    expect(splitter.push(Buffer.from('cd\n\nnext\nrest'))).toEqual(['next']);
  });
});
