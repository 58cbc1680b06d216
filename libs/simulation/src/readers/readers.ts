import type { Brief } from '@contentflow/contracts';
import { type Clock, HOUR_MS, type Random } from '@contentflow/kernel';
import type { Truth } from '../truth/truth.ts';
import { isActive } from '../world/world-at.ts';
import type { World } from '../world/world.ts';
import { commentOn } from './comments.ts';
import { distancesFrom, type Impression, impressionOf, likesFor, meanStars } from './impression.ts';

export interface ReaderFeedback {
  readonly rating: number;
  readonly comment?: string;
  readonly edit?: string;
  readonly rater: string;
}

export interface ReaderEngagement {
  readonly kind: 'impression' | 'click' | 'share' | 'conversion' | 'dwell';
  readonly rater: string;
  /** Seconds, for dwell. */
  readonly value?: number;
}

export interface ReadersOptions {
  readonly world: World;
  readonly clock: Clock;
  readonly random: Random;
  readonly truth: Truth;
  readonly rate: (contentId: string, feedback: ReaderFeedback) => Promise<unknown>;
  readonly engage: (contentId: string, engagement: ReaderEngagement) => Promise<unknown>;
  readonly signal?: AbortSignal;
  /** When the world's day began; the clock's time now, where left out. */
  readonly startMs?: number;
}

export interface Readers {
  /** Told of each content as it is delivered; what readers do about it follows in its own time. */
  onContent(contentId: string, contentType: string, brief: Brief, body: string): void;
}

interface Content {
  readonly id: string;
  readonly brief: Brief;
  readonly body: string;
}

/** Contents that dishonest readers choose from: the latest. */
const RECENT_CONTENTS = 300;
/** Of clicks, those that lead further. */
const SHARED = 0.1;
const CONVERTED = 0.2;

/** People who read: they rate late, differ, comment now and then, and some are not honest. */
export function runReaders(options: ReadersOptions): Readers {
  const readership = new Readership(options);
  void readership.brigade();
  return readership;
}

class Readership implements Readers {
  readonly #options: ReadersOptions;
  readonly #startMs: number;
  /** The dishonest ones come first in the row; the others rate as they feel. */
  readonly #dishonest: number;
  readonly #latest: Content[] = [];
  #delivered = 0;

  constructor(options: ReadersOptions) {
    const { world, clock, startMs = clock.now() } = options;
    this.#options = options;
    this.#startMs = startMs;
    this.#dishonest = Math.round(world.readers.dishonest.share * world.readers.raters);
  }

  onContent(id: string, _contentType: string, brief: Brief, body: string): void {
    const { random, world } = this.#options;
    const { ratingShare, engagement } = world.readers;
    const content = { id, brief, body };
    this.#latest[this.#delivered++ % RECENT_CONTENTS] = content;
    const draws = random.fork(`content/${id}`);
    if (draws.next() < ratingShare) {
      const own = random.fork(`rating/${id}`);
      void this.#later(own, () => this.#rateHonestly(content, own));
    }
    for (let i = viewsDrawn(engagement.viewsPerContent, draws); i > 0; i--) {
      const own = random.fork(`view/${i}/${id}`);
      void this.#later(own, () => this.#view(content, own));
    }
  }

  /** The dishonest ones at work, for as long as they are. */
  async brigade(): Promise<void> {
    const { clock, random, signal, world } = this.#options;
    const { ratesPerHour, from, until } = world.readers.dishonest;
    const draws = random.fork('dishonest');
    const perHour = this.#dishonest * ratesPerHour;
    if (perHour <= 0) return;
    await clock.sleep(this.#startMs + from - clock.now(), signal);
    while (!signal?.aborted && isActive(this.#sinceStart(), from, until)) {
      await clock.sleep(draws.exponential(HOUR_MS / perHour), signal);
      if (!signal?.aborted && this.#latest.length > 0) await this.#rateDishonestly(draws.pick(this.#latest), draws);
    }
  }

  async #later(draws: Random, work: () => Promise<unknown>): Promise<void> {
    const { clock, signal, world } = this.#options;
    const { delay } = world.readers;
    await clock.sleep(draws.logNormal(delay.median, delay.sigma), signal);
    if (!signal?.aborted) await work();
  }

  async #rateHonestly(content: Content, draws: Random): Promise<void> {
    const { world, random, rate } = this.#options;
    const { readers } = world;
    const rater = this.#honestRater(draws);
    const felt = this.#impression(content);
    const likes = likesFor(world, felt.contentType, content.brief, this.#sinceStart());
    const leniency = readers.leniencySd * random.fork(`leniency/${rater}`).normal();
    const stars = meanStars(world, felt, content.brief, this.#sinceStart()) + leniency + readers.noise * draws.normal();
    const isCommented = draws.next() < readers.commentShare;
    const isEdited = draws.next() < readers.editShare;
    await rate(content.id, {
      rating: Math.min(5, Math.max(1, Math.round(stars))),
      ...(isCommented ? { comment: commentOn(felt, likes, distancesFrom(likes, felt), draws) } : {}),
      ...(isEdited ? { edit: editOf(content.body, felt, likes.words) } : {}),
      rater,
    });
  }

  async #rateDishonestly(content: Content, draws: Random): Promise<void> {
    const { commentShare, dishonest } = this.#options.world.readers;
    const felt = this.#impression(content);
    const far = distancesFrom(dishonest.want, felt);
    const isWanted = far.tone <= 0.15 && far.words <= 0.15 && far.structure === 0;
    const likes = { ...dishonest.want, weight: { tone: 1, words: 1, structure: 1 } };
    const isCommented = draws.next() < commentShare;
    await this.#options.rate(content.id, {
      rating: isWanted ? 5 : 1,
      ...(isCommented ? { comment: commentOn({ ...felt, quality: 7 }, likes, far, draws) } : {}),
      rater: `reader-${draws.below(this.#dishonest)}`,
    });
  }

  async #view(content: Content, draws: Random): Promise<void> {
    const { world, engage } = this.#options;
    const rater = this.#honestRater(draws);
    await engage(content.id, { kind: 'impression', rater });
    const { base, perQuality } = world.readers.engagement;
    const odds = base * Math.max(0, 1 + perQuality * (this.#impression(content).quality - 7));
    if (draws.next() >= odds) return;
    await engage(content.id, { kind: 'click', rater });
    await engage(content.id, { kind: 'dwell', rater, value: Math.round(draws.logNormal(20, 0.8)) });
    if (draws.next() < SHARED) await engage(content.id, { kind: 'share', rater });
    if (draws.next() < CONVERTED) await engage(content.id, { kind: 'conversion', rater });
  }

  #honestRater(draws: Random): string {
    const { raters } = this.#options.world.readers;
    return `reader-${this.#dishonest + draws.below(Math.max(1, raters - this.#dishonest))}`;
  }

  #impression({ brief, body }: Content): Impression {
    const { world, truth } = this.#options;
    return impressionOf(world, truth, brief, body, this.#sinceStart());
  }

  #sinceStart(): number {
    return this.#options.clock.now() - this.#startMs;
  }
}

/** Poisson. Source: Knuth, The Art of Computer Programming 2, 3.4.1. */
function viewsDrawn(mean: number, random: Random): number {
  const limit = Math.exp(-mean);
  let views = 0;
  for (let product = random.next(); product > limit; product *= random.next()) views++;
  return views;
}

/** A person's own version: shorter where it was too long, else with its first sentence made plain. */
function editOf(body: string, felt: Impression, wanted: number | undefined): string {
  const paragraphs = body.split('\n\n');
  if (wanted !== undefined && felt.words > 1.2 * wanted && paragraphs.length > 1)
    return paragraphs.slice(0, Math.max(1, Math.round((paragraphs.length * wanted) / felt.words))).join('\n\n');
  return body.replace(/^[^.!?]*[.!?]\s*/, '');
}
