import { ContentFlowError, partitionKey } from '@contentflow/kernel';

export interface Beginning {
  readonly topic: string;
  readonly partition: number;
  /** The offset of the first event that the broker still has. */
  readonly begins: number;
}

/**
 * What was removed from the beginning of partitions, by retention or by hand. Nobody reads what is left as if it were all.
 * @param from  the offset that somebody reads from
 */
export function whatIsGone(partitions: readonly Beginning[], from = 0): ContentFlowError | undefined {
  const short = partitions.filter(({ begins }) => begins > from).toSorted((a, b) => a.partition - b.partition);
  if (short.length === 0) return undefined;
  const places = short.map(
    ({ topic, partition, begins }) =>
      `${partitionKey(topic, partition)} begins at ${begins}, ${begins - from} before it are wanted`,
  );
  return new ContentFlowError('log-loss', `the beginning of the log is gone: ${places.join('; ')}`, {
    fix: 'bring it back from a backup, into an empty cluster or under another CONTENTFLOW_NAMESPACE (contentflow restore)',
  });
}
