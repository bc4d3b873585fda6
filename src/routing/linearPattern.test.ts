import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileLinear, LONGEST_PATTERN } from './linearPattern';

describe('compileLinear', () => {
  it.each([
    [String.raw`Hostname: (\S+)`, 'IP: 1\nHostname: abc\n', 'abc'],
    ['"pod": *"([^"]*)"', '{"pod":   "web.1"}', 'web.1'],
    ['^([a-z]+)$', '12\nabc\n34', 'abc'],
    ['(a|b)c', 'xbc', 'b'],
    ['(?:x|y)+([0-9]{2,3})', 'xyx12345', '123'],
    ['<(.+?)>', '<a><b>', 'a'],
    ['<(.+)>', '<a><b>', 'a><b'],
    [String.raw`\b(web\.\d+)\b`, 'myweb.1 web.22', 'web.22'],
    ['(é+)', 'caféé', 'éé'],
    ['x(y?)', 'x', ''],
    ['([^a-c]+)', 'abcdef', 'def'],
    ['([^()]+)', '(abc)', 'abc'],
  ])('%s finds in %j', (source, text, group) => {
    expect(compileLinear(source)?.find(text)).toBe(group);
  });

  it.each([
    ['nothing', ''],
    ['no group', 'abc'],
    ['two groups', '(a)(b)'],
    ['a group that repeats', '(a)+'],
    ['a reference back', String.raw`(a)\1`],
    ['look-around', '(?=a)(b)'],
    ['a name', '(?<name>a)'],
    ['a property', String.raw`(\p{L})`],
    ['an open bracket', '(a'],
    ['a closing bracket', 'a)(b)'],
    ['an open class', '([a)'],
    ['nothing to repeat', '*(a)'],
    ['a repeat of a repeat', '(a**)'],
    ['numbers out of order', '(a{3,2})'],
    ['too many repetitions', '((?:a{100}){100})'],
    ['too long a pattern', `(${'a'.repeat(LONGEST_PATTERN)})`],
    ['too deep a pattern', `${'(?:'.repeat(30)}(a)${')'.repeat(30)}`],
  ])('refuses %s', (_name, source) => {
    expect(compileLinear(source)).toBeUndefined();
  });

  it.each([
    ['(?:a+)+b(c)', 'a'],
    ['(?:a|a)*b(c)', 'a'],
    ['(?:(?:a*)*)*b(c)', 'a'],
    ['a*a*a*a*a*a*a*a*b(c)', 'a'],
    ['(.*.*.*=.*)z', '='],
    ['(?:a?){60}a{60}b(c)', 'a'],
  ])('is done soon with %s on 8 kB of what it stumbles over', (source, sign) => {
    const pattern = compileLinear(source);
    expect(pattern).toBeDefined();
    const start = performance.now();
    expect(pattern?.find(sign.repeat(8_192))).toBeUndefined();
    // Seconds where an exponential search takes years; no figure of this machine's speed.
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  const leaf = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', String.raw`\w`, String.raw`\n`);
  const part: fc.Arbitrary<string> = fc.letrec<{ part: string }>((tie) => ({
    part: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc
        .tuple(leaf, fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{1,2}', '{2}', '{1,}'))
        .map((both) => both.join('')),
      fc.tuple(tie('part'), tie('part')).map((both) => both.join('')),
      fc.tuple(tie('part'), tie('part')).map(([one, other]) => `(?:${one}|${other})`),
    ),
  })).part;

  it('finds what the engine of JavaScript finds', () => {
    fc.assert(
      fc.property(
        fc.tuple(
          fc.constantFrom('', '^', String.raw`\b`),
          part,
          part,
          part,
          fc.constantFrom('', '$'),
        ),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n', ' '), maxLength: 12 }),
        ([start, before, inner, after, end], text) => {
          const source = `${start}${before}(${inner})${after}${end}`;
          fc.pre(source.length <= LONGEST_PATTERN);
          const expected = new RegExp(source, 'mu').exec(text)?.[1];
          expect(compileLinear(source)?.find(text)).toBe(expected);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('never throws, whatever the pattern', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.string(), (source, text) => {
        const found = [source, `(${source})`].map((one) => compileLinear(one)?.find(text));
        expect(found.every((group) => group === undefined || text.includes(group))).toBe(true);
      }),
    );
  });
});
