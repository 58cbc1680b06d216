import { z } from 'zod';
import './problem-words.ts';

describe('what is wrong with a value', () => {
  it.each<[string, z.ZodType, unknown, string]>([
    ['text for a number', z.number(), '-5', 'is text ("-5"), not a number'],
    ['a fraction', z.int(), 2.5, 'is 2.5, not a whole number'],
    ['a number for text', z.string(), 7, 'is 7, not text'],
    ['a list for an object', z.object({}), [], 'is a list, not an object'],
    ['null for a list', z.array(z.string()), null, 'is null, not a list'],
    ['nothing', z.string(), undefined, 'is missing'],
    ['too little', z.number().min(1), -5, 'is -5, the least is 1'],
    ['nothing where more is wanted', z.number().positive(), 0, 'is 0, and must be above 0'],
    ['too much', z.number().max(10), 11, 'is 11, the most is 10'],
    ['empty text', z.string().min(1), '', 'is empty'],
    ['long text', z.string().max(3), 'four', 'has 4 characters, the most are 3'],
    ['a short list', z.array(z.string()).min(2), ['a'], 'has 1 entry, the fewest are 2'],
    ['another word', z.enum(['low', 'high']), 'hihg', 'is "hihg", not one of low, high'],
    ['no address', z.url(), 'localhost', 'is no address: write one such as https://example.com'],
    ['what its schema says of itself', z.number('is no price'), 'x', 'is no price'],
  ])('%s is told in plain words', (_, schema, value, says) => {
    expect(schema.safeParse(value).error?.issues[0]?.message).toBe(says);
  });
});
