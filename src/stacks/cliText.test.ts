import { expect, test } from 'vitest';
import { isHint, knowsStackConfig, withoutValues } from './cliText';

test.each([
  [
    'invalid interpolation format for services.web.environment.DB_PASSWORD: "hunter2$1secret"; you may need to escape any $ with another $',
    'invalid interpolation format for services.web.environment.DB_PASSWORD: "***"; you may need to escape any $ with another $',
  ],
  [
    'invalid interpolation format for services.web.environment.[0]: "TOKEN=a"b"$1"',
    'invalid interpolation format for services.web.environment.[0]: "***"',
  ],
  ['unexpected character "!" in variable name near "TOP!SECRET', 'unexpected character "***"'],
  ["variable 'secret words' contains whitespaces", 'variable "***" contains whitespaces'],
  ['network "edge" is declared as external, but could not be found', undefined],
])('%j tells no value', (line, told = line) => {
  expect(withoutValues(line)).toBe(told);
});

test('the hint on detaching is none of what went wrong, and help is known by its usage', () => {
  expect(isHint('Since --detach=false was not specified, tasks will be created')).toBe(true);
  expect(isHint('failed to create network')).toBe(false);
  expect(knowsStackConfig('Usage:  docker stack config [OPTIONS]')).toBe(true);
  expect(knowsStackConfig('Usage:  docker stack [OPTIONS] COMMAND')).toBe(false);
});
