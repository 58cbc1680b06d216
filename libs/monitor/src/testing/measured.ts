import { type EventData, GenerationMeasured } from '@contentflow/contracts';
import { storedEvent, sampleMeasured, sampleMetrics } from '@contentflow/contracts/testing';

type Measured = EventData<typeof GenerationMeasured>;
type Given = Partial<Omit<Measured, 'metrics'>> & { readonly metrics?: Partial<Measured['metrics']> };

const usual = { ...sampleMetrics, timeMs: 1000, tokens: 300, cost: 0.01, quality: 8, engagement: 0.5 };

/** A measured generation of an e-mail by a small model, as usual but for what is given. */
export const measured = (time: number, { metrics, ...given }: Given = {}) =>
  storedEvent(
    GenerationMeasured,
    { ...sampleMeasured, model: 'small', simulated: false, ...given, metrics: { ...usual, ...metrics } },
    { time },
  );
