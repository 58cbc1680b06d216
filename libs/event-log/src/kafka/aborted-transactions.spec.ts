import { hideAborted, type FetchedMessage } from './aborted-transactions.ts';

const record = (offset: number, producerId: string, inTransaction = true): FetchedMessage => ({
  offset: String(offset),
  key: null,
  isControlRecord: false,
  batchContext: { producerId, inTransaction },
});
const marker = (offset: number, producerId: string, type: 0 | 1): FetchedMessage => ({
  ...record(offset, producerId),
  key: Buffer.from([0, 0, 0, type]),
  isControlRecord: true,
});
function shown(messages: FetchedMessage[], aborted: [producer: string, first: number][]): number[] {
  const abortedTransactions = aborted.map(([producerId, first]) => ({ producerId, firstOffset: String(first) }));
  hideAborted({ messages, abortedTransactions });
  return messages.filter(({ isControlRecord }) => !isControlRecord).map(({ offset }) => Number(offset));
}

it('hides transactions that ended in another order than they began', () => {
  const messages = [record(0, 'a'), record(1, 'b'), marker(2, 'b', 0), marker(3, 'a', 0), record(4, 'c', false)];
  expect(
    shown(messages, [
      ['b', 1],
      ['a', 0],
    ]),
  ).toEqual([4]);
});
it('hides several that began before the fetch', () => {
  const messages = [record(10, 'b'), record(11, 'a'), marker(12, 'a', 0), marker(13, 'b', 0)];
  expect(
    shown(messages, [
      ['a', 3],
      ['b', 5],
    ]),
  ).toEqual([]);
});
it('shows what the same producer committed before and after', () => {
  const messages = [
    record(0, 'a'),
    marker(1, 'a', 1),
    record(2, 'a'),
    marker(3, 'a', 0),
    record(4, 'a'),
    marker(5, 'a', 1),
  ];
  expect(shown(messages, [['a', 2]])).toEqual([0, 4]);
});
it('shows what was written beside a transaction, not in it', () => {
  expect(shown([record(0, 'a'), record(1, 'a', false), marker(2, 'a', 0)], [['a', 0]])).toEqual([1]);
});
