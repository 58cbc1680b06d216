export { benchAllocation } from './allocation.ts';
export { benchBanditRegret } from './bandit-regret.ts';
export { benchOptimizerErrorRates } from './optimizer-error-rates.ts';
