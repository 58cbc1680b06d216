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
const IN_SIGHT = 300;
/** Of clicks, those that lead further. */
const SHARED = 0.1;
const CONVERTED = 0.2;

/** People who read: they rate late, differ, comment now and then, and some are not honest. */
export function runReaders(options: ReadersOptions): Readers {
  const { world, clock, random, truth, rate, engage, signal } = options;
  const startMs = options.startMs ?? clock.now();
  const { readers } = world;
  const dishonest = Math.round(readers.dishonest.share * readers.raters);
  const latest: Content[] = [];
  let delivered = 0;

  const sinceStart = (): number => clock.now() - startMs;
  const impression = ({ brief, body }: Content): Impression => impressionOf(world, truth, brief, body, sinceStart());
  /** The dishonest ones come first in the row; the others rate as they feel. */
  const honestRater = (draws: Random): string =>
    `reader-${dishonest + draws.below(Math.max(1, readers.raters - dishonest))}`;

  const later = async (draws: Random, work: () => Promise<unknown>): Promise<void> => {
    await clock.sleep(draws.logNormal(readers.delay.median, readers.delay.sigma), signal);
    if (!signal?.aborted) await work();
  };

  const rateHonestly = async (content: Content, draws: Random): Promise<void> => {
    const rater = honestRater(draws);
    const felt = impression(content);
    const likes = likesFor(world, felt.contentType, content.brief, sinceStart());
    const leniency = readers.leniencySd * random.fork(`leniency/${rater}`).normal();
    const stars = meanStars(world, felt, content.brief, sinceStart()) + leniency + readers.noise * draws.normal();
    const isCommented = draws.next() < readers.commentShare;
    const isEdited = draws.next() < readers.editShare;
    await rate(content.id, {
      rating: Math.min(5, Math.max(1, Math.round(stars))),
      ...(isCommented ? { comment: commentOn(felt, likes, distancesFrom(likes, felt), draws) } : {}),
      ...(isEdited ? { edit: editOf(content.body, felt, likes.words) } : {}),
      rater,
    });
  };

  const view = async (content: Content, draws: Random): Promise<void> => {
    const rater = honestRater(draws);
    await engage(content.id, { kind: 'impression', rater });
    const { base, perQuality } = readers.engagement;
    const odds = base * Math.max(0, 1 + perQuality * (impression(content).quality - 7));
    if (draws.next() >= odds) return;
    await engage(content.id, { kind: 'click', rater });
    await engage(content.id, { kind: 'dwell', rater, value: Math.round(draws.logNormal(20, 0.8)) });
    if (draws.next() < SHARED) await engage(content.id, { kind: 'share', rater });
    if (draws.next() < CONVERTED) await engage(content.id, { kind: 'conversion', rater });
  };

  const brigade = async (): Promise<void> => {
    const { want, ratesPerHour, from, until } = readers.dishonest;
    const draws = random.fork('dishonest');
    const perHour = dishonest * ratesPerHour;
    if (perHour <= 0) return;
    await clock.sleep(startMs + from - clock.now(), signal);
    while (!signal?.aborted && isActive(sinceStart(), from, until)) {
      await clock.sleep(draws.exponential(HOUR_MS / perHour), signal);
      if (signal?.aborted || latest.length === 0) continue;
      const content = draws.pick(latest);
      const felt = impression(content);
      const far = distancesFrom(want, felt);
      const isWanted = far.tone <= 0.15 && far.words <= 0.15 && far.structure === 0;
      const likes = { ...want, weight: { tone: 1, words: 1, structure: 1 } };
      const isCommented = draws.next() < readers.commentShare;
      await rate(content.id, {
        rating: isWanted ? 5 : 1,
        ...(isCommented ? { comment: commentOn({ ...felt, quality: 7 }, likes, far, draws) } : {}),
        rater: `reader-${draws.below(dishonest)}`,
      });
    }
  };
  void brigade();

  return {
    onContent: (id, _contentType, brief, body) => {
      const content = { id, brief, body };
      latest[delivered++ % IN_SIGHT] = content;
      const draws = random.fork(`content/${id}`);
      if (draws.next() < readers.ratingShare) {
        const own = random.fork(`rating/${id}`);
        void later(own, () => rateHonestly(content, own));
      }
      for (let i = viewsDrawn(readers.engagement.viewsPerContent, draws); i > 0; i--) {
        const own = random.fork(`view/${i}/${id}`);
        void later(own, () => view(content, own));
      }
    },
  };
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
