/** The log's topics and how many partitions each has. Decisions have one, so that all agree on their order. */
export const Topic = {
  content: 'contentflow.content',
  measurements: 'contentflow.measurements',
  feedback: 'contentflow.feedback',
  decisions: 'contentflow.decisions',
  ledger: 'contentflow.ledger',
  operations: 'contentflow.operations',
  /** Calls passed on: many, and read by nobody who makes content. */
  completions: 'contentflow.completions',
  /** Who may ask for what. */
  access: 'contentflow.access',
  /** What the holder of the signing key says that all the others hold. */
  checkpoints: 'contentflow.checkpoints',
} as const;

export const topics: readonly { name: string; partitions: number }[] = [
  { name: Topic.content, partitions: 4 },
  { name: Topic.measurements, partitions: 4 },
  { name: Topic.feedback, partitions: 4 },
  { name: Topic.decisions, partitions: 1 },
  { name: Topic.ledger, partitions: 1 },
  { name: Topic.operations, partitions: 1 },
  { name: Topic.completions, partitions: 1 },
  { name: Topic.access, partitions: 1 },
  { name: Topic.checkpoints, partitions: 1 },
];
