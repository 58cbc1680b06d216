import { MINUTE_MS } from '@contentflow/kernel';

/** A bucket that fills at a rate and holds one minute's worth, and one request at least. */
interface Bucket {
  level: number;
  at: number;
}

/** Requests and tokens per minute of each model, as providers count them. */
export class RateLimits {
  readonly #buckets = new Map<string, Bucket>();

  /** @returns 0 when the call may pass, else the milliseconds after which it may be tried again */
  delayFor(
    model: { readonly name: string; readonly requestsPerMinute: number; readonly tokensPerMinute: number },
    tokens: number,
    now: number,
  ): number {
    const requests = this.#bucket(`${model.name}/requests`, model.requestsPerMinute, now);
    const volume = this.#bucket(`${model.name}/tokens`, model.tokensPerMinute, now);
    // A request larger than the bucket passes a full one, or it never would.
    const needed = Math.min(tokens, model.tokensPerMinute);
    const wait = Math.max(
      ((1 - requests.level) / model.requestsPerMinute) * MINUTE_MS,
      ((needed - volume.level) / model.tokensPerMinute) * MINUTE_MS,
    );
    if (wait > 0) return Math.ceil(wait);
    requests.level -= 1;
    volume.level -= needed;
    return 0;
  }

  #bucket(key: string, perMinute: number, now: number): Bucket {
    const bucket = this.#buckets.get(key) ?? { level: Math.max(1, perMinute), at: now };
    this.#buckets.set(key, bucket);
    bucket.level = Math.min(Math.max(1, perMinute), bucket.level + ((now - bucket.at) / MINUTE_MS) * perMinute);
    bucket.at = now;
    return bucket;
  }
}
