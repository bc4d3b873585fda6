import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostileNames } from '../test/fakes/sharedFacts';
import { writeSvg } from './svgText';

const write = (name: string): string =>
  writeSvg({
    width: 100,
    height: 50.123,
    background: 'rgb(1, 2, 3)',
    title: name,
    shapes: [
      { tag: 'path', attributes: { d: 'M0 0L1 1', stroke: name } },
      { tag: 'text', attributes: { x: 1 / 3, y: Number.NaN, 'font-family': name }, text: name },
    ],
  });

test('is one document with rounded numbers', () => {
  expect(write('a')).toBe(
    [
      '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50.12" viewBox="0 0 100 50.12" role="img">',
      '<title>a</title>',
      '<rect width="100" height="50.12" fill="rgb(1, 2, 3)"/>',
      '<path d="M0 0L1 1" stroke="a"/>',
      '<text x="0.33" y="0" font-family="a">a</text>',
      '</svg>',
      '',
    ].join('\n'),
  );
});

test('has the same elements and attributes whatever it says', () => {
  const bare = (svg: string): string =>
    svg.replaceAll(/"[^"]*"/g, '""').replaceAll(/>[^<>]*</g, '><');
  fc.assert(
    fc.property(hostileNames, (name) => {
      const svg = write(name);
      expect(bare(svg)).toBe(bare(write('a')));
      expect(svg).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39);)/);
      // XML 1.0 takes no control characters, and none of these ends a line of our own.
      expect(svg.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
    }),
  );
});
