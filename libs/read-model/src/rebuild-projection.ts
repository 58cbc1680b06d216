import {
  covers,
  type Document,
  partitionKey,
  type Positions,
  type Projection,
  setOwnValue,
  type StoredEvent,
} from '@contentflow/kernel';
import type { CollectionRebuild, ReadModelStore } from './read-model.ts';
import { RememberingWriter } from './remembering-writer.ts';
import { type Follows, type OnProjectionFault, projectOnto } from './run-projection.ts';
import { superseded } from './superseded.ts';

/** What a rebuild needs of the log: also where it ends. */
export interface Rebuilds extends Follows {
  ends(topics: readonly string[]): Promise<Positions>;
}

export interface RebuildProjectionOptions<Doc extends Document> {
  readonly log: Rebuilds;
  readonly store: ReadModelStore;
  readonly projection: Projection<Doc>;
  readonly onFault?: OnProjectionFault;
  /** Told after every batch how far the shadow is. */
  readonly onProgress?: (positions: Positions) => void;
}

/**
 * Fills a shadow of the collection from the beginning of the log, while queries go on being answered from the old
 * documents; when the shadow has come to the log's end it takes their place. Those who keep the projection up
 * (`runProjection`, in this process or another) notice by themselves and go on with the new documents.
 */
export async function rebuildProjection<Doc extends Document>(options: RebuildProjectionOptions<Doc>): Promise<void> {
  const shadow = await options.store.rebuild<Doc>(options.projection);
  try {
    await catchUp(options, shadow);
    await shadow.swap();
  } catch (error) {
    await shadow.discard();
    throw error;
  }
}

async function catchUp<Doc extends Document>(
  { log, projection, onFault, onProgress }: RebuildProjectionOptions<Doc>,
  shadow: CollectionRebuild<Doc>,
): Promise<void> {
  const goal = await log.ends(projection.topics);
  const reached: Record<string, number> = {};
  if (covers(reached, goal)) return;

  const writer = new RememberingWriter(shadow);
  let arrive: () => void;
  let failure: { readonly error: unknown } | undefined;
  const arrival = new Promise<void>((resolve) => (arrive = resolve));
  const project = async (events: readonly StoredEvent[]): Promise<void> => {
    if ((await projectOnto(writer, projection, events, onFault)) === 'superseded') throw superseded(projection.name);
    for (const { topic, partition, offset } of events) setOwnValue(reached, partitionKey(topic, partition), offset + 1);
    onProgress?.(reached);
    if (covers(reached, goal)) arrive();
  };
  const subscription = await log.follow({
    topics: projection.topics,
    from: {},
    // The log is not to hand a batch over again that cannot be projected: the rebuild fails, and says why.
    handle: (events) =>
      project(events).catch((error: unknown) => {
        failure ??= { error };
        arrive();
      }),
  });
  await arrival;
  await subscription.stop();
  if (failure) throw failure.error;
}
