import { seededRandom } from '@contentflow/kernel';
import { interactionOf } from './interaction.ts';
import { addToMoments, noMoments } from './moments.ts';
import { sampleOf } from './sample.ts';

it('looked at a hundred times where there is none, is seen in fewer than one in twenty', () => {
  const seen = Array.from({ length: 400 }, (_, run) => isEverSeen(run)).filter(Boolean).length;
  // 400 runs at a rate of 5 %: 95 times in 100 fewer than 28.
  expect(seen).toBeLessThan(28);
});

function isEverSeen(run: number): boolean {
  const random = seededRandom(`interaction ${run}`);
  const [both, first, second, neither] = [0.56, 0.7, 0.8, 1].map((mean) => ({ mean, moments: noMoments })) as [
    Drawn,
    Drawn,
    Drawn,
    Drawn,
  ];
  for (let look = 0; look < 100; look++) {
    for (const drawn of [both, first, second, neither])
      for (let i = 0; i < 10; i++) drawn.moments = addToMoments(drawn.moments, random.logNormal(drawn.mean, 0.5));
    const [a, b, c, d] = [both, first, second, neither].map(({ moments }) => sampleOf(moments));
    const known = interactionOf({ both: a!, first: b!, second: c!, neither: d! }, 0.05, 2000);
    if (known && known.p <= 0.05) return true;
  }
  return false;
}
interface Drawn {
  readonly mean: number;
  moments: typeof noMoments;
}
