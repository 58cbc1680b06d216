import { type Policy, policySchema, type Recipe } from '@contentflow/contracts';
import { MINUTE_MS, type Random, seededRandom } from '@contentflow/kernel';
import { segmentOf } from '@contentflow/recipes';
import { momentsOf, studentQuantile, varianceOf } from '@contentflow/statistics';
import { allocate, sharingRulesOf } from '../domain/models/allocation.ts';
import { loadSolver } from '../domain/models/linear-program.ts';
import { outcomeEvidence } from '../domain/models/outcome-evidence.ts';
import { noOutcomes, type Outcomes, type OutcomeWindow, recordOutcome } from '../domain/models/outcome-windows.ts';
import { cheap, covariatesOf, drawnOutcomes, strong, type TrueModel } from '../testing/models.ts';
import { measured, recipe } from '../testing/traffic.ts';

await loadSolver();

type Report = (line: string) => void;

export interface AllocationBenchOptions {
  readonly seeds?: number;
  /** Half-hours of traffic. */
  readonly windows?: number;
  readonly briefsPerWindow?: number;
}

/** Against the best single model, over all briefs after the first two hours. */
export interface AllocationResult {
  readonly name: string;
  /** Relative, with its 95 % interval over seeds. */
  readonly saving: Interval;
  /** Points. */
  readonly quality: Interval;
}
interface Interval {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

interface Scenario {
  readonly name: string;
  readonly policy: Policy;
  /** What each model does in each window. */
  readonly truthAt: (window: number) => Readonly<Record<'strong' | 'cheap', TrueModel>>;
}

const WINDOW_MS = 30 * MINUTE_MS;
/** An experiment's worth of both models side by side comes first. */
const LEARNING_WINDOWS = 4;
const offered = [
  { name: 'strong', usdPerMillionInput: 10, usdPerMillionOutput: 30 },
  { name: 'cheap', usdPerMillionInput: 1, usdPerMillionOutput: 3 },
];
const single: Recipe = { ...recipe, model: 'strong' };
const poorer: TrueModel = (keyPoints) => ({ ...cheap(keyPoints), quality: cheap(keyPoints).quality - 1.5 });

function scenariosOver(windows: number): Scenario[] {
  const still = () => ({ strong, cheap });
  return [
    { name: 'weighted (default)', policy: policySchema.parse({}), truthAt: still },
    {
      name: 'least cost at quality ≥ 7.5',
      policy: policySchema.parse({ objective: { goal: 'minimise_cost', minQuality: 7.5 } }),
      truthAt: still,
    },
    {
      name: 'weighted; the cheap model 1.5 points poorer from the middle on',
      policy: policySchema.parse({}),
      truthAt: (window) => ({ strong, cheap: window < windows / 2 ? cheap : poorer }),
    },
  ];
}

/**
 * A content type and two models, of which the one at a tenth of the cost is as good on briefs of up to four of nine key points and loses 0.6
 * points with each beyond: what sharing by brief saves against the best single model that keeps within the guardrails (the strong one). Learned
 * and revised as in live traffic, from noisy outcomes; what is compared are the true means of each brief under the model that it got.
 */
export function benchAllocation(report: Report, options: AllocationBenchOptions = {}): AllocationResult[] {
  const { seeds = 100, windows = 48, briefsPerWindow = 100 } = options;
  report(
    `Allocation: ${seeds} seeds, ${windows} half-hours of ${briefsPerWindow} briefs; against the strong model alone`,
  );
  return scenariosOver(windows).map((scenario) => {
    const runs = Array.from({ length: seeds }, (_, seed) => runOf(scenario, seed, windows, briefsPerWindow));
    const result = {
      name: scenario.name,
      saving: intervalOf(runs.map(({ saving }) => saving)),
      quality: intervalOf(runs.map(({ quality }) => quality)),
    };
    const { saving, quality } = result;
    const text = ({ mean, lower, upper }: Interval, factor: number, digits: number): string =>
      [mean, lower, upper].map((each) => (factor * each).toFixed(digits)).join(' | ');
    report(`  ${scenario.name}: cost lower by ${text(saving, 100, 1)} %, quality by ${text(quality, 1, 3)}`);
    return result;
  });
}

function runOf(
  { policy, truthAt }: Scenario,
  seed: number,
  windows: number,
  briefs: number,
): { saving: number; quality: number } {
  const random = seededRandom(`allocation ${seed}`);
  const seen: OutcomeWindow[] = [];
  const shared: Outcomes[] = [];
  const alone: Outcomes[] = [];
  let current: Recipe = single;
  for (let window = 0; window < windows; window++) {
    const isLearning = window < LEARNING_WINDOWS;
    if (!isLearning) current = revised(current, seen, policy, window);
    const truth = truthAt(window);
    const learned = noOutcomes();
    for (let i = 0; i < briefs; i++) {
      const keyPoints = 1 + random.below(9);
      // A share of units goes without, as their reverse holdback does.
      const model = isLearning
        ? random.pick(MODELS)
        : random.next() < policy.reverseHoldbackShare
          ? 'strong'
          : drawn(current, keyPoints, random);
      const { data } = measured({ unit: `${i}`, time: 0, ...drawnOutcomes(random, truth[model](keyPoints)) });
      recordOutcome(learned, { ...data, model, covariates: covariatesOf(keyPoints) });
      if (isLearning) continue;
      shared.push(truth[model](keyPoints));
      alone.push(truth.strong(keyPoints));
    }
    seen.push(learned);
  }
  const mean = (all: readonly Outcomes[], of: (each: Outcomes) => number): number => momentsOf(all.map(of)).mean;
  return {
    saving: 1 - mean(shared, ({ cost }) => cost) / mean(alone, ({ cost }) => cost),
    quality: mean(shared, ({ quality }) => quality) - mean(alone, ({ quality }) => quality),
  };
}

const MODELS = ['strong', 'cheap'] as const;

function revised(current: Recipe, seen: readonly OutcomeWindow[], policy: Policy, window: number): Recipe {
  const aged = seen.map((each, index) => ({ window: each, ageMs: (seen.length - 1 - index) * WINDOW_MS }));
  const evidence = outcomeEvidence(aged, offered, sharingRulesOf(policy, current).halfLifeMs);
  const found = allocate(evidence, current, policy, seededRandom(`draws ${window}`));
  return found ? { ...current, routing: found.routing } : current;
}

function drawn({ routing }: Recipe, keyPoints: number, random: Random): (typeof MODELS)[number] {
  const shares = routing ? segmentOf(routing, { keyPoints, words: 0 }).shares : [];
  return random.next() < (shares.find(({ model }) => model === 'cheap')?.share ?? 0) ? 'cheap' : 'strong';
}

function intervalOf(values: readonly number[]): Interval {
  const moments = momentsOf(values);
  const width = studentQuantile(0.975, moments.n - 1) * Math.sqrt(varianceOf(moments) / moments.n);
  return { mean: moments.mean, lower: moments.mean - width, upper: moments.mean + width };
}
