/** What a fetch tells of one message, as far as its transaction is concerned. */
export interface FetchedMessage {
  readonly offset: string;
  readonly key: Buffer | null;
  isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}

export interface FetchedTransactions {
  abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[] | null;
  readonly messages: readonly FetchedMessage[];
}

/** A control record's key is version and type, two bytes each; type 0 ends an aborted transaction, 1 a committed one. */
const ABORTED = Buffer.from([0, 0, 0, 0]);

/**
 * Marks the messages of aborted transactions as control records, which no reader is shown. kafkajs 2.2.4 takes the list of
 * aborted transactions to be in the order in which they began and lets one begin per message; brokers send them in the
 * order in which they ended, and so it shows effects of processes that died.
 */
export function hideAborted(fetched: FetchedTransactions): void {
  const { abortedTransactions, messages } = fetched;
  if (!abortedTransactions?.length) return;
  const toBegin = [...abortedTransactions].sort((a, b) => Number(a.firstOffset) - Number(b.firstOffset));
  const open = new Set<string>();
  for (const message of messages) {
    while (toBegin.length > 0 && Number(toBegin[0]!.firstOffset) <= Number(message.offset))
      open.add(toBegin.shift()!.producerId);
    const { producerId, inTransaction } = message.batchContext;
    if (message.isControlRecord) {
      if (message.key?.equals(ABORTED)) open.delete(producerId);
    } else if (inTransaction && open.has(producerId)) message.isControlRecord = true;
  }
  fetched.abortedTransactions = [];
}
