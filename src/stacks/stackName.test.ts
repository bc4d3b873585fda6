import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultStackName, stackNameProblem } from './stackName';

describe('stackNameProblem', () => {
  it.each(['shop', 'Shop-2', 'a_b', '7'])('accepts %s', (name) => {
    expect(stackNameProblem(name, ['web'])).toBeUndefined();
  });

  it.each(['', 'my shop', '-prune', '--help', 'a;b', '$(x)', 'é', 'shop_', '"shop"', 'a\nb'])(
    'refuses %j',
    (name) => {
      expect(stackNameProblem(name, [])).toBeTypeOf('string');
    },
  );

  it('leaves room for the longest service, and names it', () => {
    const services = ['web', 'x'.repeat(40)];
    expect(stackNameProblem('s'.repeat(22), services)).toBeUndefined();
    expect(stackNameProblem('s'.repeat(23), services)).toContain('x'.repeat(40));
  });
});

describe('defaultStackName', () => {
  it('is the name in the file, else the folder', () => {
    expect(defaultStackName('shop', 'folder')).toBe('shop');
    expect(defaultStackName(undefined, 'My Shop (2)')).toBe('my-shop-2');
    expect(defaultStackName(undefined, '/')).toBe('stack');
  });

  it('can always be used', () => {
    fc.assert(
      fc.property(fc.string(), (folder) => {
        expect(stackNameProblem(defaultStackName(undefined, folder), [])).toBeUndefined();
      }),
    );
  });
});
