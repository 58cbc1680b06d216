import type { Positions } from '@contentflow/kernel';
import { type Connection, type Model, Schema } from 'mongoose';

/** One filling of a collection; each has a MongoDB collection of its own, `<name>@<number>`. */
export interface Generation {
  readonly collection: string;
  readonly number: number;
}

/** Which generation of a collection is live, and how far each has been projected: one document, so it changes at once. */
interface StoredProjection {
  _id: string;
  live: number;
  last: number;
  positions: Record<string, Record<string, number>>;
}

const storedProjection = new Schema<StoredProjection>(
  { _id: String, live: Number, last: Number, positions: Schema.Types.Mixed },
  { autoIndex: false, versionKey: false, minimize: false },
);

export class Generations {
  readonly #projections: Model<StoredProjection>;

  constructor(connection: Connection) {
    this.#projections = connection.model<StoredProjection>('projections', storedProjection, 'projections');
  }

  /** The live one; the first if there was none yet. */
  async live(collection: string): Promise<Generation> {
    const stored = await this.#projections.findById(collection, { live: 1 }).lean();
    if (stored) return { collection, number: stored.live };
    await this.#introduce(collection);
    return this.live(collection);
  }

  async next(collection: string): Promise<Generation> {
    await this.live(collection);
    const stored = await this.#projections
      .findByIdAndUpdate(collection, { $inc: { last: 1 } }, { returnDocument: 'after' })
      .lean();
    return { collection, number: stored?.last ?? 1 };
  }

  /** Puts a shadow in the live one's place. False when a younger one already is. */
  async swap({ collection, number }: Generation): Promise<boolean> {
    const { matchedCount } = await this.#projections.updateOne(
      { _id: collection, live: { $lt: number } },
      { $set: { live: number } },
    );
    return matchedCount === 1;
  }

  async forget({ collection, number }: Generation): Promise<void> {
    await this.#projections.updateOne({ _id: collection }, { $unset: { [`positions.${number}`]: '' } });
  }

  async positions({ collection, number }: Generation): Promise<Positions> {
    const stored = await this.#projections.findById(collection, { positions: 1 }).lean();
    const entries = Object.entries(stored?.positions?.[number] ?? {});
    return Object.fromEntries(entries.map(([key, next]) => [decodedKey(key), next]));
  }

  /** Saves how far a generation is, never backwards. False when it is older than the live one. */
  async save({ collection, number }: Generation, positions: Positions): Promise<boolean> {
    const next = Object.entries(positions).map(([key, value]) => [`positions.${number}.${encodedKey(key)}`, value]);
    const filter = { _id: collection, live: { $lte: number } };
    if (next.length === 0) return (await this.#projections.exists(filter)) !== null;
    return (await this.#projections.updateOne(filter, { $max: Object.fromEntries(next) })).matchedCount === 1;
  }

  async #introduce(collection: string): Promise<void> {
    try {
      await this.#projections.create({ _id: collection, live: 1, last: 1, positions: {} });
    } catch (error) {
      if ((error as { code?: unknown }).code !== duplicateKey) throw error;
    }
  }
}

export const duplicateKey = 11_000;

/** `topic/partition` as the name of a field, which must not hold dots. */
const encodedKey = (key: string): string => encodeURIComponent(key).replaceAll('.', '%2E');
const decodedKey = (key: string): string => decodeURIComponent(key);
