import type { StoredEvent } from '@contentflow/kernel';
import {
  type EventData,
  DecisionSequenced,
  newEvent,
  OutcomesGraded,
  type ModelOutcomesDocument,
} from '@contentflow/contracts';
import { basis } from '../testing/traffic.ts';
import { modelOutcomes } from './model-outcomes.ts';

/** One hour's grade of a model: cost predicted as 1, quality between 7 and 9. */
function graded(hour: number, observed: { cost: number; timeMs: number; quality: number }) {
  const near = (value: number) => ({ value, lower: value - 0.5, upper: value + 0.5 });
  const predicted = { cost: near(1), timeMs: near(1), quality: { value: 8, lower: 7, upper: 9 } };
  const data: EventData<typeof OutcomesGraded> = {
    contentType: 'email',
    from: 0,
    until: hour,
    models: [{ model: 'small', generations: 10, predicted, observed }],
    misses: { cost: 1, timeMs: 1, quality: 1 },
    basis,
  };
  const decision = {
    id: `${hour}`,
    type: OutcomesGraded.type,
    source: 't',
    subject: 'email',
    time: hour,
    data,
    correlationId: 't',
  };
  const sequenced = { seq: hour, previousHash: '', hash: '', hashVersion: 2 as const, decision };
  return {
    ...newEvent(DecisionSequenced, { subject: 'email', time: hour, cause: { id: `${hour}` }, data: sequenced }),
    partition: 0,
    offset: hour,
  };
}

it('shows, over all grades, how often the intervals held what came, and by how much forecasts were off', () => {
  const grades = [graded(1, { cost: 1.2, timeMs: 1, quality: 6 }), graded(2, { cost: 1.4, timeMs: 1, quality: 8 })];
  const document = grades.reduce<ModelOutcomesDocument | undefined>(
    (before, event) => modelOutcomes.handlers.get(event.type)?.(before, event),
    undefined,
  );
  expect(modelOutcomes.idOf(grades[0] as StoredEvent)).toBe('email');
  expect(document).toMatchObject({ id: 'email', gradedUntil: 2 });
  expect(document?.models['small']).toMatchObject({
    generations: 20,
    lastObserved: { cost: 1.4 },
    calibration: {
      cost: { forecasts: 2, coverage: 1, bias: expect.closeTo(0.3) },
      quality: { forecasts: 2, coverage: 0.5, bias: expect.closeTo(-0.125) },
    },
  });
});
