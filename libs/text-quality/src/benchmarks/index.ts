export { benchMeasures, type MeasuresOptions } from './measures.ts';
