import type { World } from '../world/world.ts';

/** The world with providers that never fail: what remains is what the recipe comes to. */
export const withoutFailures = (world: World): World => ({
  ...world,
  models: world.models.map((model) => ({ ...model, failures: { '429': 0, timeout: 0, '5xx': 0 } })),
});
